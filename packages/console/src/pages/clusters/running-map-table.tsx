import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Pagination from '@cloudscape-design/components/pagination';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useMemo, useState } from 'react';
import type { MappedCluster } from '../../api/clusters.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useFollow } from '../../ui/location.tsx';
import { ALL_CLUSTERS, formatClusters } from './clusters-state.ts';
import { type MapPlace, mapPlaces } from './map-places.ts';
import { Swatch, WORSTS } from './workload-map.tsx';

const PAGE = 25;

/** What the map draws, as rows: namespaces, the worst first. */
export function RunningMapTable({ clusters }: { clusters: readonly MappedCluster[] }) {
  const { t } = useI18n();
  const places = useMemo(() => mapPlaces(clusters), [clusters]);
  const [wanted, setPage] = useState(1);
  const pages = Math.max(1, Math.ceil(places.length / PAGE));
  const page = Math.min(wanted, pages);
  return (
    <Table<MapPlace>
      variant="container"
      contentDensity="compact"
      wrapLines
      enableKeyboardNavigation
      items={places.slice((page - 1) * PAGE, page * PAGE)}
      trackBy={({ cluster, namespace }) => JSON.stringify([cluster.accountId, cluster.clusterArn, namespace])}
      ariaLabels={{ tableLabel: t('clusters.byNamespace') }}
      header={<Header variant="h2">{t('clusters.byNamespace')}</Header>}
      empty={t('clusters.nothingRuns')}
      columnDefinitions={useColumns()}
      pagination={
        pages > 1 && (
          <Pagination
            currentPageIndex={page}
            pagesCount={pages}
            ariaLabels={{
              paginationLabel: t('clusters.byNamespace'),
              nextPageLabel: t('findings.nextPage'),
              previousPageLabel: t('findings.previousPage'),
              pageLabel: (number) => t('findings.page', { page: number }),
            }}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
          />
        )
      }
    />
  );
}

function useColumns(): TableProps.ColumnDefinition<MapPlace>[] {
  const { t, format } = useI18n();
  const follow = useFollow();
  return [
    {
      id: 'place',
      header: t('clusters.where'),
      isRowHeader: true,
      minWidth: 150,
      cell: ({ cluster, namespace }) => (
        <span className="assay-break">
          <Link href={formatClusters({ ...ALL_CLUSTERS, cluster: cluster.clusterArn, namespace })} onFollow={follow}>
            {[cluster.name, namespace].filter((one) => one !== '').join(' / ')}
          </Link>
        </span>
      ),
    },
    {
      id: 'worst',
      header: t('clusters.byWorst'),
      minWidth: 200,
      cell: ({ worsts }) => (
        <ul className="assay-legend">
          {WORSTS.filter((worst) => worsts.has(worst)).map((worst) => (
            <li key={worst}>
              <Swatch worst={worst} />
              {t('clusters.ofWorst', { count: worsts.get(worst) ?? 0, worst: t(`clusters.worst.${worst}`) })}
            </li>
          ))}
        </ul>
      ),
    },
    {
      id: 'workloads',
      header: <span className="assay-end">{t('clusters.workloads')}</span>,
      cell: ({ workloads }) => <span className="assay-end">{format.number(workloads)}</span>,
    },
    {
      id: 'running',
      header: <span className="assay-end">{t('clusters.running')}</span>,
      cell: ({ running }) => <span className="assay-end">{format.number(running)}</span>,
    },
  ];
}
