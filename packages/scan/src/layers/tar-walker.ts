import { checksumHolds, decodeName, isZeroBlock, normalizePath, parseHeader, parsePax, type TarHeader, tarNumber } from './tar-header.ts';

export type TarKind = 'file' | 'hardlink' | 'symlink' | 'directory' | 'other';

export interface TarEntry {
  /** Normalised, no leading slash; the root itself is the empty string. */
  readonly path: string;
  readonly kind: TarKind;
  /** Bytes of the file as a reader would see it (a sparse file's full size). */
  readonly size: number;
  readonly mode: number;
  /** Raw target of a symlink; normalised target from the archive's root of a hard link. */
  readonly link: string;
  /** Overlay directories with the opaque attribute. */
  readonly opaque: boolean;
  /** Character device 0:0, overlay's whiteout. */
  readonly whiteout: boolean;
  /** Where stored bytes belong; absent for ordinary files. `'inline'`: the map stands before the data (GNU 1.0). */
  readonly sparse?: readonly (readonly [offset: number, length: number])[] | 'inline';
}

export interface TarSink {
  /** Returns true when `data` shall be called with the entry's stored bytes. */
  entry(entry: TarEntry): boolean;
  /** Pieces alias the caller's buffer. Returns false when no more bytes of this entry are wanted. */
  data(piece: Buffer): boolean;
  /** After the last byte of an entry for which `entry` returned true. */
  end(): void;
  /** A name or header that cannot be used; the walk goes on. */
  problem(code: 'limit-reached' | 'unparsable-file', message: string): void;
}

/** The archive cannot be read further. */
export class TarError extends Error {
  readonly code: 'unreadable-layer' | 'limit-reached' | 'truncated-input';
  constructor(code: TarError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export interface TarLimits {
  readonly maxEntries: number;
  /** Bytes of one PAX or GNU long-name header. */
  readonly maxHeaderBytes: number;
}
const TAR_LIMITS: TarLimits = { maxEntries: 5_000_000, maxHeaderBytes: 1 << 20 };

/**
 * A push parser of tar archives (POSIX pax, ustar, GNU, v7) that keeps nothing but the current header: `write` every piece of the
 * stream, then `finish`. Throws {@link TarError}.
 */
export class TarWalker {
  readonly #sink: TarSink;
  readonly #limits: TarLimits;
  readonly #block = Buffer.alloc(512);
  #blockFill = 0;
  /** Bytes of the current entry's data still to come, and the padding behind them. */
  #left = 0;
  #padding = 0;
  #wanted = false;
  #meta: { type: string; bytes: Buffer; fill: number } | null = null;
  #oldSparse: { header: TarHeader; map: [number, number][]; realSize: number } | null = null;
  #pax: ReturnType<typeof parsePax> | null = null;
  #global: ReturnType<typeof parsePax> | null = null;
  #longName: string | null = null;
  #longLink: string | null = null;
  #zeroBlocks = 0;
  #entries = 0;
  /** Two zero blocks were seen: runtimes read no further. */
  ended = false;
  /** Bytes other than zero came after the end mark. */
  trailing = false;

  constructor(sink: TarSink, limits: TarLimits = TAR_LIMITS) {
    this.#sink = sink;
    this.#limits = limits;
  }

  get entries(): number {
    return this.#entries;
  }

  /** Bytes of the current entry, padding included, that are still to be written or skipped. */
  get pending(): number {
    return this.#left + this.#padding;
  }

  /** For callers that can seek: the current entry's bytes will not be written. */
  skip(): void {
    this.#left = 0;
    this.#padding = 0;
    this.#wanted = false;
  }

  write(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.ended) {
        if (!this.trailing) this.trailing = chunk.subarray(at).some((byte) => byte !== 0);
        return;
      }
      if (this.#left > 0) {
        const take = Math.min(this.#left, chunk.length - at);
        this.#data(chunk, at, take);
        at += take;
      } else if (this.#padding > 0) {
        const take = Math.min(this.#padding, chunk.length - at);
        this.#padding -= take;
        at += take;
      } else if (this.#blockFill === 0 && chunk.length - at >= 512) {
        this.#header(chunk.subarray(at, at + 512));
        at += 512;
      } else {
        const take = Math.min(512 - this.#blockFill, chunk.length - at);
        chunk.copy(this.#block, this.#blockFill, at, at + take);
        this.#blockFill += take;
        at += take;
        if (this.#blockFill === 512) {
          this.#blockFill = 0;
          this.#header(this.#block);
        }
      }
    }
  }

  finish(): void {
    if (this.ended) return;
    if (this.#left > 0 || this.#blockFill > 0 || this.#oldSparse !== null || this.#pax !== null || this.#longName !== null) {
      throw new TarError('truncated-input', 'The archive ends in the middle of an entry.');
    }
  }

  #data(chunk: Buffer, at: number, take: number): void {
    if (this.#meta !== null) {
      chunk.copy(this.#meta.bytes, this.#meta.fill, at, at + take);
      this.#meta.fill += take;
    } else if (this.#wanted && !this.#sink.data(chunk.subarray(at, at + take))) this.#wanted = false;
    this.#left -= take;
    if (this.#left > 0) return;
    if (this.#meta !== null) this.#endMeta();
    else if (this.#wanted) {
      this.#wanted = false;
      this.#sink.end();
    }
  }

  #header(block: Buffer): void {
    if (this.#oldSparse !== null) {
      this.#sparseExtension(block);
      return;
    }
    if (block[0] === 0 && isZeroBlock(block)) {
      if (++this.#zeroBlocks === 2) this.ended = true;
      return;
    }
    this.#zeroBlocks = 0;
    if (!checksumHolds(block)) throw new TarError('unreadable-layer', 'A header of the archive is damaged (wrong checksum).');
    const header = parseHeader(block);
    if (Number.isNaN(header.size)) throw new TarError('unreadable-layer', 'A header of the archive has no readable size.');
    if (++this.#entries > this.#limits.maxEntries) {
      throw new TarError('limit-reached', `The archive has more than ${this.#limits.maxEntries} entries.`);
    }
    if ('xgLKX'.includes(header.type)) {
      this.#startMeta(header);
      return;
    }
    if (header.type === 'S') {
      this.#startOldSparse(header, block);
      return;
    }
    this.#emit(header);
  }

  #startMeta(header: TarHeader): void {
    if (header.size > this.#limits.maxHeaderBytes) {
      throw new TarError(
        'limit-reached',
        `An extended header of ${header.size} bytes is larger than ${this.#limits.maxHeaderBytes} bytes.`,
      );
    }
    this.#left = header.size;
    this.#padding = (512 - (header.size % 512)) % 512;
    this.#meta = { type: header.type, bytes: Buffer.alloc(header.size), fill: 0 };
    if (header.size === 0) this.#endMeta();
  }

  #endMeta(): void {
    const { type, bytes } = this.#meta!;
    this.#meta = null;
    if (type === 'x' || type === 'X') this.#pax = parsePax(bytes);
    else if (type === 'g') this.#global = parsePax(bytes);
    else {
      const end = bytes.indexOf(0);
      const name = decodeName(end < 0 ? bytes : bytes.subarray(0, end));
      if (type === 'L') this.#longName = name;
      else this.#longLink = name;
    }
  }

  /** Old GNU sparse: four (offset, length) pairs in the header, then blocks of 21 while a flag says so. */
  #startOldSparse(header: TarHeader, block: Buffer): void {
    const realSize = tarNumber(block, 483, 12);
    this.#oldSparse = { header, map: [], realSize: Number.isNaN(realSize) ? header.size : realSize };
    this.#sparsePairs(block, 386, 4);
    if (block[482] === 0) this.#endOldSparse();
  }

  #sparseExtension(block: Buffer): void {
    this.#sparsePairs(block, 0, 21);
    if (this.#oldSparse!.map.length > 65_536) throw new TarError('limit-reached', 'A sparse file has more than 65536 parts.');
    if (block[504] === 0) this.#endOldSparse();
  }

  #sparsePairs(block: Buffer, from: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const length = tarNumber(block, from + i * 24 + 12, 12);
      if (block[from + i * 24 + 12] !== 0) this.#oldSparse!.map.push([tarNumber(block, from + i * 24, 12), length]);
    }
  }

  #endOldSparse(): void {
    const { header, map, realSize } = this.#oldSparse!;
    this.#oldSparse = null;
    this.#emit(header, { map, realSize });
  }

  #pick(key: string): Buffer | undefined {
    return this.#pax?.get(key) ?? this.#global?.get(key);
  }

  #emit(header: TarHeader, old?: { map: [number, number][]; realSize: number }): void {
    const sparse = old ?? this.#paxSparse(header);
    const name = this.#pick('GNU.sparse.name') ?? this.#pick('path');
    const link = this.#pick('linkpath');
    const size = this.#pick('size');
    const opaque = ['trusted', 'user'].some((space) => this.#pick(`SCHILY.xattr.${space}.overlay.opaque`)?.toString('latin1') === 'y');
    const raw = name !== undefined ? decodeName(name) : (this.#longName ?? header.name);
    const target = link !== undefined ? decodeName(link) : (this.#longLink ?? header.link);
    const stored = size === undefined ? header.size : Number(size.toString('latin1'));
    if (!Number.isSafeInteger(stored) || stored < 0)
      throw new TarError('unreadable-layer', 'A header of the archive has no readable size.');
    this.#pax = null;
    this.#longName = null;
    this.#longLink = null;
    const kind = kindOf(header.type, raw);
    // Links and directories carry no data whatever their size field says; hard links with data (pax) are the exception of POSIX.
    const bytes = kind === 'file' || kind === 'other' ? stored : 0;
    this.#left = header.type === '1' && stored > 0 && this.#isPaxLink(link) ? stored : bytes;
    this.#padding = (512 - (this.#left % 512)) % 512;
    const path = normalizePath(raw);
    const linkPath = kind === 'hardlink' ? normalizePath(target) : target.length > 4096 ? undefined : target;
    if (path === undefined || linkPath === undefined) {
      this.#sink.problem('limit-reached', 'An entry was skipped because its name is too long, too deep or contains NUL.');
      this.#wanted = false;
      return;
    }
    const whiteout = header.type === '3' && header.deviceMajor === 0 && header.deviceMinor === 0;
    const shape = { path, kind, mode: header.mode, link: linkPath, opaque, whiteout };
    const entry: TarEntry = sparse === null ? { ...shape, size: bytes } : { ...shape, size: sparse.realSize, sparse: sparse.map };
    this.#wanted = this.#sink.entry(entry) && kind === 'file';
    if (this.#wanted && this.#left === 0) {
      this.#wanted = false;
      this.#sink.end();
    }
  }

  #isPaxLink(link: Buffer | undefined): boolean {
    return link !== undefined;
  }

  #paxSparse(header: TarHeader): { map: readonly (readonly [number, number])[] | 'inline'; realSize: number } | null {
    const pax = this.#pax;
    if (pax === null) return null;
    const number = (key: string): number | undefined => {
      const value = pax.get(key)?.toString('latin1');
      return value !== undefined && /^\d{1,15}$/.test(value) ? Number(value) : undefined;
    };
    const realSize = number('GNU.sparse.realsize') ?? number('GNU.sparse.size');
    if (realSize === undefined) return null;
    if (number('GNU.sparse.major') === 1) return { map: 'inline', realSize };
    const text = pax.get('GNU.sparse.map')?.toString('latin1');
    if (text !== undefined) {
      const numbers = text.split(',').map(Number);
      const map: [number, number][] = [];
      for (let i = 0; i + 1 < numbers.length; i += 2) map.push([numbers[i] as number, numbers[i + 1] as number]);
      return { map, realSize };
    }
    return pax.sparse === undefined ? { map: [[0, header.size]], realSize } : { map: pax.sparse, realSize };
  }
}

function kindOf(type: string, name: string): TarKind {
  switch (type) {
    case '1':
      return 'hardlink';
    case '2':
      return 'symlink';
    case '5':
      return 'directory';
    case '3':
    case '4':
    case '6':
      return 'other';
    default:
      // Very old archives mark directories by a slash at the end; unknown types are files by POSIX.
      return (type === '0' || type === '7') && name.endsWith('/') ? 'directory' : 'file';
  }
}
