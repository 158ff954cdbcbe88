import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Table from '@cloudscape-design/components/table';
import { type OwnerDates, useOwnerDates } from '../../api/due.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { LoadError } from '../../ui/load-error.tsx';

/** Who has how much to do and to answer for. Choosing an owner narrows the list below. */
export function OwnersTable({ onOwner }: { onOwner: (owner: string) => void }) {
  const { t, format } = useI18n();
  const { now } = useEnvironment();
  const query = useOwnerDates();
  const count = (id: 'due' | 'overdue' | 'breached' | 'met', state: 'DUE' | 'OVERDUE' | 'BREACHED' | 'MET') => ({
    id,
    header: t(`due.state.${state}`),
    width: 110,
    cell: (row: OwnerDates) => <span className="assay-number">{format.number(row[id])}</span>,
  });
  return (
    <Table<OwnerDates>
      variant="container"
      contentDensity="compact"
      resizableColumns
      enableKeyboardNavigation
      items={query.isError ? [] : (query.data ?? [])}
      trackBy={({ owner = '' }) => owner}
      loading={query.isPending}
      loadingText={t('app.loading')}
      ariaLabels={{ tableLabel: t('due.owners') }}
      header={<Header variant="h2">{t('due.owners')}</Header>}
      empty={query.isError ? <LoadError error={query.error} onRetry={() => void query.refetch()} /> : t('due.noDates')}
      columnDefinitions={[
        {
          id: 'owner',
          header: t('due.owner'),
          width: 220,
          isRowHeader: true,
          cell: ({ owner = '' }) => (
            <Button variant="inline-link" onClick={() => onOwner(owner)}>
              {owner === '' ? t('due.nobody') : owner}
            </Button>
          ),
        },
        count('due', 'DUE'),
        count('overdue', 'OVERDUE'),
        count('breached', 'BREACHED'),
        count('met', 'MET'),
        {
          id: 'oldest',
          header: t('due.oldest'),
          width: 170,
          cell: ({ oldestOverdueAt }) => format.ago(oldestOverdueAt, now()),
        },
      ]}
    />
  );
}
