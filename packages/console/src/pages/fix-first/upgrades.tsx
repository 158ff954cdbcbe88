import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Spinner from '@cloudscape-design/components/spinner';
import { useState } from 'react';
import { type Upgrade, useUpgrades } from '../../api/fix-first.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import type { Translate } from '../../i18n/translate.ts';
import { useEnvironment } from '../../ui/environment.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { useFollow } from '../../ui/location.tsx';
import { findingCriteria } from '../findings/criteria.ts';
import type { Condition } from '../findings/findings-state.ts';
import { steps } from './cumulative.ts';
import { type Fix, HowToFix } from './how-to-fix.tsx';
import { placeName, upgradeHref } from './links.ts';

/** The few upgrades that remove most: each bar begins where those before it ended. */
export function Upgrades({ conditions }: { conditions: readonly Condition[] }) {
  const { t } = useI18n();
  const { now } = useEnvironment();
  const query = useUpgrades(findingCriteria({ conditions, status: 'ALL' }, now()));
  return (
    <Container
      header={
        <Header variant="h2" description={t('fixFirst.upgradesHint')}>
          {t('fixFirst.upgrades')}
        </Header>
      }
    >
      <LoadError error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && <Spinner />}
      {query.data !== undefined && !query.isError && <Plan {...query.data} conditions={conditions} />}
    </Container>
  );
}

interface PlanProps {
  readonly running: boolean;
  readonly findingCount: number;
  readonly upgrades: readonly Upgrade[];
  readonly conditions: readonly Condition[];
}

function Plan({ running, findingCount, upgrades, conditions }: PlanProps) {
  const { t, format } = useI18n();
  const [fix, setFix] = useState<Fix | null>(null);
  // What each leaves to the next; nothing is removed twice.
  const left = upgrades.map((_, at) => findingCount - upgrades.slice(0, at).reduce((sum, one) => sum + one.removedFindingCount, 0));
  const bars = steps(upgrades.map(({ riskShare }) => riskShare));
  const all = bars.at(-1)?.end ?? 0;
  if (upgrades.length === 0) return <p className="assay-text">{t('fixFirst.upgradesNone')}</p>;
  return (
    <>
      <p className="assay-text assay-sum">
        {t(running ? 'fixFirst.together' : 'fixFirst.togetherAll', { count: upgrades.length, share: format.probability(all) })}
      </p>
      <ol className="assay-steps">
        {upgrades.map((upgrade, at) => (
          <Step
            key={`${upgradeName(upgrade, t)} ${upgrade.package?.namespace ?? ''}`}
            upgrade={upgrade}
            bar={bars[at] ?? { start: 0, end: 0 }}
            before={left[at] ?? findingCount}
            href={upgradeHref(upgrade, running, conditions)}
            onHow={() => setFix(fixOf(upgrade, upgradeName(upgrade, t), { running, href: upgradeHref(upgrade, running, conditions) }))}
          />
        ))}
      </ol>
      {fix !== null && <HowToFix fix={fix} onClose={() => setFix(null)} />}
    </>
  );
}

interface StepProps {
  readonly upgrade: Upgrade;
  readonly bar: { start: number; end: number };
  /** Findings that those before it leave. */
  readonly before: number;
  readonly href: string;
  readonly onHow: () => void;
}
function Step({ upgrade, bar, before, href, onHow }: StepProps) {
  const { t, format } = useI18n();
  const follow = useFollow();
  const { removedFindingCount, findingCounts, inUseCount, places, placeNames = places, placeCount, riskShare, baseImage } = upgrade;
  const name = upgradeName(upgrade, t);
  const counted = findingCounts.all - removedFindingCount;
  const facts = [
    t('fixFirst.beforeAfter', { before, after: before - removedFindingCount }),
    ...(counted > 0 ? [t('fixFirst.countedBefore', { count: counted })] : []),
    ...(inUseCount > 0 ? [t('fixFirst.runs', { count: inUseCount })] : []),
    placeCount === 1 ? placeName(placeNames[0] ?? '') : t('fixFirst.places', { count: placeCount }),
    ...(baseImage?.estimated === true ? [t('fixFirst.estimate')] : []),
  ];
  return (
    <li>
      <span className="assay-break">
        <Link href={href} onFollow={follow}>
          {name}
        </Link>
      </span>
      <span className="assay-number">
        <b>+{format.probability(riskShare)}</b>{' '}
        <span className="assay-quiet">{t('fixFirst.soFar', { share: format.probability(bar.end) })}</span>
      </span>
      <svg viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <rect className="back" width="1000" height="10" />
        <rect className="before" width={bar.start * 1000} height="10" />
        {/* At least a sliver, so that the difference is seen. */}
        <rect className="fill" x={Math.min(bar.start * 1000, 996)} width={Math.max(4, (bar.end - bar.start) * 1000)} height="10" />
      </svg>
      <div className="assay-step-facts">
        <span className="assay-quiet assay-break" title={places.join('\n')}>
          {facts.join(' · ')}
        </span>
        <Button variant="inline-link" ariaLabel={t('fixFirst.howOf', { name })} onClick={onHow}>
          {t('fixFirst.howShort')}
        </Button>
      </div>
    </li>
  );
}

function fixOf(
  { package: pkg, baseImage, packageNames, places, placeNames = places }: Upgrade,
  title: string,
  rest: Pick<Fix, 'running' | 'href'>,
): Fix {
  return { title, package: pkg, baseImage, installed: packageNames, places, placeNames, ...rest };
}

function upgradeName({ package: pkg, baseImage, kind }: Upgrade, t: Translate): string {
  if (kind === 'BASE_IMAGE')
    return baseImage?.place === undefined
      ? t('fixFirst.sharedLayers', { count: baseImage?.layerCount ?? 0 })
      : t('fixFirst.newerBase', { name: baseImage.place });
  const version = pkg?.fixedInVersion;
  return version === undefined ? (pkg?.name ?? '') : t('fixFirst.upgradeTo', { name: pkg?.name ?? '', version });
}
