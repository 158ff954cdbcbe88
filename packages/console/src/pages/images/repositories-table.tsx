import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { type Repository, useRepositories } from '../../api/images.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { navigate, useFollow } from '../../ui/location.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Pager } from '../../ui/pager.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { CountsBar, findingsOf } from './counts-bar.tsx';
import { DEFAULT_IMAGES, formatImages, type ImagesState, repositoryHref } from './images-state.ts';
import { RepositoriesFilter } from './repositories-filter.tsx';

const PAGE = 50;

export function RepositoriesTable({ state }: { state: ImagesState }) {
  const { t } = useI18n();
  const question = {
    maxResults: PAGE,
    ...(state.registry === '' ? {} : { registry: state.registry }),
    ...(state.prefix === '' ? {} : { repositoryPrefix: state.prefix }),
    ...(state.inUse ? { inUse: true } : {}),
  };
  const pages = usePages(JSON.stringify(question));
  const query = useRepositories(pages.token === undefined ? question : { ...question, nextToken: pages.token });
  const rows = query.isError ? [] : (query.data?.repositories ?? []);
  const ask = (change: Partial<ImagesState>) => navigate(`/images${formatImages({ ...state, ...change })}`);
  return (
    <Table<Repository>
      items={rows}
      trackBy={({ accountId, registry, repository }) => `${accountId} ${registry} ${repository}`}
      loading={query.isPending}
      loadingText={t('app.loading')}
      contentDensity="compact"
      resizableColumns
      enableKeyboardNavigation
      ariaLabels={{ tableLabel: t('images.repositories') }}
      columnDefinitions={useColumns()}
      empty={
        query.isError ? (
          <LoadError error={query.error} onRetry={() => void query.refetch()} />
        ) : (
          <Empty filtered={formatImages(state) !== ''} />
        )
      }
      header={<Header variant="h2">{t('images.repositories')}</Header>}
      filter={<RepositoriesFilter key={state.prefix} state={state} rows={rows} onAsk={ask} />}
      pagination={<Pager pages={pages} nextToken={query.data?.nextToken} label={t('images.repositoryPages')} disabled={query.isPending} />}
    />
  );
}

function useColumns(): TableProps.ColumnDefinition<Repository>[] {
  const { t, format } = useI18n();
  return [
    { id: 'name', header: t('field.repository'), width: 330, isRowHeader: true, cell: (row) => <Name row={row} /> },
    {
      id: 'images',
      header: t('images.count'),
      width: 92,
      cell: ({ images }) => <span className="assay-end">{format.number(images)}</span>,
    },
    { id: 'use', header: t('images.inUse'), width: 110, cell: (row) => <InUse row={row} /> },
    {
      id: 'findings',
      header: t('images.findings'),
      width: 190,
      cell: ({ repository, findings }) => (
        <CountsBar findings={findings} of={repository} href={findingsOf('ecrImageRepositoryName', [repository])} />
      ),
    },
    { id: 'pushed', header: t('images.lastPush'), width: 140, cell: ({ lastPushedAt }) => <Moment at={lastPushedAt} /> },
    {
      id: 'frequency',
      header: t('images.frequency'),
      width: 190,
      cell: ({ scanFrequency }) => t(scanFrequency === undefined ? 'images.submitted' : `images.frequency.${scanFrequency}`),
    },
  ];
}

function Name({ row }: { row: Repository }) {
  const follow = useFollow();
  return (
    <>
      <Link href={repositoryHref(row)} onFollow={follow}>
        <span className="assay-break">{row.repository}</span>
      </Link>
      <span className="assay-block">{row.registry}</span>
    </>
  );
}

function InUse({ row }: { row: Repository }) {
  const { t, format } = useI18n();
  if (row.imagesInUse === 0) return <span className="assay-end assay-quiet">{format.number(0)}</span>;
  return (
    <span className="assay-end">
      {format.number(row.imagesInUse)} <span className="assay-block">{t('images.copies', { count: row.inUseCount })}</span>
    </span>
  );
}

function Empty({ filtered }: { filtered: boolean }) {
  const { t } = useI18n();
  return (
    <SpaceBetween size="s" alignItems="center">
      <Box variant="strong">{t(filtered ? 'images.noMatch' : 'images.none')}</Box>
      {filtered ? (
        <Button onClick={() => navigate('/images')}>{t('findings.clearFilters')}</Button>
      ) : (
        <>
          <Box color="text-body-secondary">{t('images.noneText')}</Box>
          <Button onClick={() => navigate(`/images${formatImages({ ...DEFAULT_IMAGES, tab: 'registries' })}`)}>
            {t('images.toRegistries')}
          </Button>
          <CommandLine command="npx assay submit debian:12" />
        </>
      )}
    </SpaceBetween>
  );
}
