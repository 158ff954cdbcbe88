import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { type UnresolvedImage, useUnresolvedImages } from '../../api/clusters.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Ago } from '../../ui/ago.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { useFollow } from '../../ui/location.tsx';
import { Pager } from '../../ui/pager.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { ALL_CLUSTERS, formatClusters } from './clusters-state.ts';

/** Everything that runs and is no image that is known, with the words of the runtime and what to do. */
export function UnresolvedTable() {
  const { t } = useI18n();
  const pages = usePages('unresolved');
  const query = useUnresolvedImages(pages.token);
  const nextToken = query.data?.nextToken;
  return (
    <Table<UnresolvedImage>
      variant="borderless"
      contentDensity="compact"
      wrapLines
      enableKeyboardNavigation
      items={query.isError ? [] : (query.data?.images ?? [])}
      trackBy={(one) =>
        JSON.stringify([one.accountId, one.clusterArn, one.namespace, one.type, one.name, one.image, one.imageId, one.platform])
      }
      loading={query.isPending}
      loadingText={t('app.loading')}
      ariaLabels={{ tableLabel: t('clusters.tabUnresolved') }}
      header={<Header variant="h3" description={t('clusters.unresolvedIntro')} />}
      empty={query.isError ? <LoadError error={query.error} onRetry={() => void query.refetch()} /> : t('clusters.unresolvedNone')}
      columnDefinitions={useColumns()}
      pagination={
        pages.count(nextToken) > 1 && (
          <Pager pages={pages} nextToken={nextToken} label={t('clusters.unresolvedPages')} disabled={query.isFetching} />
        )
      }
    />
  );
}

function useColumns(): TableProps.ColumnDefinition<UnresolvedImage>[] {
  const { t, format } = useI18n();
  const follow = useFollow();
  return [
    {
      id: 'image',
      header: t('clusters.image'),
      isRowHeader: true,
      minWidth: 240,
      cell: ({ image, imageId }) => <RawImage image={image} imageId={imageId} />,
    },
    {
      id: 'where',
      header: t('clusters.where'),
      minWidth: 180,
      cell: ({ clusterArn, namespace, type, name }) => (
        <>
          <span className="assay-break">
            <Link href={formatClusters({ ...ALL_CLUSTERS, cluster: clusterArn, workload: { namespace, type, name } })} onFollow={follow}>
              {name}
            </Link>
          </span>
          <span className="assay-block">
            {[clusterArn.replace(/^.*cluster\//, ''), namespace, type].filter((one) => one !== '').join(' · ')}
          </span>
        </>
      ),
    },
    {
      id: 'running',
      header: <span className="assay-end">{t('clusters.running')}</span>,
      cell: ({ runningUnitCount }) => <span className="assay-end">{format.number(runningUnitCount)}</span>,
    },
    { id: 'tried', header: t('clusters.tried'), cell: ({ lastTriedAt }) => <Ago at={lastTriedAt} /> },
    { id: 'todo', header: t('clusters.todo'), minWidth: 260, cell: ({ reason, image }) => <WhatToDo reason={reason} image={image} /> },
  ];
}

/** As the workload names it, and as the runtime tells it, both unchanged. */
export function RawImage({ image, imageId }: { image: string; imageId: string }) {
  const { t } = useI18n();
  return (
    <>
      <span className="assay-break">{image === '' ? imageId : image}</span>
      <span className="assay-block assay-code">{imageId === '' ? t('clusters.runtimeSaysNothing') : imageId}</span>
    </>
  );
}

export function WhatToDo({ reason, image }: { reason: UnresolvedImage['reason']; image: string }) {
  const { t } = useI18n();
  return (
    <>
      <span>{t(`clusters.todo.${reason}`)}</span>
      {reason === 'UNKNOWN_DIGEST' && /^[\w./:@-]+$/.test(image) && (
        <span className="assay-block">
          <CommandLine command={`npx assay submit ${image}`} />
        </span>
      )}
    </>
  );
}
