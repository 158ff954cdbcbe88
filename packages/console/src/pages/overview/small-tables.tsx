import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import Table from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { useFollow } from '../../ui/location.tsx';
import { SeverityMark, severityName } from '../../ui/severity.tsx';
import { DEFAULT_STATE, formatState } from '../findings/findings-state.ts';
import { MOVER_KINDS, type Mover, type MoverKind, type RemediationTime, useMovers, useRemediation, useUrgentPackages } from './queries.ts';

const MOVER_FIELDS: Record<MoverKind, string> = {
  VULNERABILITY: 'vulnerabilityId',
  REPOSITORY: 'ecrImageRepositoryName',
  RESOURCE: 'resourceId',
};

function FindingsLink({ field, value }: { field: string; value: string }) {
  const follow = useFollow();
  const conditions = [{ key: field, operator: '=' as const, values: [value] }];
  return (
    <Link href={`/${formatState({ ...DEFAULT_STATE, view: 'list', conditions })}`} onFollow={follow}>
      <span className="assay-break">{value}</span>
    </Link>
  );
}

export function Remediation({ startTime }: { startTime: number }) {
  const { t, format } = useI18n();
  const query = useRemediation(startTime);
  // A length of time is an age from a moment that lies so long ago.
  const length = (seconds: number) => format.age(-seconds, 0);
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  const items = [...(query.data?.bySeverity ?? []), ...(query.data?.all === undefined ? [] : [query.data.all])];
  return (
    <Table<RemediationTime>
      items={items}
      loading={query.isPending}
      empty={t('overview.remediationNone')}
      contentDensity="compact"
      header={<Header variant="h2">{t('overview.remediation')}</Header>}
      ariaLabels={{ tableLabel: t('overview.remediation') }}
      columnDefinitions={[
        {
          id: 'severity',
          header: t('field.severity'),
          isRowHeader: true,
          cell: ({ severity }) => (severity === undefined ? t('field.total') : <SeverityMark severity={severityName(severity)} />),
        },
        { id: 'findings', header: t('overview.closed'), cell: ({ findings }) => format.number(findings) },
        { id: 'mean', header: t('overview.mean'), cell: ({ meanSeconds }) => length(meanSeconds) },
        { id: 'median', header: t('overview.median'), cell: ({ medianSeconds }) => length(medianSeconds) },
      ]}
    />
  );
}

export function Movers({ startTime }: { startTime: number }) {
  const { t, format } = useI18n();
  const [by, setBy] = useState<MoverKind>('VULNERABILITY');
  const query = useMovers(by, startTime);
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Table<Mover>
      items={query.data?.movers ?? []}
      loading={query.isPending}
      trackBy="name"
      empty={t('overview.moversNone')}
      contentDensity="compact"
      wrapLines
      ariaLabels={{ tableLabel: t('overview.movers') }}
      header={
        <Header
          variant="h2"
          actions={
            <SegmentedControl
              label={t('overview.moversBy')}
              selectedId={by}
              options={MOVER_KINDS.map((id) => ({ id, text: t(`overview.mover.${id}`) }))}
              onChange={(event) => setBy(MOVER_KINDS.find((kind) => kind === event.detail.selectedId) ?? by)}
            />
          }
        >
          {t('overview.movers')}
        </Header>
      }
      columnDefinitions={[
        {
          id: 'name',
          header: t(`overview.mover.${by}`),
          isRowHeader: true,
          cell: ({ name }) => <FindingsLink field={MOVER_FIELDS[by]} value={name} />,
        },
        { id: 'opened', header: t('overview.opened'), cell: ({ opened }) => format.number(opened) },
        { id: 'closed', header: t('overview.closed'), cell: ({ closed }) => format.number(closed) },
      ]}
    />
  );
}

export function UrgentPackages() {
  const { t, format } = useI18n();
  const query = useUrgentPackages();
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  const items = (query.data?.responses ?? []).flatMap(({ packageAggregation }) => (packageAggregation ? [packageAggregation] : []));
  return (
    <Table
      items={items}
      loading={query.isPending}
      empty={t('overview.packagesNone')}
      contentDensity="compact"
      header={<Header variant="h2">{t('overview.packages')}</Header>}
      ariaLabels={{ tableLabel: t('overview.packages') }}
      columnDefinitions={[
        {
          id: 'name',
          header: t('field.package'),
          isRowHeader: true,
          cell: ({ packageName }) => <FindingsLink field="packageName" value={packageName} />,
        },
        { id: 'critical', header: t('severity.CRITICAL'), cell: ({ severityCounts }) => format.number(severityCounts?.critical ?? 0) },
        { id: 'high', header: t('severity.HIGH'), cell: ({ severityCounts }) => format.number(severityCounts?.high ?? 0) },
        { id: 'all', header: t('field.total'), cell: ({ severityCounts }) => format.number(severityCounts?.all ?? 0) },
      ]}
    />
  );
}
