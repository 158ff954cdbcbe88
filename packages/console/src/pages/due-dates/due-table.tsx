import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Select from '@cloudscape-design/components/select';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import Token from '@cloudscape-design/components/token';
import { useState } from 'react';
import { type DueFinding, type DueState, useDueFindings } from '../../api/due.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { useFollow } from '../../ui/location.tsx';
import { Pager } from '../../ui/pager.tsx';
import { SeverityMark, severityName } from '../../ui/severity.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { DEFAULT_STATE, formatState } from '../findings/findings-state.ts';

const PAGE = 50;
const CHOICES: Record<string, readonly DueState[]> = {
  OPEN: ['DUE', 'OVERDUE'],
  DUE: ['DUE'],
  OVERDUE: ['OVERDUE'],
  BREACHED: ['BREACHED'],
  MET: ['MET'],
};
const INDICATORS: Record<DueState, StatusIndicatorProps.Type> = { DUE: 'pending', OVERDUE: 'error', BREACHED: 'warning', MET: 'success' };

interface DueTableProps {
  /** Only of this owner, the empty text for what nobody owns; null for all. */
  readonly owner: string | null;
  readonly onOwner: (owner: string | null) => void;
}

export function DueTable({ owner, onOwner }: DueTableProps) {
  const { t } = useI18n();
  const [choice, setChoice] = useState('OPEN');
  const question = { states: CHOICES[choice] ?? [], ...(owner === null ? {} : { owners: [owner] }), maxResults: PAGE };
  const pages = usePages(JSON.stringify(question));
  const query = useDueFindings(pages.token === undefined ? question : { ...question, nextToken: pages.token });
  const options = (['OPEN', 'DUE', 'OVERDUE', 'BREACHED', 'MET'] as const).map((value) => ({ value, label: t(`due.state.${value}`) }));
  return (
    <Table<DueFinding>
      variant="container"
      contentDensity="compact"
      resizableColumns
      wrapLines
      enableKeyboardNavigation
      items={query.isError ? [] : (query.data?.findings ?? [])}
      trackBy="findingArn"
      loading={query.isPending}
      loadingText={t('app.loading')}
      ariaLabels={{ tableLabel: t('due.findings') }}
      header={<Header variant="h2">{t('due.findings')}</Header>}
      empty={query.isError ? <LoadError error={query.error} onRetry={() => void query.refetch()} /> : t('due.none')}
      columnDefinitions={useColumns()}
      filter={
        <div className="assay-filters">
          <Select
            ariaLabel={t('due.state')}
            options={options}
            selectedOption={options.find(({ value }) => value === choice) ?? null}
            onChange={({ detail }) => setChoice(detail.selectedOption.value ?? 'OPEN')}
          />
          {owner !== null && (
            <Token
              label={`${t('due.owner')}: ${owner === '' ? t('due.nobody') : owner}`}
              dismissLabel={t('due.allOwners')}
              onDismiss={() => onOwner(null)}
            />
          )}
        </div>
      }
      pagination={<Pager pages={pages} nextToken={query.data?.nextToken} label={t('due.pages')} disabled={query.isPending} />}
    />
  );
}

function useColumns(): TableProps.ColumnDefinition<DueFinding>[] {
  const { t, format } = useI18n();
  const follow = useFollow();
  return [
    {
      id: 'finding',
      header: t('field.vulnerabilityId'),
      width: 200,
      isRowHeader: true,
      cell: (one) => (
        <Link href={`/${formatState({ ...DEFAULT_STATE, view: 'list', finding: one.findingArn })}`} onFollow={follow}>
          {one.vulnerabilityId}
        </Link>
      ),
    },
    { id: 'severity', header: t('field.severity'), width: 120, cell: (one) => <SeverityMark severity={severityName(one.severity)} /> },
    {
      id: 'resource',
      header: t('field.resource'),
      width: 300,
      cell: (one) => <span className="assay-break">{one.resourceArn.replace(/^arn:[^:]*:[^:]*:[^:]*:[^:]*:/, '')}</span>,
    },
    {
      id: 'state',
      header: t('due.state'),
      width: 130,
      cell: (one) => <StatusIndicator type={INDICATORS[one.state]}>{t(`due.state.${one.state}`)}</StatusIndicator>,
    },
    { id: 'due', header: t('due.until'), width: 130, cell: (one) => format.date(one.dueAt) },
    { id: 'owner', header: t('due.owner'), width: 140, cell: (one) => one.owner ?? t('due.nobody') },
    { id: 'rule', header: t('due.rule'), width: 160, cell: (one) => <span className="assay-break">{one.rule}</span> },
  ];
}
