import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { useTitles } from '../../api/queries.ts';
import type { TitleCounts } from '../../api/types.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { Pager } from '../../ui/pager.tsx';
import { SeverityMark } from '../../ui/severity.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { titleAggregation } from './criteria.ts';
import { EmptyFindings } from './empty.tsx';
import { highestSeverity, restCount, shortTitle } from './finding-facts.ts';
import { type FindingsState, formatState } from './findings-state.ts';
import { isGroupSort } from './sort-fields.ts';

const PAGE = 50;

interface GroupsTableProps {
  readonly state: FindingsState;
  readonly onState: (change: Partial<FindingsState>) => void;
  readonly filter: ReactNode;
  readonly actions: ReactNode;
}

/** One row for each vulnerability, with how many findings it has by severity. */
export function GroupsTable({ state, onState, filter, actions }: GroupsTableProps) {
  const { t } = useI18n();
  const question = { titleAggregation: titleAggregation(state), maxResults: PAGE };
  const pages = usePages(JSON.stringify(question));
  const query = useTitles(pages.token === undefined ? question : { ...question, nextToken: pages.token }, true);
  const rows = query.data?.titles ?? [];
  const nextToken = query.data?.nextToken;
  const sort = isGroupSort(state.sort) ? state.sort : 'CRITICAL';
  return (
    <Table<TitleCounts>
      variant="container"
      items={query.isError ? [] : rows}
      trackBy={(row) => `${row.accountId ?? ''} ${row.title}`}
      loading={query.isPending}
      loadingText={t('app.loading')}
      columnDefinitions={useColumns(state, onState)}
      contentDensity="compact"
      resizableColumns
      stickyHeader
      enableKeyboardNavigation
      sortingColumn={{ sortingField: sort }}
      sortingDescending={state.descending}
      onSortingChange={({ detail }) => {
        const field = detail.sortingColumn.sortingField ?? '';
        if (isGroupSort(field)) onState({ sort: field, descending: detail.isDescending === true });
      }}
      onRowClick={({ detail }) => onState({ group: detail.item.title })}
      ariaLabels={{ tableLabel: t('findings.groupTableLabel') }}
      empty={
        query.isError ? (
          <LoadError error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <EmptyFindings state={state} onState={onState} />
        )
      }
      header={
        <Header
          variant="h2"
          counter={rows.length > 0 && nextToken === undefined && pages.index === 1 ? `(${rows.length})` : ''}
          actions={actions}
        >
          {t('findings.grouped')}
        </Header>
      }
      filter={filter}
      pagination={<Pager pages={pages} nextToken={nextToken} label={t('findings.pages')} disabled={query.isPending} />}
    />
  );
}

function useColumns(state: FindingsState, onState: (change: Partial<FindingsState>) => void): TableProps.ColumnDefinition<TitleCounts>[] {
  const { t, format } = useI18n();
  const number = (value: number | undefined) => (
    <span className={value === undefined || value === 0 ? 'assay-number assay-quiet' : 'assay-number'}>{format.number(value ?? 0)}</span>
  );
  return [
    {
      id: 'severity',
      header: t('field.severity'),
      width: 150,
      cell: (row) => <SeverityMark severity={highestSeverity(row.severityCounts)} />,
    },
    {
      id: 'vulnerability',
      header: t('field.vulnerabilityId'),
      width: 170,
      isRowHeader: true,
      cell: (row) => {
        const name = row.vulnerabilityId ?? row.title;
        return (
          <span data-selected={row.title === state.group || undefined}>
            <Link
              href={`/${formatState({ ...state, group: row.title })}`}
              ariaLabel={t('findings.openFinding', { name })}
              onFollow={(event) => {
                event.preventDefault();
                onState({ group: row.title });
              }}
            >
              {name}
            </Link>
          </span>
        );
      },
    },
    { id: 'title', header: t('field.title'), width: 330, cell: (row) => shortTitle(row.title, row.vulnerabilityId ?? '') },
    {
      id: 'critical',
      header: t('severity.CRITICAL'),
      width: 110,
      sortingField: 'CRITICAL',
      cell: (row) => number(row.severityCounts?.critical),
    },
    { id: 'high', header: t('severity.HIGH'), width: 92, sortingField: 'HIGH', cell: (row) => number(row.severityCounts?.high) },
    { id: 'medium', header: t('severity.MEDIUM'), width: 100, cell: (row) => number(row.severityCounts?.medium) },
    { id: 'rest', header: t('field.rest'), width: 90, cell: (row) => number(restCount(row.severityCounts)) },
    { id: 'all', header: t('field.total'), width: 100, sortingField: 'ALL', cell: (row) => number(row.severityCounts?.all) },
  ];
}
