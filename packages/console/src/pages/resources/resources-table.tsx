import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useState } from 'react';
import type { FirstLook } from '../../api/assay-types.ts';
import { useCoverage, useServiceStatus } from '../../api/queries.ts';
import type { CoveredResource } from '../../api/types.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { navigate, useFollow, usePlace } from '../../ui/location.tsx';
import { Pager } from '../../ui/pager.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { choiceLabel } from '../findings/choice-label.ts';
import { CoverageFilter } from './coverage-filter.tsx';
import { type CoverageState, coverageCriteria, formatCoverage, parseCoverage } from './coverage-state.ts';
import { RemoveSample } from './remove-sample.tsx';
import { coveredName, findingsHref, firstLookOf, isSample } from './resource-facts.ts';

const PAGE = 50;
type Message = (type: 'success' | 'error', text: string) => void;

export function ResourcesTable({ onMessage }: { onMessage: Message }) {
  const { t } = useI18n();
  const { search } = usePlace();
  const state = parseCoverage(search);
  const [removing, setRemoving] = useState<{ resource: CoveredResource; look: FirstLook } | null>(null);
  const looks = useServiceStatus().data?.firstLooks ?? [];
  const question = { filterCriteria: coverageCriteria(state), maxResults: PAGE };
  const pages = usePages(JSON.stringify(question));
  const query = useCoverage(pages.token === undefined ? question : { ...question, nextToken: pages.token });
  const nextToken = query.data?.nextToken;
  const change = (next: CoverageState) => navigate(`/resources${formatCoverage(next)}`);
  return (
    <>
      <Table<CoveredResource>
        variant="container"
        contentDensity="compact"
        resizableColumns
        enableKeyboardNavigation
        items={query.isError ? [] : (query.data?.coveredResources ?? [])}
        trackBy={(resource) => `${resource.resourceId} ${resource.scanType}`}
        loading={query.isPending}
        loadingText={t('app.loading')}
        ariaLabels={{ tableLabel: t('resources.tableLabel') }}
        columnDefinitions={useColumns(looks, (resource, look) => setRemoving({ resource, look }))}
        empty={
          query.isError ? (
            <LoadError error={query.error} onRetry={() => void query.refetch()} />
          ) : (
            <Empty filtered={state.conditions.length > 0} onClear={() => change({ conditions: [] })} />
          )
        }
        header={<Header variant="h2">{t('resources.tableLabel')}</Header>}
        filter={<CoverageFilter state={state} onState={change} />}
        pagination={<Pager pages={pages} nextToken={nextToken} label={t('resources.pages')} disabled={query.isPending} />}
      />
      {removing !== null && (
        <RemoveSample
          name={coveredName(removing.resource)}
          resourceArn={removing.look.resourceArn ?? ''}
          onDone={() => setRemoving(null)}
          onMessage={onMessage}
        />
      )}
    </>
  );
}

function useColumns(
  looks: readonly FirstLook[],
  remove: (resource: CoveredResource, look: FirstLook) => void,
): TableProps.ColumnDefinition<CoveredResource>[] {
  const { t, format } = useI18n();
  const { now } = useEnvironment();
  return [
    {
      id: 'name',
      header: t('field.resource'),
      width: 220,
      isRowHeader: true,
      cell: (resource) => <span title={resource.resourceId}>{coveredName(resource)}</span>,
    },
    {
      id: 'type',
      header: t('resources.type'),
      width: 140,
      cell: (resource) => choiceLabel('resourceType', resource.resourceType ?? '', t),
    },
    { id: 'scan', header: t('resources.scan'), width: 104, cell: (resource) => choiceLabel('resources.scan', resource.scanType ?? '', t) },
    {
      id: 'status',
      header: t('resources.status'),
      width: 118,
      cell: (resource) => {
        const active = resource.scanStatus?.statusCode === 'ACTIVE';
        return (
          <StatusIndicator type={active ? 'success' : 'stopped'}>{t(active ? 'resources.active' : 'resources.inactive')}</StatusIndicator>
        );
      },
    },
    {
      id: 'reason',
      header: t('resources.reason'),
      width: 206,
      cell: (resource) => <Reason resource={resource} look={firstLookOf(resource, looks)} />,
    },
    {
      id: 'last',
      header: t('resources.lastScanned'),
      width: 142,
      cell: (resource) =>
        resource.lastScannedAt === undefined ? (
          t('resources.never')
        ) : (
          <span title={format.dateTime(resource.lastScannedAt)}>{format.ago(resource.lastScannedAt, now())}</span>
        ),
    },
    {
      id: 'actions',
      header: t('resources.actions'),
      width: 260,
      cell: (resource) => <ActionsCell resource={resource} look={firstLookOf(resource, looks)} remove={remove} />,
    },
  ];
}

function Reason({ resource, look }: { resource: CoveredResource; look: FirstLook | undefined }) {
  const { t } = useI18n();
  const reason = choiceLabel('reason', resource.scanStatus?.reason ?? '', t);
  const gaps = look?.gapCount ?? 0;
  return (
    <>
      {gaps > 0 && resource.scanStatus?.reason === 'SUCCESSFUL' ? t('look.partly', { count: gaps }) : reason}
      {look?.message !== undefined && look.message !== '' && <span className="assay-quiet"> {look.message}</span>}
    </>
  );
}

function Empty({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const { t } = useI18n();
  return (
    <SpaceBetween size="s" alignItems="center">
      <Box variant="strong">{t(filtered ? 'resources.noMatch' : 'resources.empty')}</Box>
      {filtered ? (
        <Button onClick={onClear}>{t('findings.clearFilters')}</Button>
      ) : (
        <>
          <Box color="text-body-secondary">{t('findings.noResourcesText')}</Box>
          <CommandLine command="npx assay submit debian:12" />
        </>
      )}
    </SpaceBetween>
  );
}

interface ActionsCellProps {
  readonly resource: CoveredResource;
  readonly look: FirstLook | undefined;
  readonly remove: (resource: CoveredResource, look: FirstLook) => void;
}

function ActionsCell({ resource, look, remove }: ActionsCellProps) {
  const { t } = useI18n();
  const follow = useFollow();
  return (
    <span className="assay-actions">
      <Link href={findingsHref(resource)} onFollow={follow} ariaLabel={`${t('resources.showFindings')}: ${coveredName(resource)}`}>
        {t('resources.showFindings')}
      </Link>
      {look !== undefined && isSample(look) && (
        <Button variant="inline-link" wrapText={false} onClick={() => remove(resource, look)}>
          {t('resources.removeSample')}
        </Button>
      )}
    </span>
  );
}
