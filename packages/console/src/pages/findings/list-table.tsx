import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { lazy, type ReactNode, Suspense } from 'react';
import { type ListedFinding, type ListedInput, useListedFindings } from '../../api/search.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { Pager } from '../../ui/pager.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { tableColumns } from './columns.tsx';
import { findingCriteria } from './criteria.ts';
import { EmptyFindings } from './empty.tsx';
import { type FindingsState, formatState } from './findings-state.ts';
import { type ListPreferences, useListPreferences } from './list-preferences.ts';
import { isListSort } from './sort-fields.ts';

// Its drag and drop is a fifth of the first load, and is needed only once someone arranges columns.
const Preferences = lazy(() => import('./preferences.tsx').then((m) => ({ default: m.Preferences })));

interface ListTableProps {
  readonly state: FindingsState;
  readonly onState: (change: Partial<FindingsState>) => void;
  readonly filter: ReactNode;
  readonly actions: ReactNode;
}

/** One row for each finding; filter, order and pages are the service's. */
export function ListTable({ state, onState, filter, actions }: ListTableProps) {
  const { t, format } = useI18n();
  const { now } = useEnvironment();
  const [preferences, setPreferences] = useListPreferences();
  const sort = isListSort(state.sort) ? state.sort : 'SEVERITY';
  const question: ListedInput = {
    filterCriteria: findingCriteria(state, now()),
    sortCriteria: { field: sort, sortOrder: state.descending || sort === 'FIX_FIRST' ? 'DESC' : 'ASC' },
    maxResults: preferences.pageSize,
  };
  const pages = usePages(JSON.stringify(question));
  const query = useListedFindings(pages.token === undefined ? question : { ...question, nextToken: pages.token });
  const { findings: rows = [], nextToken } = query.data ?? {};
  const columns = tableColumns({
    t,
    format,
    now: now(),
    selected: state.finding,
    hrefOf: (finding) => `/${formatState({ ...state, finding: finding.findingArn ?? null })}`,
    open: (finding) => onState({ finding: finding.findingArn ?? null }),
  });
  const counter = rows.length > 0 ? countText(rows.length, nextToken !== undefined || pages.index > 1) : '';
  const retry = () => void query.refetch();
  const empty = query.isError ? <LoadError error={query.error} onRetry={retry} /> : <EmptyFindings state={state} onState={onState} />;
  return (
    <Table<ListedFinding>
      variant="container"
      items={query.isError ? [] : rows}
      trackBy={(finding) => finding.findingArn ?? ''}
      loading={query.isPending}
      loadingText={t('app.loading')}
      columnDefinitions={columns}
      columnDisplay={displayed(preferences.columns, sort)}
      contentDensity={preferences.dense ? 'compact' : 'comfortable'}
      wrapLines={preferences.wrapLines}
      resizableColumns
      stickyHeader
      enableKeyboardNavigation
      sortingColumn={{ sortingField: sort }}
      sortingDescending={question.sortCriteria.sortOrder === 'DESC'}
      onSortingChange={({ detail }) => {
        const field = detail.sortingColumn.sortingField ?? '';
        if (isListSort(field)) onState({ sort: field, descending: field === 'FIX_FIRST' || detail.isDescending === true });
      }}
      onRowClick={({ detail }) => onState({ finding: detail.item.findingArn ?? null })}
      ariaLabels={{ tableLabel: t('findings.tableLabel') }}
      empty={empty}
      header={
        <Header variant="h2" counter={counter} actions={actions}>
          {t('findings.list')}
        </Header>
      }
      filter={filter}
      pagination={<Pager pages={pages} nextToken={nextToken} label={t('findings.pages')} disabled={query.isPending} />}
      preferences={
        <Suspense fallback={null}>
          <Preferences value={preferences} onChange={setPreferences} />
        </Suspense>
      }
    />
  );
}

/** What the order goes by is shown with it. */
function displayed(columns: ListPreferences['columns'], sort: string): ListPreferences['columns'] {
  return columns.map((column) => (column.id === 'urgency' && sort === 'FIX_FIRST' ? { ...column, visible: true } : column));
}

/** The API does not count what a filter finds: the number is only said when the one page holds everything. */
function countText(rows: number, more: boolean): string {
  return more ? '' : `(${rows})`;
}
