import { expandSparse } from '../layers/sparse.ts';
import type { TarEntry, TarSink } from '../layers/tar-walker.ts';
import type { SinkParts } from './layer-sink.ts';
import type { Pick } from './protocol.ts';

/** Second look at a layer: reads the files that links lead to, under the names of the links. Folders' contents are matched by name. */
export class PickSink implements TarSink {
  readonly #parts: SinkParts;
  readonly #exact = new Map<string, string[]>();
  readonly #under: readonly Pick[];
  #current: { entry: TarEntry; names: readonly string[]; bytes: Buffer; fill: number } | null = null;

  constructor(parts: SinkParts, picks: readonly Pick[]) {
    this.#parts = parts;
    for (const pick of picks) if (pick.under !== true) this.#exact.set(pick.path, [...(this.#exact.get(pick.path) ?? []), pick.as]);
    this.#under = picks.filter((pick) => pick.under === true);
  }

  entry(entry: TarEntry): boolean {
    if (entry.kind !== 'file') return false;
    const names = [...(this.#exact.get(entry.path) ?? [])];
    for (const pick of this.#under) {
      if (entry.path.startsWith(`${pick.path}/`)) names.push(pick.as + entry.path.slice(pick.path.length));
    }
    const wanted = names.filter((name) => this.#fitting(name, entry.size).length > 0);
    if (wanted.length === 0) return false;
    const stored = entry.sparse === undefined ? entry.size : entry.size + (1 << 20);
    this.#current = { entry, names: wanted, bytes: Buffer.allocUnsafeSlow(stored), fill: 0 };
    return true;
  }

  data(piece: Buffer): boolean {
    const current = this.#current;
    if (current === null || current.fill + piece.length > current.bytes.length) {
      this.#current = null;
      return false;
    }
    current.fill += piece.copy(current.bytes, current.fill);
    return true;
  }

  end(): void {
    const current = this.#current;
    this.#current = null;
    if (current === null) return;
    const { entry } = current;
    const stored = current.bytes.subarray(0, current.fill);
    const bytes = entry.sparse === undefined ? stored : expandSparse(stored, entry.sparse, entry.size);
    if (bytes === undefined) return;
    for (const path of current.names) {
      this.#parts.extractor.extract(this.#fitting(path, entry.size), { path, bytes, mode: entry.mode });
    }
  }

  problem(): void {}

  flush(): void {}

  #fitting(path: string, size: number): readonly number[] {
    return this.#parts.matcher.match(path).filter((index) => size <= (this.#parts.extractor.catalogers[index]?.wants.maxBytes ?? 0));
  }
}
