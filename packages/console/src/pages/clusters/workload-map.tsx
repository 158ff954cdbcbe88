import { type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { SeverityMark, type SeverityName } from '../../ui/severity.tsx';
import type { WorkloadKey } from './clusters-state.ts';
import { layOut, type Tile } from './map-layout.ts';
import type { Worst } from './workload-facts.ts';
import type { WorkloadRow } from './workloads-table.tsx';

export const WORSTS: readonly Worst[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'REST', 'NONE', 'UNKNOWN'];
const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

interface WorkloadMapProps {
  readonly rows: readonly WorkloadRow[];
  /** Whether the cluster has more than these. */
  readonly part: boolean;
  readonly grouped: boolean;
  readonly selected: string | null;
  readonly onWorkload: (workload: WorkloadKey) => void;
}

/** A tile for each workload that runs: as large as what runs of it, coloured by the worst that was found in it. */
export function WorkloadMap({ rows, part, grouped, selected, onWorkload }: WorkloadMapProps) {
  const { t } = useI18n();
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const height = Math.min(440, Math.max(280, Math.round(width * 0.4)));
  const { tiles, groups } = layOut(rows, { grouped, area: { x: 0, y: 0, width, height } });
  const [focused, setFocused] = useState<string | null>(null);
  const active = tiles.some(({ key }) => key === (focused ?? selected)) ? (focused ?? selected) : (tiles[0]?.key ?? null);
  function onKey(event: KeyboardEvent<HTMLElement>) {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = tiles[tiles.findIndex(({ key }) => key === active) + step];
    if (next === undefined) return;
    setFocused(next.key);
    place.current?.querySelector<HTMLElement>(`[data-tile="${CSS.escape(next.key)}"]`)?.focus();
  }
  return (
    <figure className="assay-chart">
      <figcaption className="assay-quiet">
        {t('clusters.map')} {part && t('clusters.mapPart')}
      </figcaption>
      <Legend worsts={WORSTS.filter((worst) => tiles.some(({ row }) => row.facts.worst === worst))} />
      <div
        ref={place}
        className="assay-map"
        role="listbox"
        aria-label={t('clusters.map')}
        tabIndex={-1}
        style={{ blockSize: height }}
        onKeyDown={onKey}
      >
        {groups.map(({ name, box }) => (
          <span key={name} className="assay-map-group" aria-hidden="true" style={{ left: box.x, top: box.y, width: box.width }}>
            {name}
          </span>
        ))}
        {tiles.map((tile) => (
          <MapTile
            key={tile.key}
            tile={tile}
            selected={tile.key === selected}
            inTabOrder={tile.key === active}
            onChoose={() => {
              setFocused(tile.key);
              onWorkload(tile.row);
            }}
          />
        ))}
      </div>
    </figure>
  );
}

/** Of the element, as it changes; 0 before the first paint. */
function useWidth(place: React.RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, [place]);
  return width;
}

interface MapTileProps {
  readonly tile: Tile;
  readonly selected: boolean;
  readonly inTabOrder: boolean;
  readonly onChoose: () => void;
}
function MapTile({ tile: { row, key, box }, selected, inTabOrder, onChoose }: MapTileProps) {
  const { t } = useI18n();
  const { name, type, namespace, facts } = row;
  const words = { type, namespace, worst: t(`clusters.worst.${facts.worst}`) };
  const about = t(namespace === '' ? 'clusters.mapTilePlain' : 'clusters.mapTile', words);
  const running = t('clusters.countRunning', { count: facts.running });
  const room = box.width >= 56 && box.height >= 26;
  return (
    <div
      role="option"
      aria-selected={selected}
      title={`${name}, ${running}. ${about}`}
      tabIndex={inTabOrder ? 0 : -1}
      className="assay-tile"
      data-tile={key}
      data-worst={facts.worst}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
      onClick={onChoose}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onChoose();
      }}
    >
      <span className={room ? 'assay-tile-name' : 'assay-hidden'}>
        <Mark worst={facts.worst} /> {name}
      </span>{' '}
      <span className={room && box.height >= 46 ? undefined : 'assay-hidden'}>{running}</span>{' '}
      {room && box.height >= 66 && <span aria-hidden="true">{words.worst}</span>}
      <span className="assay-hidden">{about}</span>
    </div>
  );
}

/** What the colours mean. */
export function Legend({ worsts }: { worsts: readonly Worst[] }) {
  const { t } = useI18n();
  return (
    <ul className="assay-legend">
      {worsts.map((worst) => (
        <li key={worst}>
          <Swatch worst={worst} />
          {t(`clusters.worst.${worst}`)}
        </li>
      ))}
    </ul>
  );
}

export function Swatch({ worst }: { worst: Worst }) {
  return (
    <span className="assay-swatch" data-worst={worst}>
      <Mark worst={worst} />
    </span>
  );
}

/** The mark of the severity, so that a tile is never told by its colour alone. */
function Mark({ worst }: { worst: Worst }) {
  const names: Partial<Record<Worst, SeverityName>> = { UNKNOWN: 'UNTRIAGED', NONE: 'INFORMATIONAL' };
  return <SeverityMark severity={names[worst] ?? (worst as SeverityName)} word={false} />;
}
