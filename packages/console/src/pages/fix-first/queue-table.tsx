import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useState } from 'react';
import { type FixFirstAction, useFixFirst } from '../../api/fix-first.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import type { Translate } from '../../i18n/translate.ts';
import { useEnvironment } from '../../ui/environment.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { useFollow } from '../../ui/location.tsx';
import { Pager } from '../../ui/pager.tsx';
import { SeverityMark, severityName } from '../../ui/severity.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { findingCriteria } from '../findings/criteria.ts';
import { type Condition, DEFAULT_STATE, formatState } from '../findings/findings-state.ts';
import type { FixFirstState } from './fix-first-state.ts';
import { type Fix, HowToFix } from './how-to-fix.tsx';
import { actionHref, placeName } from './links.ts';
import { Why } from './why.tsx';

const PAGE = 25;

interface QueueTableProps {
  readonly state: FixFirstState;
  readonly onState: (change: Partial<FixFirstState>) => void;
}

/** Everything that can be done, the most urgent first. */
export function QueueTable({ state, onState }: QueueTableProps) {
  const { t } = useI18n();
  const { now } = useEnvironment();
  const follow = useFollow();
  const { by, conditions } = state;
  const question = { groupBy: by, filterCriteria: findingCriteria({ conditions, status: 'ALL' }, now()), maxResults: PAGE };
  const pages = usePages(JSON.stringify(question));
  const query = useFixFirst(pages.token === undefined ? question : { ...question, nextToken: pages.token });
  const [fix, setFix] = useState<Fix | null>(null);
  return (
    <>
      <Table<FixFirstAction>
        variant="container"
        contentDensity="compact"
        resizableColumns
        wrapLines
        stickyHeader
        enableKeyboardNavigation
        items={query.isError || query.isPlaceholderData ? [] : (query.data?.actions ?? [])}
        trackBy={({ accountId, place, package: pkg, vulnerabilityId, running }) =>
          [vulnerabilityId, accountId, place, pkg?.namespace, pkg?.name, running].join(' ')
        }
        loading={query.isPending || query.isPlaceholderData}
        loadingText={t('app.loading')}
        ariaLabels={{ tableLabel: t('fixFirst.queue') }}
        columnDefinitions={useColumns({ conditions, before: (pages.index - 1) * PAGE, actions: query.data?.actions ?? [], onFix: setFix })}
        empty={
          query.isError ? (
            <LoadError error={query.error} onRetry={() => void query.refetch()} />
          ) : (
            <Empty narrowed={conditions.length > 0} onAll={() => onState({ conditions: [] })} />
          )
        }
        header={
          <Header
            variant="h2"
            actions={
              <SpaceBetween direction="horizontal" size="m" alignItems="center">
                <Link href={`/${formatState({ ...DEFAULT_STATE, view: 'list', sort: 'FIX_FIRST', conditions })}`} onFollow={follow}>
                  {t('fixFirst.findings')}
                </Link>
                <SegmentedControl
                  label={t('fixFirst.by')}
                  selectedId={by}
                  options={(['PACKAGE', 'VULNERABILITY'] as const).map((id) => ({ id, text: t(`fixFirst.by.${id}`) }))}
                  onChange={({ detail }) => onState({ by: detail.selectedId === 'VULNERABILITY' ? 'VULNERABILITY' : 'PACKAGE' })}
                />
              </SpaceBetween>
            }
          >
            {t('fixFirst.queue')}
          </Header>
        }
        pagination={<Pager pages={pages} nextToken={query.data?.nextToken} label={t('fixFirst.pages')} disabled={query.isPending} />}
      />
      {fix !== null && <HowToFix fix={fix} onClose={() => setFix(null)} />}
    </>
  );
}

function Empty({ narrowed, onAll }: { narrowed: boolean; onAll: () => void }) {
  const { t } = useI18n();
  return (
    <SpaceBetween size="s" alignItems="center">
      <Box variant="strong">{narrowed ? t('findings.noMatch') : t('fixFirst.none')}</Box>
      {narrowed && <Button onClick={onAll}>{t('findings.clearFilters')}</Button>}
    </SpaceBetween>
  );
}

interface Columns {
  readonly conditions: readonly Condition[];
  /** Rows on the pages before. */
  readonly before: number;
  readonly actions: readonly FixFirstAction[];
  readonly onFix: (fix: Fix) => void;
}
function useColumns({ conditions, before, actions, onFix }: Columns): TableProps.ColumnDefinition<FixFirstAction>[] {
  const { t, format } = useI18n();
  const { now } = useEnvironment();
  return [
    {
      id: 'rank',
      header: '#',
      width: 50,
      cell: (one) => <span className="assay-number assay-quiet">{format.number(before + actions.indexOf(one) + 1)}</span>,
    },
    { id: 'what', header: t('fixFirst.what'), width: 320, isRowHeader: true, cell: (one) => <What action={one} conditions={conditions} /> },
    { id: 'why', header: t('fixFirst.why'), width: 270, cell: (one) => <Why action={one} /> },
    { id: 'severity', header: t('field.severity'), width: 120, cell: (one) => <SeverityMark severity={severityName(one.severity)} /> },
    {
      id: 'removes',
      header: t('fixFirst.removes'),
      width: 110,
      cell: ({ removedFindingCount, findingCounts }) => (
        <span className="assay-number">
          {t('fixFirst.removesOf', { removed: format.number(removedFindingCount), all: format.number(findingCounts.all) })}
        </span>
      ),
    },
    {
      id: 'due',
      header: t('fixFirst.due'),
      width: 110,
      cell: ({ dueAt }) => <span title={format.dateTime(dueAt)}>{format.date(dueAt)}</span>,
    },
    {
      id: 'age',
      header: t('fixFirst.oldest'),
      width: 100,
      cell: ({ oldestFindingAt }) => <span title={format.dateTime(oldestFindingAt)}>{format.age(oldestFindingAt, now())}</span>,
    },
    {
      id: 'how',
      header: t('fixFirst.how'),
      width: 100,
      cell: (one) => {
        const name = actionName(one, t);
        return (
          <Button variant="inline-link" ariaLabel={t('fixFirst.howOf', { name })} onClick={() => onFix(fixOf(one, name, conditions))}>
            {t('fixFirst.howShort')}
          </Button>
        );
      },
    },
  ];
}

function What({ action, conditions }: { action: FixFirstAction; conditions: readonly Condition[] }) {
  const { t } = useI18n();
  const follow = useFollow();
  const { place, vulnerabilityId, vulnerabilityIds, vulnerabilityCount, places, placeNames = places, placeCount } = action;
  const name = actionName(action, t);
  const where = place === undefined ? places : [place];
  const few = (texts: readonly string[], count: number) =>
    count > 2 ? `${texts[0]} ${t('findings.morePackages', { count: count - 1 })}` : texts.join(', ');
  return (
    <div className="assay-break">
      <Link href={actionHref(action, conditions)} onFollow={follow}>
        {name}
      </Link>
      <div title={where.join('\n')}>{few(placeNames.map(placeName), place === undefined ? placeCount : 1)}</div>
      {vulnerabilityId === undefined && (
        <div className="assay-quiet" title={vulnerabilityIds.join('\n')}>
          {few(vulnerabilityIds, vulnerabilityCount)}
        </div>
      )}
    </div>
  );
}

function actionName({ package: pkg, vulnerabilityId }: FixFirstAction, t: Translate): string {
  const version = pkg?.fixedInVersion;
  return vulnerabilityId ?? (version === undefined ? (pkg?.name ?? '') : t('fixFirst.upgradeTo', { name: pkg?.name ?? '', version }));
}

function fixOf(action: FixFirstAction, name: string, conditions: readonly Condition[]): Fix {
  const { package: pkg, packages, place, places, placeNames = places, running } = action;
  return {
    ...{ title: place === undefined ? name : `${name}: ${placeName(placeNames[0] ?? place)}`, package: pkg, running },
    ...{
      installed: packages.map((one) => one.name),
      places: place === undefined ? places : [place],
      placeNames,
      href: actionHref(action, conditions),
    },
  };
}
