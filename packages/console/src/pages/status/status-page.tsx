import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import ProgressBar from '@cloudscape-design/components/progress-bar';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import Table from '@cloudscape-design/components/table';
import type { AdvisorySource, ServiceStatus } from '../../api/assay-types.ts';
import { isBusy, useServiceStatus } from '../../api/queries.ts';
import { ABSENT } from '../../format/format.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { ExternalLink } from '../../ui/external-link.tsx';
import { FirstLooks } from '../../ui/first-looks.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { STALE_DAYS } from '../../ui/notices.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';

export function StatusPage() {
  const { t } = useI18n();
  const query = useServiceStatus();
  return (
    <PageFrame title="status.title">
      <SpaceBetween size="l">
        <Header variant="h1">{t('status.title')}</Header>
        {query.isPending && <Spinner size="large" />}
        {query.isError && <LoadError error={query.error} onRetry={() => void query.refetch()} />}
        {query.data !== undefined && <Work status={query.data} />}
        {query.data !== undefined && <Advisories status={query.data} />}
        {query.data !== undefined && <About status={query.data} />}
      </SpaceBetween>
    </PageFrame>
  );
}

function Work({ status }: { status: ServiceStatus }) {
  const { t } = useI18n();
  const evaluation = status.evaluation;
  const done = evaluation?.resourcesDone ?? 0;
  const total = evaluation?.resourcesTotal ?? 0;
  return (
    <Container header={<Header variant="h2">{t('status.work')}</Header>}>
      <SpaceBetween size="s">
        {!isBusy(status) && <StatusIndicator type="success">{t('status.idle')}</StatusIndicator>}
        {evaluation?.state === 'RUNNING' && (
          <ProgressBar
            value={total > 0 ? (done / total) * 100 : 0}
            label={t('scanning.evaluating')}
            additionalInfo={t('status.progress', { done, total })}
          />
        )}
        {evaluation?.state === 'FAILED' && <StatusIndicator type="error">{t('status.evaluationFailed')}</StatusIndicator>}
        {status.counts.queuedJobs > 0 && (
          <StatusIndicator type="pending">{t('status.queued', { count: status.counts.queuedJobs })}</StatusIndicator>
        )}
        {status.firstLooks.length > 0 && <FirstLooks looks={status.firstLooks} />}
      </SpaceBetween>
    </Container>
  );
}

function Advisories({ status }: { status: ServiceStatus }) {
  const { t, format } = useI18n();
  const { now } = useEnvironment();
  const database = status.database;
  if (database === undefined) return null;
  const old = database.ageSeconds >= STALE_DAYS * 86_400;
  const age = format.age(now() / 1000 - database.ageSeconds, now());
  return (
    <Table<AdvisorySource>
      variant="container"
      contentDensity="compact"
      items={database.sources}
      trackBy="name"
      empty={t('status.noSources')}
      ariaLabels={{ tableLabel: t('status.sources') }}
      header={
        <SpaceBetween size="m">
          <Header variant="h2">{t('status.advisories')}</Header>
          <KeyValuePairs
            columns={4}
            items={[
              { label: t('field.age'), value: <StatusIndicator type={old ? 'warning' : 'success'}>{age}</StatusIndicator> },
              { label: t('status.built'), value: format.dateTime(database.builtAt) },
              { label: t('status.records'), value: database.recordCount === undefined ? ABSENT : format.number(database.recordCount) },
              {
                label: t('status.revision'),
                value: (
                  <code className="assay-code" title={database.revision}>
                    {database.revision.slice(0, 16)}
                  </code>
                ),
              },
            ]}
          />
        </SpaceBetween>
      }
      columnDefinitions={[
        {
          id: 'name',
          header: t('status.source'),
          isRowHeader: true,
          cell: (source) => (source.url === undefined ? source.name : <ExternalLink href={source.url}>{source.name}</ExternalLink>),
        },
        {
          id: 'records',
          header: t('status.records'),
          cell: (source) => (source.recordCount === undefined ? ABSENT : format.number(source.recordCount)),
        },
        { id: 'built', header: t('status.fetched'), cell: (source) => format.dateTime(source.builtAt) },
        { id: 'licence', header: t('status.license'), cell: (source) => source.licence ?? ABSENT },
      ]}
    />
  );
}

function About({ status }: { status: ServiceStatus }) {
  const { t, format } = useI18n();
  return (
    <Container header={<Header variant="h2">{t('status.service')}</Header>}>
      <KeyValuePairs
        columns={4}
        items={[
          { label: t('status.version'), value: status.version },
          { label: t('status.region'), value: status.region },
          { label: t('status.account'), value: status.account },
          { label: t('status.started'), value: format.dateTime(status.startedAt) },
          { label: t('resources.total'), value: format.number(status.counts.resources) },
          { label: t('status.packages'), value: status.counts.packages === undefined ? ABSENT : format.number(status.counts.packages) },
          { label: t('findings.title'), value: format.number(status.counts.findings) },
        ]}
      />
    </Container>
  );
}
