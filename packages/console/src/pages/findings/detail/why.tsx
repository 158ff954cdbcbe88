import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import type { PackageExplanation } from '../../../api/assay-types.ts';
import { useExplanation } from '../../../api/queries.ts';
import type { Finding } from '../../../api/types.ts';
import { en, type MessageKey } from '../../../i18n/en.ts';
import { useI18n } from '../../../i18n/i18n.tsx';
import { ExternalLink } from '../../../ui/external-link.tsx';
import { searchOf } from './explanation.ts';
import { Section } from './section.tsx';

const MOST = 8;

/** The match in words: what was searched, which advisory answered, why that means affected. */
export function Why({ finding }: { finding: Finding }) {
  const { t } = useI18n();
  const query = useExplanation(finding.findingArn ?? '');
  if (finding.type !== 'PACKAGE_VULNERABILITY') return null;
  return (
    <Section title={t('detail.why')}>
      {query.isPending && <Spinner />}
      {query.isError && <Box color="text-body-secondary">{t('detail.whyUnavailable')}</Box>}
      <ol className="assay-why">
        {(query.data?.packages ?? []).slice(0, MOST).map((explanation) => (
          <li key={`${explanation.name} ${explanation.version} ${explanation.advisory.id} ${explanation.advisory.feed}`}>
            <Chain explanation={explanation} />
          </li>
        ))}
      </ol>
      {(query.data?.packages.length ?? 0) > MOST && (
        <p className="assay-text assay-quiet">{t('findings.morePackages', { count: (query.data?.packages.length ?? 0) - MOST })}</p>
      )}
    </Section>
  );
}

function Chain({ explanation }: { explanation: PackageExplanation }) {
  const { t } = useI18n();
  const { via, namespace, name, version } = searchOf(explanation);
  const { advisory, fix } = explanation;
  const rule = `detail.rule.${explanation.rule}`;
  const installed = `${explanation.name} ${explanation.version}`;
  return (
    <div className="assay-chain">
      <p>{t(`detail.whyVia.${via}`, { namespace, name, version, installed })}</p>
      <p>
        {t('detail.whyFound', { advisory: advisory.id, feed: advisory.feed, range: explanation.range ?? explanation.found ?? '' })}{' '}
        {fix.fixedInVersion !== undefined && fix.fixedInVersion !== '' && t('detail.whyFixed', { fixed: fix.fixedInVersion })}{' '}
        {advisory.url !== undefined && <ExternalLink href={advisory.url}>{t('detail.advisoryPage')}</ExternalLink>}
      </p>
      <p>
        <b>{Object.hasOwn(en, rule) ? t(rule as MessageKey) : (explanation.sentence ?? explanation.rule)}</b>
      </p>
    </div>
  );
}
