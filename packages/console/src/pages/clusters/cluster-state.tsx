import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { Cluster, ClusterStatus } from '../../api/clusters.ts';
import { en } from '../../i18n/en.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import type { Translate } from '../../i18n/translate.ts';
import { useEnvironment } from '../../ui/environment.tsx';
import type { CollectorStatus } from './collectors.ts';

const CLUSTER: Record<ClusterStatus, StatusIndicatorProps.Type> = {
  HEALTHY: 'success',
  PROBLEMS: 'warning',
  SILENT: 'stopped',
  WAITING: 'pending',
};
const COLLECTOR: Record<CollectorStatus, StatusIndicatorProps.Type> = {
  ACTIVE: 'success',
  FAILING: 'error',
  PAUSED: 'stopped',
  SILENT: 'warning',
  WAITING: 'pending',
};

/** Live, or frozen and since when. */
export function ClusterState({ cluster: { status, frozenSince } }: { cluster: Cluster }) {
  const { t, format } = useI18n();
  const { now } = useEnvironment();
  return (
    <span title={status === 'SILENT' ? format.dateTime(frozenSince) : undefined}>
      <StatusIndicator type={CLUSTER[status]}>{t(`clusters.status.${status}`, { ago: format.ago(frozenSince, now()) })}</StatusIndicator>
    </span>
  );
}

export function CollectorState({ status }: { status: CollectorStatus }) {
  const { t } = useI18n();
  return <StatusIndicator type={COLLECTOR[status]}>{t(`collectors.status.${status}`)}</StatusIndicator>;
}

export function providerName(provider: string, t: Translate): string {
  const key = `clusters.provider.${provider}`;
  return Object.hasOwn(en, key) ? t(key as keyof typeof en) : provider;
}
