import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useState } from 'react';
import { type RepositoryImage, type RepositoryPlace, useRepositoryImages } from '../../api/images.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { navigate } from '../../ui/location.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Note } from '../../ui/note.tsx';
import { Pager } from '../../ui/pager.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { choiceLabel } from '../findings/choice-label.ts';
import { CountsBar, findingsOf } from './counts-bar.tsx';
import { type ImageRow, imageRows, platformRows, rowName } from './image-rows.ts';
import { ImagesFilter } from './images-filter.tsx';
import { DEFAULT_IMAGES, formatImages, type ImagesState } from './images-state.ts';
import { shortDigest } from './tag-lanes.ts';
import { WhereItRuns } from './where-it-runs.tsx';

const PAGE = 50;
const TAGS = 6;

/** What a repository holds, newest first: each digest with its tags, the images of an index beneath it. */
export function ImagesTable({ at, state }: { at: RepositoryPlace; state: ImagesState }) {
  const { t } = useI18n();
  const question = {
    ...at,
    maxResults: PAGE,
    ...(state.inUse ? { inUse: true } : {}),
    ...(state.status === null ? {} : { statusCode: state.status }),
    ...(state.digest === '' ? {} : { digest: state.digest }),
  };
  const pages = usePages(JSON.stringify(question));
  const query = useRepositoryImages(pages.token === undefined ? question : { ...question, nextToken: pages.token });
  const [closed, setClosed] = useState<readonly string[]>([]);
  const [where, setWhere] = useState<ImageRow | null>(null);
  const rows = imageRows(query.isError ? [] : (query.data?.images ?? []));
  const ask = (change: Partial<ImagesState>) => navigate(`/images${formatImages({ ...state, ...change })}`);
  return (
    <>
      <Table<ImageRow>
        items={rows}
        trackBy="key"
        loading={query.isPending}
        loadingText={t('app.loading')}
        contentDensity="compact"
        resizableColumns
        wrapLines
        enableKeyboardNavigation
        ariaLabels={{
          tableLabel: t('images.images'),
          expandButtonLabel: (row) => t('images.showPlatforms', { name: rowName(row) }),
          collapseButtonLabel: (row) => t('images.hidePlatforms', { name: rowName(row) }),
        }}
        expandableRows={{
          getItemChildren: (row) => [...platformRows(row)],
          isItemExpandable: (row) => platformRows(row).length > 0,
          expandedItems: rows.filter(({ key }) => !closed.includes(key)),
          onExpandableItemToggle: ({ detail: { item, expanded } }) =>
            setClosed(expanded ? closed.filter((key) => key !== item.key) : [...closed, item.key]),
        }}
        columnDefinitions={useColumns(setWhere)}
        empty={
          query.isError ? (
            <LoadError error={query.error} onRetry={() => void query.refetch()} />
          ) : (
            <Empty filtered={state.inUse || state.status !== null || state.digest !== ''} onClear={() => ask({ ...DEFAULT_IMAGES, at })} />
          )
        }
        header={<Header variant="h2">{t('images.images')}</Header>}
        filter={<ImagesFilter state={state} onAsk={ask} />}
        pagination={<Pager pages={pages} nextToken={query.data?.nextToken} label={t('images.imagePages')} disabled={query.isPending} />}
      />
      {where !== null && <WhereItRuns name={rowName(where)} resourceArns={where.arns} onClose={() => setWhere(null)} />}
    </>
  );
}

function useColumns(showWhere: (row: ImageRow) => void): TableProps.ColumnDefinition<ImageRow>[] {
  const { t } = useI18n();
  return [
    { id: 'image', header: t('images.image'), width: 320, isRowHeader: true, cell: (row) => <Name row={row} /> },
    { id: 'status', header: t('field.status'), width: 230, cell: (row) => <Status row={row} /> },
    { id: 'use', header: t('images.inUse'), width: 130, cell: (row) => <InUse row={row} onWhere={() => showWhere(row)} /> },
    {
      id: 'findings',
      header: t('images.findings'),
      width: 190,
      cell: (row) =>
        row.arns.length > 0 && <CountsBar findings={row.findings} of={rowName(row)} href={findingsOf('resourceId', row.arns)} />,
    },
    {
      id: 'pushed',
      header: t('images.pushed'),
      width: 130,
      cell: ({ image, platform }) => platform === undefined && <Moment at={image.pushedAt} />,
    },
    {
      id: 'pulled',
      header: t('images.pulled'),
      width: 130,
      cell: ({ image, platform }) => platform === undefined && <Moment at={image.pulledAt} />,
    },
  ];
}

function Name({ row }: { row: ImageRow }) {
  const { t } = useI18n();
  const { image, platform } = row;
  if (platform !== undefined) {
    return (
      <>
        {platform.platform}
        <code className="assay-code assay-block" title={platform.digest}>
          {shortDigest(platform.digest)}
        </code>
      </>
    );
  }
  const only = image.platforms.length === 1 ? image.platforms[0]?.platform : undefined;
  return (
    <>
      <span className="assay-tags">
        {image.tags.slice(0, TAGS).map((tag) => (
          <span key={tag} className="assay-tag" title={tag}>
            {tag}
          </span>
        ))}
        {image.tags.length > TAGS && <span title={image.tags.slice(TAGS).join(', ')}>+{image.tags.length - TAGS}</span>}
        {image.tags.length === 0 && <span className="assay-quiet">{t('images.noTag')}</span>}
      </span>
      <span className="assay-block">
        <code className="assay-code" title={image.digest}>
          {shortDigest(image.digest)}
        </code>
        {only !== undefined && ` · ${only}`}
      </span>
      <Moved image={image} runs={row.inUseCount > 0} />
    </>
  );
}

/** Tags that meant this image until something newer took them: what still runs under it is old. */
function Moved({ image, runs }: { image: RepositoryImage; runs: boolean }) {
  const { t, format } = useI18n();
  const [last, ...others] = image.movedTags;
  if (last === undefined) return null;
  const more = others.map(({ tag }) => tag).join(', ');
  const words = { tag: last.tag, digest: shortDigest(last.digest) };
  return (
    <span title={more === '' ? format.dateTime(last.movedAt) : `${format.dateTime(last.movedAt)} (${more})`}>
      {runs ? <Note type="warning">{t('images.newerRuns', words)}</Note> : <span className="assay-block">{t('images.newer', words)}</span>}
    </span>
  );
}

function Status({ row }: { row: ImageRow }) {
  const { t } = useI18n();
  const { image, status } = row;
  return (
    <>
      {status !== undefined && (
        <StatusIndicator type={status.active ? 'success' : 'stopped'}>
          {t(status.active ? 'resources.active' : 'resources.inactive')}
        </StatusIndicator>
      )}
      {status?.reasons
        .filter((reason) => reason !== 'SUCCESSFUL')
        .map((reason) => (
          <span key={reason} className="assay-block">
            {choiceLabel('reason', reason, t)}
          </span>
        ))}
      {row.platform === undefined && <Special image={image} />}
    </>
  );
}

/** What is said of a digest beside whether it is watched. */
function Special({ image }: { image: RepositoryImage }) {
  const { t } = useI18n();
  return (
    <>
      {image.kind === 'ARTIFACT' && <span className="assay-block">{t('images.artifact', { type: image.artifactType ?? '' })}</span>}
      {image.error !== undefined && <Note type="error">{image.error}</Note>}
      {image.deletedAt !== undefined && <Note type="warning">{t('images.deleted')}</Note>}
      {image.platforms.length === 0 && image.kind !== 'ARTIFACT' && image.error === undefined && (
        <span className="assay-quiet">{t('images.notLooked')}</span>
      )}
    </>
  );
}

function InUse({ row, onWhere }: { row: ImageRow; onWhere: () => void }) {
  const { t, format } = useI18n();
  if (row.arns.length === 0) return null;
  const copies = t('images.copies', { count: row.inUseCount });
  return (
    <>
      {row.inUseCount === 0 ? (
        <span className="assay-quiet">{t('images.notRunning')}</span>
      ) : (
        <Button variant="inline-link" ariaLabel={t('images.showWhere', { copies, name: rowName(row) })} onClick={onWhere}>
          {copies}
        </Button>
      )}
      {row.lastInUseAt !== undefined && (
        <span className="assay-block" title={format.dateTime(row.lastInUseAt)}>
          <Moment at={row.lastInUseAt} />
        </span>
      )}
    </>
  );
}

function Empty({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  const { t } = useI18n();
  return (
    <>
      <Box variant="strong">{t(filtered ? 'images.noImageFits' : 'images.emptyRepository')}</Box>
      {filtered && (
        <div>
          <Button onClick={onClear}>{t('findings.clearFilters')}</Button>
        </div>
      )}
    </>
  );
}
