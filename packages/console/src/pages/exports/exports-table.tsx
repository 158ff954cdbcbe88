import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { type Export, exportChanges, useExports } from '../../api/exports.ts';
import { useMay } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { Pager } from '../../ui/pager.tsx';
import { useChange } from '../../ui/use-change.ts';
import { usePages } from '../../ui/use-pages.ts';
import { choiceLabel } from '../findings/choice-label.ts';
import { DownloadReport } from './download-report.tsx';
import { DownloadSbom } from './download-sbom.tsx';

const PAGE = 25;
const INDICATORS: Record<Export['status'], StatusIndicatorProps.Type> = {
  IN_PROGRESS: 'in-progress',
  SUCCEEDED: 'success',
  CANCELLED: 'stopped',
  FAILED: 'error',
};

export function ExportsTable() {
  const { t } = useI18n();
  const pages = usePages('exports');
  const query = useExports({ maxResults: PAGE, ...(pages.token === undefined ? {} : { nextToken: pages.token }) });
  return (
    <Table<Export>
      variant="container"
      contentDensity="compact"
      resizableColumns
      wrapLines
      enableKeyboardNavigation
      items={query.isError ? [] : (query.data?.exports ?? [])}
      trackBy="reportId"
      loading={query.isPending}
      loadingText={t('app.loading')}
      ariaLabels={{ tableLabel: t('exports.title') }}
      columnDefinitions={useColumns()}
      empty={query.isError ? <LoadError error={query.error} onRetry={() => void query.refetch()} /> : t('exports.empty')}
      header={<Header variant="h2">{t('exports.tableLabel')}</Header>}
      pagination={<Pager pages={pages} nextToken={query.data?.nextToken} label={t('exports.pages')} disabled={query.isPending} />}
    />
  );
}

function useColumns(): TableProps.ColumnDefinition<Export>[] {
  const { t, format } = useI18n();
  return [
    {
      id: 'what',
      header: t('exports.what'),
      width: 190,
      isRowHeader: true,
      cell: (one) => (
        <span title={one.reportId}>
          {t(`exports.kind.${one.kind}`)} <span className="assay-quiet">{choiceLabel('exports.format', one.format, t)}</span>
        </span>
      ),
    },
    { id: 'created', header: t('exports.created'), width: 170, cell: (one) => format.dateTime(one.createdAt) },
    {
      id: 'by',
      header: t('exports.by'),
      width: 120,
      cell: (one) => (
        <span title={one.createdBy} className="assay-break">
          {one.createdBy.replace(/^.*\//, '')}
        </span>
      ),
    },
    { id: 'status', header: t('field.status'), width: 240, cell: (one) => <Status one={one} /> },
    {
      id: 'size',
      header: t('exports.size'),
      width: 150,
      cell: (one) => (
        <span className="assay-number">
          {t('exports.items', { count: one.itemCount })}
          <div className="assay-quiet">{format.bytes(one.sizeInBytes)}</div>
        </span>
      ),
    },
    {
      id: 'place',
      header: t('exports.place'),
      width: 170,
      cell: (one) => <span className="assay-break">{one.location ?? `${one.bucketName}/${one.keyPrefix ?? ''}`}</span>,
    },
    { id: 'actions', header: t('resources.actions'), width: 130, cell: (one) => <Actions one={one} /> },
  ];
}

function Status({ one }: { one: Export }) {
  const { t } = useI18n();
  return (
    <>
      <StatusIndicator type={INDICATORS[one.status]}>{t(`exports.status.${one.status}`)}</StatusIndicator>
      {one.errorCode !== undefined && <div className="assay-quiet assay-break">{choiceLabel('exports.error', one.errorCode, t)}</div>}
      {one.errorMessage !== undefined && one.errorMessage !== '' && <div className="assay-quiet assay-break">{one.errorMessage}</div>}
    </>
  );
}

function Actions({ one }: { one: Export }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const operator = useMay('operator');
  const action = useChange();
  if (one.status === 'SUCCEEDED') return one.kind === 'FINDINGS_REPORT' ? <DownloadReport one={one} /> : <DownloadSbom one={one} />;
  if (one.status !== 'IN_PROGRESS' || !operator) return null;
  return (
    <>
      <Button variant="inline-link" loading={action.working} onClick={() => void action.run(() => exportChanges(client).cancel(one))}>
        {t('exports.cancel')}
      </Button>
      {action.error !== null && <div role="alert">{action.error}</div>}
    </>
  );
}
