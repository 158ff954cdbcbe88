import { type KeyboardEvent, type MouseEvent, memo, useMemo, useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { SeverityMark, type SeverityName } from '../../ui/severity.tsx';
import { useWidth } from '../../ui/use-width.ts';
import { type Leaf, type Level, layOut, type Tile } from './map-layout.ts';
import type { Worst } from './workload-facts.ts';

export const WORSTS: readonly Worst[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'REST', 'NONE', 'UNKNOWN'];
const STEPS: Record<string, number> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

interface WorkloadMapProps {
  readonly label: string;
  readonly leaves: readonly Leaf[];
  readonly levels: readonly Level[];
  /** In pixels, for a width. */
  readonly heightOf: (width: number) => number;
  readonly selected: string | null;
  readonly onChoose: (event: MouseEvent, leaf: Leaf) => void;
}

/** A tile for each workload that runs: as large as what runs of it, coloured by the worst that was found in it. */
export function WorkloadMap({ label, leaves, levels, heightOf, selected, onChoose }: WorkloadMapProps) {
  const [place, width] = useWidth<HTMLDivElement>();
  const height = heightOf(width);
  const { tiles, names } = useMemo(() => layOut(leaves, { levels, area: { x: 0, y: 0, width, height } }), [leaves, levels, width, height]);
  const worsts = useMemo(() => new Set(tiles.map(({ leaf }) => leaf.worst)), [tiles]);
  const [focused, setFocused] = useState<string | null>(null);
  const wanted = focused ?? selected;
  const active = tiles.some(({ leaf }) => leaf.key === wanted) ? wanted : (tiles[0]?.leaf.key ?? null);
  function onKey(event: KeyboardEvent<HTMLElement>) {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = tiles[tiles.findIndex(({ leaf }) => leaf.key === active) + step];
    if (next === undefined) return;
    setFocused(next.leaf.key);
    place.current?.querySelector<HTMLElement>(`[data-tile="${CSS.escape(next.leaf.key)}"]`)?.focus();
  }
  return (
    <>
      <Legend worsts={WORSTS.filter((worst) => worsts.has(worst))} />
      <div
        ref={place}
        className="assay-map"
        role="listbox"
        aria-label={label}
        tabIndex={-1}
        style={{ blockSize: height }}
        onKeyDown={onKey}
        onFocus={({ target }) => setFocused(target.getAttribute('data-tile') ?? focused)}
      >
        {names.map(({ text, level, box }) => (
          <span
            key={`${level} ${box.x} ${box.y}`}
            className="assay-map-name"
            data-level={level}
            aria-hidden="true"
            style={{ left: box.x, top: box.y, width: box.width }}
          >
            {text}
          </span>
        ))}
        {tiles.map((tile) => (
          <MapTile
            key={tile.leaf.key}
            tile={tile}
            selected={tile.leaf.key === selected}
            inTabOrder={tile.leaf.key === active}
            onChoose={onChoose}
          />
        ))}
      </div>
    </>
  );
}

interface MapTileProps {
  readonly tile: Tile;
  readonly selected: boolean;
  readonly inTabOrder: boolean;
  readonly onChoose: WorkloadMapProps['onChoose'];
}
/** There may be thousands: one that is too small to be read has nothing in it, and none is drawn again that did not change. */
const MapTile = memo(function MapTile({ tile: { leaf, box }, selected, inTabOrder, onChoose }: MapTileProps) {
  const { t } = useI18n();
  const { name, type, cluster, namespace, worst } = leaf;
  const words = { type, namespace: [cluster, namespace].filter((part) => part !== '').join(' / '), worst: t(`clusters.worst.${worst}`) };
  const about = t(words.namespace === '' ? 'clusters.mapTilePlain' : 'clusters.mapTile', words);
  const running = t('clusters.countRunning', { count: leaf.running });
  const room = box.width >= 56 && box.height >= 26;
  return (
    <a
      role="option"
      aria-selected={selected}
      aria-label={room ? undefined : `${name} ${running} ${about}`}
      title={`${name}, ${running}. ${about}`}
      tabIndex={inTabOrder ? 0 : -1}
      className="assay-tile"
      data-tile={leaf.key}
      data-worst={worst}
      href={leaf.href}
      style={{ left: box.x, top: box.y, width: box.width, height: box.height }}
      onClick={(event) => onChoose(event, leaf)}
      onKeyDown={(event) => {
        // A link answers to Enter by itself, an option to Space too.
        if (event.key !== ' ') return;
        event.preventDefault();
        event.currentTarget.click();
      }}
    >
      {room && (
        <>
          <span className="assay-tile-name">
            <Mark worst={worst} /> {name}
          </span>{' '}
          <span className={box.height >= 46 ? undefined : 'assay-hidden'}>{running}</span>{' '}
          {box.height >= 66 && <span aria-hidden="true">{words.worst}</span>}
          <span className="assay-hidden">{about}</span>
        </>
      )}
    </a>
  );
});

/** What the colours mean. */
function Legend({ worsts }: { worsts: readonly Worst[] }) {
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
