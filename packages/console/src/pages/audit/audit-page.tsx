import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import type { ReactNode } from 'react';
import { useMay } from '../../api/queries.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { navigate, usePlace } from '../../ui/location.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { Pager } from '../../ui/pager.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { AuditFilter } from './audit-filter.tsx';
import { auditCriteria, formatAudit, parseAudit } from './audit-state.ts';
import { cloudTrailFile, saveFile } from './download.ts';

type AuditRecord = Wire<assay.AuditRecord>;

export function AuditPage() {
  const { t } = useI18n();
  const admin = useMay('admin');
  return <PageOf>{admin ? <Records /> : <Alert type="info">{t('audit.admins')}</Alert>}</PageOf>;
}

function PageOf({ children }: { children: ReactNode }) {
  const { t } = useI18n();
  return (
    <PageFrame title="audit.title">
      <SpaceBetween size="m">
        <Header variant="h1" description={t('audit.intro')}>
          {t('audit.title')}
        </Header>
        {children}
      </SpaceBetween>
    </PageFrame>
  );
}

function Records() {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const { search } = usePlace();
  const action = useAction();
  const state = parseAudit(search);
  const criteria = auditCriteria(state);
  const pages = usePages(search);
  const query = useAnswer<{ records: AuditRecord[]; nextToken?: string }>('assay', '/assay/audit/list', {
    criteria,
    maxResults: 50,
    ...(pages.token === undefined ? {} : { nextToken: pages.token }),
  });
  async function download() {
    const { text, complete } = await cloudTrailFile(client, criteria);
    saveFile('cloudtrail.json', text);
    if (!complete) throw new Error(t('audit.cut'));
  }
  return (
    <SpaceBetween size="m">
      {action.messages}
      <AuditFilter key={search} state={state} onAsk={(wanted) => navigate(`/audit${formatAudit(wanted)}`)} />
      {query.isError && <LoadError error={query.error} onRetry={() => void query.refetch()} />}
      <RecordsTable
        records={query.data?.records ?? []}
        loading={query.isPending}
        actions={
          <Button iconName="download" loading={action.working} onClick={() => void action.run(download, t('audit.downloaded'))}>
            {t('audit.download')}
          </Button>
        }
        pager={<Pager pages={pages} nextToken={query.data?.nextToken} label={t('audit.title')} disabled={query.isFetching} />}
      />
    </SpaceBetween>
  );
}

interface RecordsTableProps {
  readonly records: readonly AuditRecord[];
  readonly loading: boolean;
  readonly actions: ReactNode;
  readonly pager: ReactNode;
}
function RecordsTable({ records, loading, actions, pager }: RecordsTableProps) {
  const { t, format } = useI18n();
  return (
    <Table<AuditRecord>
      items={records}
      loading={loading}
      loadingText={t('app.loading')}
      trackBy="requestId"
      contentDensity="compact"
      wrapLines
      empty={t('audit.none')}
      ariaLabels={{ tableLabel: t('audit.records') }}
      header={
        <Header variant="h2" actions={actions}>
          {t('audit.records')}
        </Header>
      }
      pagination={pager}
      columnDefinitions={[
        { id: 'at', header: t('audit.at'), cell: ({ at }) => format.dateTime(at) },
        { id: 'operation', header: t('audit.operation'), isRowHeader: true, cell: ({ operation }) => operation },
        { id: 'who', header: t('audit.principal'), cell: ({ principalArn }) => <span className="assay-break">{principalArn}</span> },
        { id: 'from', header: t('audit.from'), cell: ({ sourceAddress }) => sourceAddress },
        { id: 'outcome', header: t('audit.outcome'), cell: (record) => <Outcome record={record} /> },
        { id: 'what', header: t('audit.resource'), cell: ({ resources }) => <span className="assay-break">{resources.join(', ')}</span> },
      ]}
    />
  );
}

function Outcome({ record }: { record: AuditRecord }) {
  const { t } = useI18n();
  if (record.errorCode === undefined) return <StatusIndicator type="success">{t('audit.done')}</StatusIndicator>;
  return (
    <>
      <StatusIndicator type="error">{record.errorCode}</StatusIndicator>
      <span className="assay-block">{record.errorMessage}</span>
    </>
  );
}
