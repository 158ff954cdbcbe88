import Alert from '@cloudscape-design/components/alert';
import Link from '@cloudscape-design/components/link';
import type { Cluster } from '../../api/clusters.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useFollow } from '../../ui/location.tsx';
import { ALL_CLUSTERS, formatClusters } from './clusters-state.ts';
import { useCollector } from './collectors.ts';

/** What keeps the numbers of a cluster from being what runs now, and why. */
export function ClusterNotices({ cluster }: { cluster: Cluster }) {
  const { t, format } = useI18n();
  const { status, frozenSince, heldSince, problems, namespaces, countedByAccountId } = cluster;
  if (status === 'HEALTHY' && namespaces === undefined && countedByAccountId === undefined) return null;
  return (
    <div className="assay-notices">
      {frozenSince !== undefined && (
        <Alert type="warning" header={t('clusters.frozenTitle', { date: format.dateTime(frozenSince) })}>
          {t('clusters.frozenText')} {cluster.collectorArn !== undefined && <CollectorSays collectorArn={cluster.collectorArn} />}
        </Alert>
      )}
      {heldSince !== undefined && (
        <Alert type="warning" header={t('clusters.heldTitle')}>
          {t('clusters.heldText', { date: format.dateTime(heldSince) })}
        </Alert>
      )}
      {problems.length > 0 && (
        <Alert type="warning" header={t('clusters.problemsTitle')}>
          <ul className="assay-lines">
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Alert>
      )}
      {status === 'WAITING' && <Alert type="info">{t('clusters.waitingText')}</Alert>}
      {countedByAccountId !== undefined && <Alert type="info">{t('clusters.countedBy', { account: countedByAccountId })}</Alert>}
      {namespaces !== undefined && <Alert type="info">{t('clusters.scope', { names: namespaces.join(', ') })}</Alert>}
    </div>
  );
}

/** Nothing for those who see the cluster of another account: the collector belongs to that one. */
function CollectorSays({ collectorArn }: { collectorArn: string }) {
  const { t } = useI18n();
  const follow = useFollow();
  const collector = useCollector(collectorArn).data?.collector;
  if (collector === undefined) return null;
  const { name, lastError } = collector;
  const status = t(`collectors.status.${collector.status}`);
  return (
    <>
      {lastError === undefined
        ? t('clusters.collectorSays', { name, status })
        : t('clusters.collectorError', { name, status, error: lastError })}{' '}
      <Link href={formatClusters({ ...ALL_CLUSTERS, tab: 'collectors' })} onFollow={follow}>
        {t('clusters.toCollectors')}
      </Link>
    </>
  );
}
