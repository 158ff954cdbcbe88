import type { WantedFile } from '../cataloger.ts';
import { ENTRY, type EntryListWriter } from '../layers/entry-list.ts';
import { expandSparse } from '../layers/sparse.ts';
import type { TarEntry, TarSink } from '../layers/tar-walker.ts';
import { isExecutableFile, type Matcher } from '../matcher.ts';
import type { Extractor } from './extractor.ts';
import { StreamWindow } from './stream-window.ts';

/** Small wanted files are remembered so that a hard link to one can be read under its own name without a second pass. */
const LINKABLE_FILE = 256 * 1024;
const LINKABLE_TOTAL = 16 << 20;
/** Above this a reused buffer holds the file instead of one of its own. */
const ARENA_FILE = 64 * 1024;
const HEAD = 18;
const LARGEST_COMPANION = 128 << 20;
/** Kept of a program that is too large to be kept whole. */
const LARGEST_PARTS = 64 << 20;

interface Current {
  readonly entry: TarEntry;
  indexes: readonly number[];
  /** A file that only matters if its first bytes are an executable's. */
  sniffing: boolean;
  readonly keep: boolean;
  bytes: Buffer;
  fill: number;
  readonly stored: number;
  /** For a program that is too large to be kept. */
  window?: StreamWindow;
}

interface Pending {
  readonly file: WantedFile;
  readonly index: number;
  readonly names: readonly string[];
}

export interface SinkParts {
  readonly matcher: Matcher;
  readonly extractor: Extractor;
  readonly list: EntryListWriter;
  readonly maxKeptBytes: number;
}

/** Decides for each entry of a layer what is kept, hands wanted files to the catalogers and writes down what the layer does to the tree. */
export class LayerSink implements TarSink {
  readonly #parts: SinkParts;
  #current: Current | null = null;
  #arena = Buffer.alloc(0);
  readonly #linkable = new Map<string, WantedFile>();
  #linkableBytes = 0;
  readonly #kept = new Map<string, Buffer>();
  #keptBytes = 0;
  readonly #pending: Pending[] = [];

  constructor(parts: SinkParts) {
    this.#parts = parts;
  }

  entry(entry: TarEntry): boolean {
    const { path } = entry;
    if (path === '') return false;
    const { list, matcher } = this.#parts;
    const slash = path.lastIndexOf('/');
    const name = path.slice(slash + 1);
    if (name.startsWith('.wh.')) {
      const folder = slash < 0 ? '' : path.slice(0, slash);
      if (name === '.wh..wh..opq') list.add(ENTRY.opaque, folder);
      else if (!name.startsWith('.wh..wh.') && name.length > 4) list.add(ENTRY.whiteout, path.slice(0, slash + 1) + name.slice(4));
      return false;
    }
    switch (entry.kind) {
      case 'directory':
        list.add(ENTRY.directory, path);
        if (entry.opaque) list.add(ENTRY.opaque, path);
        return false;
      case 'symlink':
        list.add(ENTRY.symlink, path, entry.link);
        return false;
      case 'hardlink':
        this.#hardlink(path, entry.link);
        return false;
      case 'other':
        list.add(entry.whiteout ? ENTRY.whiteout : ENTRY.plain, path);
        return false;
      default:
        return this.#file(entry, matcher.match(path), matcher.mayAccompany(name) && entry.size <= LARGEST_COMPANION);
    }
  }

  #hardlink(path: string, link: string): void {
    this.#parts.list.add(ENTRY.hardlink, path, link);
    const file = this.#linkable.get(link);
    const indexes = file === undefined ? [] : this.#parts.matcher.match(path);
    if (file !== undefined && indexes.length > 0) this.#read(indexes, { ...file, path });
  }

  #file(entry: TarEntry, selected: readonly number[], accompany: boolean): boolean {
    const { matcher, list } = this.#parts;
    const sniffing = selected.length === 0 && !accompany && matcher.magic.length > 0 && entry.size > 64;
    if (selected.length === 0 && !accompany && !sniffing) {
      list.add(ENTRY.plain, entry.path);
      return false;
    }
    const indexes = sniffing ? selected : this.#affordable(selected, entry);
    const stored = entry.sparse === undefined ? entry.size : Math.min(entry.size + (1 << 20), 2 ** 31);
    const keep = !sniffing && (accompany || indexes.some((index) => this.#companionsOf(index, entry.path).length > 0));
    if (!sniffing && indexes.length === 0 && !accompany) {
      list.add(ENTRY.wanted, entry.path);
      return false;
    }
    const bytes = sniffing ? Buffer.alloc(HEAD) : this.#room(stored, keep);
    this.#current = { entry, indexes, sniffing, keep, bytes, fill: 0, stored };
    return true;
  }

  data(piece: Buffer): boolean {
    const current = this.#current as Current;
    if (current.sniffing) {
      const before = current.fill;
      current.fill += piece.copy(current.bytes, before, 0, Math.min(piece.length, HEAD - before));
      if (current.fill < HEAD) return true;
      if (!this.#startExecutable(current)) return false;
      return this.data(piece.subarray(HEAD - before));
    }
    if (current.window !== undefined) return this.#pass(current, current.window, piece);
    if (current.fill + piece.length > current.bytes.length) {
      this.#parts.extractor.gap('unparsable-file', 'The sparse file stores more than it holds.', current.entry.path);
      this.#current = null;
      return false;
    }
    current.fill += piece.copy(current.bytes, current.fill);
    return true;
  }

  end(): void {
    const current = this.#current;
    if (current === null) return;
    this.#current = null;
    const { entry } = current;
    this.#parts.list.add(current.sniffing ? ENTRY.plain : ENTRY.wanted, entry.path);
    if (current.sniffing) return;
    if (current.window !== undefined) {
      if (current.window.finish() === 'unread') this.#tooLarge(this.#parts.matcher.magic, entry);
      return;
    }
    const stored = current.bytes.subarray(0, current.fill);
    const bytes = entry.sparse === undefined ? stored : expandSparse(stored, entry.sparse, entry.size);
    if (bytes === undefined) {
      this.#parts.extractor.gap('unparsable-file', 'The map of the sparse file is damaged.', entry.path);
      return;
    }
    this.#finish(current, { path: entry.path, bytes, mode: entry.mode });
  }

  problem(code: 'limit-reached' | 'unparsable-file', message: string): void {
    this.#parts.extractor.gap(code, message);
  }

  /** Files that waited for their companions. */
  flush(): void {
    for (const { file, index, names } of this.#pending) {
      const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
      const companions = new Map<string, Buffer>();
      for (const name of names) {
        const bytes = this.#kept.get(folder + name);
        if (bytes !== undefined) companions.set(name, bytes);
      }
      this.#parts.extractor.extract([index], { ...file, companions });
    }
    this.#pending.length = 0;
    this.#kept.clear();
    this.#parts.list.flush();
  }

  #startExecutable(current: Current): boolean {
    const { entry } = current;
    const { magic } = this.#parts.matcher;
    const executable = entry.sparse === undefined && isExecutableFile(current.bytes, entry.mode, entry.path);
    const indexes = executable ? magic.filter((index) => entry.size <= this.#parts.extractor.catalogers[index]!.wants.maxBytes) : [];
    if (executable && indexes.length < magic.length) {
      current.sniffing = false;
      current.window = this.#windowOf(entry);
      return this.#pass(current, current.window, current.bytes);
    }
    if (indexes.length === 0) {
      this.#parts.list.add(ENTRY.plain, entry.path);
      this.#current = null;
      return false;
    }
    const bytes = this.#room(entry.size, false);
    current.bytes.copy(bytes, 0, 0, HEAD);
    current.bytes = bytes;
    current.indexes = indexes;
    current.sniffing = false;
    return true;
  }

  #windowOf(entry: TarEntry): StreamWindow {
    const { matcher, extractor } = this.#parts;
    const wants = matcher.magic.map((index) => extractor.catalogers[index]!.wants);
    const file = { path: entry.path, mode: entry.mode, bytes: Buffer.alloc(0) };
    return new StreamWindow({
      size: entry.size,
      marks: wants.flatMap(({ marks = [] }) => marks.map((mark) => Buffer.from(mark, 'latin1'))),
      maxBytes: Math.min(...wants.map(({ maxBytes }) => maxBytes), LARGEST_PARTS),
      read: (source) => extractor.extractParts(matcher.magic, { ...file, source }),
    });
  }

  #pass(current: Current, window: StreamWindow, piece: Buffer): boolean {
    window.write(piece);
    if (!window.done) return true;
    this.#parts.list.add(ENTRY.wanted, current.entry.path);
    this.#current = null;
    return false;
  }

  #finish(current: Current, file: WantedFile): void {
    const now: number[] = [];
    for (const index of current.indexes) {
      const names = this.#companionsOf(index, file.path);
      if (names.length > 0 && this.#keep(file)) this.#pending.push({ file, index, names });
      else now.push(index);
    }
    if (current.keep) this.#keep(file);
    this.#read(now, file);
    if (!current.keep && file.bytes.length <= LINKABLE_FILE && this.#linkableBytes + file.bytes.length <= LINKABLE_TOTAL) {
      const own = file.bytes.length > ARENA_FILE ? Buffer.from(file.bytes) : file.bytes;
      this.#linkable.set(file.path, { ...file, bytes: own });
      this.#linkableBytes += own.length;
    }
  }

  #keep(file: WantedFile): boolean {
    if (this.#kept.get(file.path) === file.bytes) return true;
    if (this.#keptBytes + file.bytes.length > this.#parts.maxKeptBytes) {
      this.#parts.extractor.gap(
        'limit-reached',
        'Too many bytes belong to files that are read together, so this one was read alone.',
        file.path,
      );
      return false;
    }
    this.#kept.set(file.path, file.bytes);
    this.#keptBytes += file.bytes.length;
    return true;
  }

  #read(indexes: readonly number[], file: WantedFile): void {
    if (indexes.length > 0) this.#parts.extractor.extract(indexes, file);
  }

  #companionsOf(index: number, path: string): readonly string[] {
    const wants = this.#parts.extractor.catalogers[index]!.wants;
    return wants.companions?.(path.slice(path.lastIndexOf('/') + 1)) ?? [];
  }

  #affordable(indexes: readonly number[], entry: TarEntry): readonly number[] {
    if (indexes.length === 0) return indexes;
    const { catalogers } = this.#parts.extractor;
    const tooSmall = indexes.filter((index) => entry.size > catalogers[index]!.wants.maxBytes);
    if (tooSmall.length === 0) return indexes;
    this.#tooLarge(tooSmall, entry);
    return indexes.filter((index) => !tooSmall.includes(index));
  }

  #tooLarge(indexes: readonly number[], entry: TarEntry): void {
    const { extractor } = this.#parts;
    for (const index of indexes) {
      const { id, wants } = extractor.catalogers[index]!;
      extractor.gap('file-too-large', `The file has ${entry.size} bytes; ${id} reads at most ${wants.maxBytes}.`, entry.path, id);
    }
  }

  #room(size: number, keep: boolean): Buffer {
    if (keep || size <= ARENA_FILE) return Buffer.allocUnsafe(size);
    if (this.#arena.length < size) this.#arena = Buffer.allocUnsafeSlow(Math.ceil(size / (1 << 20)) * (1 << 20));
    return this.#arena.subarray(0, size);
  }
}
