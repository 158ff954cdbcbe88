import Container from '@cloudscape-design/components/container';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useImageFindings, useWorkloads } from '../../api/clusters.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { usePages } from '../../ui/use-pages.ts';
import { type ClustersState, formatClusters, type WorkloadKey, workloadKey } from './clusters-state.ts';
import type { Leaf, Level } from './map-layout.ts';
import { resourceOf, workloadFacts } from './workload-facts.ts';
import { WorkloadMap } from './workload-map.tsx';
import { type WorkloadRow, WorkloadsTable } from './workloads-table.tsx';

const BY_NAMESPACE: readonly Level[] = ['namespace'];

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
  const grouped = state.namespace === null && rows.some(({ namespace }) => namespace !== '');
  const nextToken = query.data?.nextToken;
  return (
    <SpaceBetween size="m">
      <LoadError error={findings.error} onRetry={() => void findings.refetch()} />
      {rows.some(({ facts }) => facts.running > 0) && (
        <Container>
          <figure className="assay-chart">
            <figcaption className="assay-quiet">
              {t('clusters.map')} {(nextToken !== undefined || pages.index > 1) && t('clusters.mapPart')}
            </figcaption>
            <WorkloadMap
              label={t('clusters.map')}
              leaves={rows.map((row) => leafOf(row, state))}
              levels={grouped ? BY_NAMESPACE : []}
              heightOf={(width) => Math.min(440, Math.max(280, Math.round(width * 0.4)))}
              selected={state.workload === null ? null : workloadKey(state.workload)}
              onChoose={(event, leaf) => {
                if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
                event.preventDefault();
                onWorkload({ namespace: leaf.namespace, type: leaf.type, name: leaf.name });
              }}
            />
          </figure>
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

function leafOf({ namespace, type, name, facts }: WorkloadRow, state: ClustersState): Leaf {
  const workload = { namespace, type, name };
  return {
    ...{ ...workload, key: workloadKey(workload), clusterKey: '', cluster: '' },
    ...{ running: facts.running, worst: facts.worst, href: formatClusters({ ...state, workload }) },
  };
}
