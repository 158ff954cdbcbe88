import Alert from '@cloudscape-design/components/alert';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { usePreview } from '../../api/rules.ts';
import type { FilterCriteria } from '../../api/types.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { SeverityMark, severityName } from '../../ui/severity.tsx';
import { SEVERITY_ORDER } from '../findings/filter-fields.ts';

/** What a rule would hide: how many, how severe, what of it runs. */
export function RulePreview({ criteria }: { criteria: FilterCriteria }) {
  const { t, format } = useI18n();
  const query = usePreview(criteria);
  if (Object.keys(criteria).length === 0) return <p className="assay-text assay-quiet">{t('rules.previewNothing')}</p>;
  if (query.isPending) return <Spinner />;
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  const { matched, hiddenAlready, inUse, bySeverity, sample } = query.data;
  return (
    <section aria-label={t('rules.preview')} aria-live="polite">
      <SpaceBetween size="xs">
        <b>{t('rules.previewMatched', { count: matched })}</b>
        <ul className="assay-counts">
          {SEVERITY_ORDER.filter((name) => (bySeverity[name] ?? 0) > 0).map((name) => (
            <li key={name} className="assay-preview-count">
              <SeverityMark severity={name} /> {format.number(bySeverity[name] ?? 0)}
            </li>
          ))}
        </ul>
        {hiddenAlready > 0 && <span className="assay-quiet">{t('rules.previewHidden', { count: hiddenAlready })}</span>}
        {inUse > 0 && <Alert type="warning">{t('rules.previewInUse', { count: inUse })}</Alert>}
        {sample.length > 0 && (
          <ExpandableSection headerText={t('rules.previewSample', { count: sample.length })} variant="footer">
            <ul className="assay-lines">
              {sample.map((one) => (
                <li key={one.findingArn}>
                  <SeverityMark severity={severityName(one.severity)} word={false} /> {one.vulnerabilityId}{' '}
                  <span className="assay-quiet">{one.resourceArn}</span>
                </li>
              ))}
            </ul>
          </ExpandableSection>
        )}
      </SpaceBetween>
    </section>
  );
}
