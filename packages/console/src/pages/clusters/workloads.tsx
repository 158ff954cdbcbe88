import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useImageFindings, useWorkloads } from '../../api/clusters.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { type ClustersState, type WorkloadKey, workloadKey } from './clusters-state.ts';
import { resourceOf, workloadFacts } from './workload-facts.ts';
import { WorkloadMap } from './workload-map.tsx';
import { WorkloadsTable } from './workloads-table.tsx';

interface WorkloadsProps {
  readonly clusterArn: string;
  readonly state: ClustersState;
  readonly onWorkload: (workload: WorkloadKey) => void;
}

/** A page of workloads, drawn and as a table. */
export function Workloads({ clusterArn, state, onWorkload }: WorkloadsProps) {
  const { t } = useI18n();
  const pages = usePages(`${clusterArn} ${state.namespace}`);
  const query = useWorkloads(clusterArn, state.namespace, pages.token);
  const workloads = query.data?.workloads ?? [];
  const findings = useImageFindings(workloads.flatMap(({ images }) => images.flatMap((image) => resourceOf(image) ?? [])));
  const rows = workloads.map((workload) => ({ ...workload, facts: workloadFacts(workload, findings.data ?? new Map()) }));
  const nextToken = query.data?.nextToken;
  return (
    <SpaceBetween size="m">
      <LoadError error={findings.error} onRetry={() => void findings.refetch()} />
      {rows.some(({ facts }) => facts.running > 0) && (
        <Container>
          <WorkloadMap
            rows={rows}
            part={nextToken !== undefined || pages.index > 1}
            grouped={state.namespace === null && rows.some(({ namespace }) => namespace !== '')}
            selected={state.workload === null ? null : workloadKey(state.workload)}
            onWorkload={onWorkload}
          />
        </Container>
      )}
      <WorkloadsTable
        rows={query.isError ? [] : rows}
        loading={query.isPending}
        empty={query.isError ? <LoadError error={query.error} onRetry={() => void query.refetch()} /> : t('clusters.nothingRuns')}
        state={state}
        pages={pages}
        nextToken={nextToken}
        onWorkload={onWorkload}
      />
    </SpaceBetween>
  );
}
