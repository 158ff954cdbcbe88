import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useI18n } from '../../i18n/i18n.tsx';
import type { WorkloadFacts } from './workload-facts.ts';

/** What of a workload wants to be looked at. */
export function WorkloadMarks({ facts: { unresolved, newer } }: { facts: Pick<WorkloadFacts, 'unresolved' | 'newer'> }) {
  const { t } = useI18n();
  return (
    <>
      {newer && <StatusIndicator type="info">{t('clusters.newer')}</StatusIndicator>}{' '}
      {unresolved && <StatusIndicator type="warning">{t('clusters.notIdentified')}</StatusIndicator>}
    </>
  );
}
