import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { type Cluster, useClusters } from '../../api/clusters.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Ago } from '../../ui/ago.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { useFollow } from '../../ui/location.tsx';
import { Pager } from '../../ui/pager.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { ClusterState, providerName } from './cluster-state.tsx';
import { ALL_CLUSTERS, formatClusters } from './clusters-state.ts';

export function ClustersTable() {
  const { t } = useI18n();
  const pages = usePages('clusters');
  const query = useClusters(pages.token);
  const nextToken = query.data?.nextToken;
  return (
    <Table<Cluster>
      variant="borderless"
      contentDensity="compact"
      wrapLines
      enableKeyboardNavigation
      items={query.isError ? [] : (query.data?.clusters ?? [])}
      trackBy={({ accountId, clusterArn }) => `${accountId} ${clusterArn}`}
      loading={query.isPending}
      loadingText={t('app.loading')}
      ariaLabels={{ tableLabel: t('clusters.title') }}
      empty={query.isError ? <LoadError error={query.error} onRetry={() => void query.refetch()} /> : <NoClusters />}
      columnDefinitions={useColumns()}
      pagination={
        pages.count(nextToken) > 1 && <Pager pages={pages} nextToken={nextToken} label={t('clusters.pages')} disabled={query.isFetching} />
      }
    />
  );
}

function NoClusters() {
  const { t } = useI18n();
  const follow = useFollow();
  return (
    <Box padding={{ vertical: 'l' }}>
      <SpaceBetween size="s" alignItems="center">
        <b>{t('clusters.none')}</b>
        <span>{t('clusters.noneText')}</span>
        <Button variant="primary" href={formatClusters({ ...ALL_CLUSTERS, tab: 'collectors' })} onFollow={follow}>
          {t('collectors.add')}
        </Button>
      </SpaceBetween>
    </Box>
  );
}

function useColumns(): TableProps.ColumnDefinition<Cluster>[] {
  const { t, format } = useI18n();
  const follow = useFollow();
  const count = (id: string, header: string, of: (cluster: Cluster) => number): TableProps.ColumnDefinition<Cluster> => ({
    id,
    header: <span className="assay-end">{header}</span>,
    cell: (cluster) => <span className="assay-end">{format.number(of(cluster))}</span>,
  });
  return [
    {
      id: 'name',
      header: t('clusters.name'),
      isRowHeader: true,
      minWidth: 170,
      cell: ({ clusterArn, name, version, provider, accountId }) => (
        <>
          <span className="assay-break">
            <Link href={formatClusters({ ...ALL_CLUSTERS, cluster: clusterArn })} onFollow={follow}>
              {name}
            </Link>
          </span>
          <span className="assay-block">
            {[providerName(provider, t), version].filter((one) => one !== undefined).join(' ')} ·{' '}
            {t('clusters.account', { account: accountId })}
          </span>
        </>
      ),
    },
    {
      id: 'state',
      header: t('clusters.freshness'),
      minWidth: 110,
      cell: (cluster) => (
        <>
          <ClusterState cluster={cluster} />
          {cluster.problems.length > 0 && <span className="assay-block">{t('clusters.problems', { count: cluster.problems.length })}</span>}
        </>
      ),
    },
    { id: 'heard', header: t('clusters.heard'), cell: ({ lastSeenAt }) => <Ago at={lastSeenAt} /> },
    count('running', t('clusters.running'), ({ runningUnitCount }) => runningUnitCount),
    count('workloads', t('clusters.workloads'), ({ workloadCount }) => workloadCount),
    count('images', t('clusters.images'), ({ imageCount }) => imageCount),
    {
      ...count('unresolved', t('clusters.unresolved'), () => 0),
      cell: ({ unresolvedImageCount: count }) => (
        <span className="assay-end">
          {count === 0 ? (
            format.number(0)
          ) : (
            <Link href={formatClusters({ ...ALL_CLUSTERS, tab: 'unresolved' })} onFollow={follow}>
              {format.number(count)}
            </Link>
          )}
        </span>
      ),
    },
  ];
}
