import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Spinner from '@cloudscape-design/components/spinner';
import { useHearsOfClusters } from '../../api/fix-first.ts';
import { type RulePreview, usePreview } from '../../api/rules.ts';
import { useImageCount } from '../../api/running.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { useFollow } from '../../ui/location.tsx';
import { type Condition, DEFAULT_STATE, formatState } from '../findings/findings-state.ts';
import { withUse } from '../findings/last-use.ts';

const RUNS = { ecrImageInUseCount: [{ lowerInclusive: 1 }] };
const IMAGES = { resourceType: [{ comparison: 'EQUALS' as const, value: 'AWS_ECR_CONTAINER_IMAGE' as const }] };

/** How much of what is known runs, and how much of that is dangerous. */
export function WhatRuns() {
  const { t } = useI18n();
  const follow = useFollow();
  const hears = useHearsOfClusters();
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <Link href="/fix-first" onFollow={follow}>
              {t('fixFirst.title')}
            </Link>
          }
        >
          {t('overview.runs')}
        </Header>
      }
    >
      {hears === false && (
        <>
          <p className="assay-text">{t('fixFirst.nobodyTells')}</p>
          <CommandLine command="npx assay cluster add shop" />
        </>
      )}
      {hears === true && <Figures />}
    </Container>
  );
}

function Figures() {
  const { t, format } = useI18n();
  const running = useImageCount({ ...IMAGES, ...RUNS });
  const all = useImageCount(IMAGES);
  const critical = usePreview({ ...RUNS, severity: [{ comparison: 'EQUALS', value: 'CRITICAL' }] });
  const exploited = usePreview({ ...RUNS, exploitAvailable: [{ comparison: 'EQUALS', value: 'YES' }] });
  const failed = [running, all, critical, exploited].find(({ isError }) => isError);
  if (failed !== undefined) return <LoadError error={failed.error} onRetry={() => void failed.refetch()} />;
  if (running.data === undefined || all.data === undefined || critical.data === undefined || exploited.data === undefined)
    return <Spinner />;
  const [count, total] = [running.data.totalCounts, all.data.totalCounts];
  return (
    <ul className="assay-shares">
      <li>
        <span>{t('overview.runsImages', { count: total })}</span>
        <b>{format.number(count)}</b>
        <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" data-series="closed">
          <rect className="back" width="100" height="4" />
          <rect className="fill" width={total > 0 ? (100 * count) / total : 0} height="4" />
        </svg>
      </li>
      <Figure
        label={t('overview.runsCritical')}
        preview={critical.data}
        condition={{ key: 'severity', operator: '=', values: ['CRITICAL'] }}
      />
      <Figure
        label={t('overview.runsExploited')}
        preview={exploited.data}
        condition={{ key: 'exploitAvailable', operator: '=', values: ['YES'] }}
      />
    </ul>
  );
}

interface FigureProps {
  readonly label: string;
  readonly preview: RulePreview;
  readonly condition: Condition;
}

/** Active findings of images that run; a preview counts those that a rule hides too. */
function Figure({ label, preview, condition }: FigureProps) {
  const { format } = useI18n();
  const follow = useFollow();
  return (
    <li>
      <Link href={`/${formatState({ ...DEFAULT_STATE, view: 'list', conditions: withUse([condition], 'now') })}`} onFollow={follow}>
        {label}
      </Link>
      <b>{format.number(preview.matched - preview.hiddenAlready)}</b>
    </li>
  );
}
