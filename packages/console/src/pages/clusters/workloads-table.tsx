import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import type { Workload } from '../../api/clusters.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Pager } from '../../ui/pager.tsx';
import type { Pages } from '../../ui/use-pages.ts';
import { type ClustersState, formatClusters, type WorkloadKey, workloadKey } from './clusters-state.ts';
import { FindingsBar } from './findings-bar.tsx';
import type { WorkloadFacts } from './workload-facts.ts';
import { WorkloadMarks } from './workload-marks.tsx';

export interface WorkloadRow extends Workload {
  readonly facts: WorkloadFacts;
}
interface WorkloadsTableProps {
  readonly rows: readonly WorkloadRow[];
  readonly loading: boolean;
  readonly empty: ReactNode;
  readonly state: ClustersState;
  readonly pages: Pages;
  readonly nextToken: string | undefined;
  readonly onWorkload: (workload: WorkloadKey) => void;
}

export function WorkloadsTable({ rows, loading, empty, state, pages, nextToken, onWorkload }: WorkloadsTableProps) {
  const { t } = useI18n();
  return (
    <Table<WorkloadRow>
      variant="container"
      contentDensity="compact"
      wrapLines
      enableKeyboardNavigation
      items={rows}
      trackBy={workloadKey}
      loading={loading}
      loadingText={t('app.loading')}
      ariaLabels={{ tableLabel: t('clusters.workloads') }}
      header={<Header variant="h2">{t('clusters.workloads')}</Header>}
      empty={empty}
      columnDefinitions={useColumns(state, onWorkload)}
      onRowClick={({ detail }) => onWorkload(detail.item)}
      pagination={
        pages.count(nextToken) > 1 && <Pager pages={pages} nextToken={nextToken} label={t('clusters.workloadPages')} disabled={loading} />
      }
    />
  );
}

function useColumns(state: ClustersState, onWorkload: (workload: WorkloadKey) => void): TableProps.ColumnDefinition<WorkloadRow>[] {
  const { t, format } = useI18n();
  const selected = state.workload === null ? null : workloadKey(state.workload);
  const count = (id: string, header: string, of: (facts: WorkloadFacts) => number): TableProps.ColumnDefinition<WorkloadRow> => ({
    id,
    header: <span className="assay-end">{header}</span>,
    cell: ({ facts }) => <span className="assay-end">{format.number(of(facts))}</span>,
  });
  return [
    {
      id: 'name',
      header: t('clusters.workload'),
      isRowHeader: true,
      minWidth: 180,
      cell: (row) => (
        <span data-selected={workloadKey(row) === selected ? '' : undefined}>
          <span className="assay-break">
            <Link
              href={formatClusters({ ...state, workload: row })}
              onFollow={(event) => {
                event.preventDefault();
                onWorkload(row);
              }}
            >
              {row.name}
            </Link>
          </span>
          <span className="assay-block">
            {[row.type, ...(state.namespace === null ? [row.namespace] : [])].filter((one) => one !== '').join(' · ')}
          </span>
        </span>
      ),
    },
    {
      id: 'images',
      header: t('clusters.images'),
      minWidth: 260,
      cell: ({ images, facts }) => (
        <>
          {[...new Set(images.map(({ image, imageId }) => image || imageId))].map((image) => (
            <span key={image} className="assay-block">
              {image}
            </span>
          ))}
          <WorkloadMarks facts={facts} />
        </>
      ),
    },
    {
      id: 'findings',
      header: t('clusters.findings'),
      minWidth: 150,
      cell: ({ facts }) => <FindingsBar counts={facts.worst === 'UNKNOWN' ? undefined : facts.counts} />,
    },
    { id: 'reach', header: t('clusters.reach'), minWidth: 130, cell: ({ facts }) => t(`clusters.reach.${facts.reach}`) },
    count('running', t('clusters.running'), ({ running }) => running),
    count('stopped', t('clusters.stopped'), ({ stopped }) => stopped),
  ];
}
