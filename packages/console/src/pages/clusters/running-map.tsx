import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type MouseEvent, useMemo } from 'react';
import { useRunningMap } from '../../api/clusters.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { inPlace } from '../../ui/location.tsx';
import type { Leaf, Level } from './map-layout.ts';
import { leavesOf } from './map-places.ts';
import { RunningMapTable } from './running-map-table.tsx';
import { WorkloadMap } from './workload-map.tsx';

const LEVELS: readonly Level[] = ['cluster', 'namespace'];

/** All clusters at a glance, each tile a link to its workload; and the same as a table. */
export function RunningMap() {
  const { t } = useI18n();
  const query = useRunningMap();
  const leaves = useMemo(() => leavesOf(query.data?.clusters ?? []), [query.data]);
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Container>{t('app.loading')}</Container>;
  const { clusters, workloadCount } = query.data;
  return (
    <SpaceBetween size="m">
      {leaves.length > 0 && (
        <Container
          header={
            <Header
              variant="h2"
              description={leaves.length < workloadCount ? t('clusters.mapMost', { count: leaves.length, all: workloadCount }) : undefined}
            >
              {t('clusters.map')}
            </Header>
          }
        >
          <div className="assay-chart">
            <WorkloadMap
              label={t('clusters.mapAll')}
              leaves={leaves}
              levels={LEVELS}
              heightOf={heightInWindow}
              selected={null}
              onChoose={go}
            />
          </div>
        </Container>
      )}
      <RunningMapTable clusters={clusters} />
    </SpaceBetween>
  );
}

/** With its heading and its legend it fits into the window. */
function heightInWindow(): number {
  return Math.min(640, Math.max(320, Math.round(window.innerHeight * 0.6)));
}

function go(event: MouseEvent, { href }: Leaf): void {
  inPlace(event, href);
}
