import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { memo, useMemo } from 'react';
import { type MappedCluster, useRunningMap } from '../../api/clusters.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { inPlace } from '../../ui/location.tsx';
import { useWidth } from '../../ui/use-width.ts';
import { ALL_CLUSTERS, formatClusters } from './clusters-state.ts';
import { layOutMap, type MapName, type MapTile } from './running-map-layout.ts';
import { RunningMapTable } from './running-map-table.tsx';
import type { Worst } from './workload-facts.ts';
import { Legend, WORSTS } from './workload-map.tsx';

/** All clusters at a glance: as large as what runs, in the colour of the worst that was found in it; and the same as a table. */
export function RunningMap() {
  const { t } = useI18n();
  const query = useRunningMap();
  if (query.isError) return <LoadError error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Container>{t('app.loading')}</Container>;
  const { clusters, workloadCount } = query.data;
  const shown = clusters.reduce((sum, one) => sum + one.workloads.length, 0);
  return (
    <SpaceBetween size="m">
      {shown > 0 && (
        <Container
          header={
            <Header
              variant="h2"
              description={shown < workloadCount ? t('clusters.mapMost', { count: shown, all: workloadCount }) : undefined}
            >
              {t('clusters.map')}
            </Header>
          }
        >
          <Drawing clusters={clusters} />
        </Container>
      )}
      <RunningMapTable clusters={clusters} />
    </SpaceBetween>
  );
}

function Drawing({ clusters }: { clusters: readonly MappedCluster[] }) {
  const { t } = useI18n();
  const [place, width] = useWidth<HTMLDivElement>();
  const height = Math.round(Math.min(620, Math.max(360, width * 0.5)));
  const { tiles, names } = useMemo(() => layOutMap(clusters, { x: 0, y: 0, width, height }), [clusters, width, height]);
  const present = useMemo(() => new Set<Worst>(tiles.map((tile) => tile.worst)), [tiles]);
  return (
    <figure className="assay-chart">
      <figcaption className="assay-hidden">{t('clusters.mapAll')}</figcaption>
      <Legend worsts={WORSTS.filter((worst) => present.has(worst))} />
      <div ref={place}>
        {/* Whoever uses keys or hears the page has the table: each of its rows leads to the same places. */}
        <svg className="assay-running-map" aria-hidden="true" width={width} height={height}>
          <Tiles tiles={tiles} />
          {names.map(({ text, level, box }) => (
            <text key={`${level} ${box.x} ${box.y} ${text}`} data-level={level} x={box.x + 2} y={box.y + (level === 'cluster' ? 15 : 11)}>
              {fitting(text, box.width, level)}
            </text>
          ))}
        </svg>
      </div>
    </figure>
  );
}

/** Thousands of them: drawn again only when they change. */
const Tiles = memo(function Tiles({ tiles }: { tiles: readonly MapTile[] }) {
  const { t } = useI18n();
  return tiles.map(({ cluster, workload, worst, box }) => {
    const { namespace, type, name, runningUnitCount } = workload;
    const href = formatClusters({ ...ALL_CLUSTERS, cluster: cluster.clusterArn, namespace, workload });
    const words = [name, t('clusters.countRunning', { count: runningUnitCount }), t(`clusters.worst.${worst}`)].join(', ');
    return (
      <a
        key={`${cluster.accountId} ${cluster.clusterArn} ${namespace} ${type} ${name}`}
        href={href}
        tabIndex={-1}
        data-worst={worst}
        onClick={(event) => inPlace(event, href)}
      >
        <rect x={box.x} y={box.y} width={box.width} height={box.height}>
          <title>{`${words}. ${[cluster.name, namespace, type].filter((one) => one !== '').join(' · ')}`}</title>
        </rect>
        {box.width > 54 && box.height > 18 && (
          <text x={box.x + 5} y={box.y + 14}>
            {fitting(name, box.width - 8, 'namespace')}
          </text>
        )}
      </a>
    );
  });
});

/** A text of SVG is not cut by what it lies in. */
function fitting(text: string, width: number, level: MapName['level']): string {
  const most = Math.floor(width / (level === 'cluster' ? 8.5 : 7));
  return text.length <= most ? text : `${text.slice(0, Math.max(0, most - 1))}…`;
}
