import Box from '@cloudscape-design/components/box';
import Spinner from '@cloudscape-design/components/spinner';
import { useExplanation } from '../../../api/queries.ts';
import type { Finding } from '../../../api/types.ts';
import { en, type MessageKey } from '../../../i18n/en.ts';
import { useI18n } from '../../../i18n/i18n.tsx';
import { ExternalLink } from '../../../ui/external-link.tsx';
import { type Reasoning, reasonings } from './explanation.ts';
import { Section } from './section.tsx';

const MOST = 8;

/** The match in words: what was searched, which advisory answered, why that means affected. */
export function Why({ finding }: { finding: Finding }) {
  const { t } = useI18n();
  const query = useExplanation(finding.findingArn ?? '');
  if (finding.type !== 'PACKAGE_VULNERABILITY') return null;
  const chains = reasonings(query.data?.packages ?? []);
  return (
    <Section title={t('detail.why')}>
      {query.isPending && <Spinner />}
      {query.isError && <Box color="text-body-secondary">{t('detail.whyUnavailable')}</Box>}
      <ol className="assay-why">
        {chains.slice(0, MOST).map((chain) => (
          <li key={chain.key}>
            <Chain chain={chain} />
          </li>
        ))}
      </ol>
      {chains.length > MOST && <p className="assay-text assay-quiet">{t('findings.morePackages', { count: chains.length - MOST })}</p>}
    </Section>
  );
}

function Chain({ chain }: { chain: Reasoning }) {
  const { t } = useI18n();
  const { via, namespace, name, version, explanation } = chain;
  const { advisory, fix } = explanation;
  // Absent when the present advisories no longer match: the stored finding is about to close.
  const said = explanation.range ?? explanation.found;
  const rule = `detail.rule.${explanation.rule}`;
  const installed = chain.installed.join(', ');
  return (
    <div className="assay-chain">
      <p>{t(`detail.whyVia.${via}`, { namespace, name, version, installed })}</p>
      {said !== undefined && (
        <p>
          {t('detail.whyFound', { advisory: advisory.id, feed: advisory.feed, range: said })}{' '}
          {fix.fixedInVersion !== undefined && fix.fixedInVersion !== '' && t('detail.whyFixed', { fixed: fix.fixedInVersion })}{' '}
          {advisory.url !== undefined && <ExternalLink href={advisory.url}>{t('detail.advisoryPage')}</ExternalLink>}
        </p>
      )}
      <p>
        <b>{Object.hasOwn(en, rule) ? t(rule as MessageKey) : (explanation.sentence ?? explanation.rule)}</b>
      </p>
    </div>
  );
}
