import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Checkbox from '@cloudscape-design/components/checkbox';
import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useMay } from '../../api/queries.ts';
import { type RuleState, type SuppressionRule, useRules } from '../../api/rules.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { Pager } from '../../ui/pager.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { CriteriaText } from '../findings/criteria-text.tsx';
import type { RuleTask } from './rules-page.tsx';

const PAGE = 50;
const STATES = ['IN_FORCE', 'PENDING_APPROVAL', 'EXPIRED'] as const;
const INDICATORS: Record<RuleState, StatusIndicatorProps.Type> = { IN_FORCE: 'success', PENDING_APPROVAL: 'pending', EXPIRED: 'stopped' };
type OnTask = (task: RuleTask, rule: SuppressionRule) => void;

export function RulesTable({ onTask }: { onTask: OnTask }) {
  const { t } = useI18n();
  const [state, setState] = useState<RuleState | 'ALL'>('ALL');
  const [stale, setStale] = useState(false);
  const question = { ...(state === 'ALL' ? {} : { state }), ...(stale ? { onlyStale: true } : {}), maxResults: PAGE };
  const pages = usePages(JSON.stringify(question));
  const query = useRules(pages.token === undefined ? question : { ...question, nextToken: pages.token });
  const options = (['ALL', ...STATES] as const).map((value) => ({ value, label: t(`rules.state.${value}`) }));
  return (
    <Table<SuppressionRule>
      variant="container"
      contentDensity="compact"
      resizableColumns
      wrapLines
      enableKeyboardNavigation
      items={query.isError ? [] : (query.data?.rules ?? [])}
      trackBy="filterArn"
      loading={query.isPending}
      loadingText={t('app.loading')}
      ariaLabels={{ tableLabel: t('rules.title') }}
      columnDefinitions={useColumns(onTask)}
      empty={query.isError ? <LoadError error={query.error} onRetry={() => void query.refetch()} /> : t('rules.empty')}
      header={<Header variant="h2">{t('rules.tableLabel')}</Header>}
      filter={
        <div className="assay-filters">
          <Select
            ariaLabel={t('rules.state')}
            options={options}
            selectedOption={options.find((option) => option.value === state) ?? null}
            onChange={({ detail }) => setState((detail.selectedOption.value ?? 'ALL') as RuleState | 'ALL')}
          />
          <Checkbox checked={stale} onChange={({ detail }) => setStale(detail.checked)}>
            {t('rules.onlyStale')}
          </Checkbox>
        </div>
      }
      pagination={<Pager pages={pages} nextToken={query.data?.nextToken} label={t('rules.pages')} disabled={query.isPending} />}
    />
  );
}

function useColumns(onTask: OnTask): TableProps.ColumnDefinition<SuppressionRule>[] {
  const { t, format } = useI18n();
  return [
    {
      id: 'name',
      header: t('rules.name'),
      width: 220,
      isRowHeader: true,
      cell: (rule) => (
        <span title={rule.filterArn} className="assay-break">
          {rule.name}
          {rule.reason !== undefined && <div className="assay-quiet">{rule.reason}</div>}
        </span>
      ),
    },
    { id: 'criteria', header: t('rules.criteria'), width: 300, cell: (rule) => <CriteriaText criteria={rule.filterCriteria} /> },
    {
      id: 'owner',
      header: t('rules.owner'),
      width: 140,
      cell: (rule) => <span className="assay-break">{rule.owner ?? t('rules.nobody')}</span>,
    },
    {
      id: 'state',
      header: t('rules.state'),
      width: 170,
      cell: (rule) => (
        <>
          <StatusIndicator type={INDICATORS[rule.state]}>{t(`rules.state.${rule.state}`)}</StatusIndicator>
          {rule.approvedBy !== undefined && (
            <div className="assay-quiet">{t('rules.approvedBy', { name: rule.approvedBy.replace(/^.*\//, '') })}</div>
          )}
        </>
      ),
    },
    {
      id: 'hidden',
      header: t('rules.hidden'),
      width: 120,
      cell: (rule) => (
        <span className="assay-number">
          {format.number(rule.hidden)}
          {!rule.applied && <div className="assay-quiet">{t('rules.beingApplied')}</div>}
        </span>
      ),
    },
    {
      id: 'expires',
      header: t('rules.expires'),
      width: 130,
      cell: (rule) => (rule.expiresAt === undefined ? t('rules.never') : format.date(rule.expiresAt - 1)),
    },
    { id: 'actions', header: t('resources.actions'), width: 90, cell: (rule) => <Tasks rule={rule} onTask={onTask} /> },
  ];
}

function Tasks({ rule, onTask }: { rule: SuppressionRule; onTask: OnTask }) {
  const { t } = useI18n();
  const operator = useMay('operator');
  const admin = useMay('admin');
  const tasks: RuleTask[] = [
    ...(operator ? (['change'] as const) : []),
    ...(admin && rule.state === 'PENDING_APPROVAL' ? (['approve'] as const) : []),
    'history',
    ...(operator ? (['delete'] as const) : []),
  ];
  return (
    <ButtonDropdown
      variant="inline-icon"
      expandToViewport
      ariaLabel={t('rules.actionsOf', { name: rule.name })}
      items={tasks.map((id) => ({ id, text: t(`rules.${id}`) }))}
      onItemClick={({ detail }) => onTask(detail.id as RuleTask, rule)}
    />
  );
}
