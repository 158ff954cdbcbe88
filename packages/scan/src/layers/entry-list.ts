/**
 * What a layer does to the tree below it, in archive order, as compact bytes: a layer of a million files is about 25 MB. Each record is
 * kind (1 byte), bytes shared with the path before (2), bytes that follow (2), these bytes; links add a length (2) and their target.
 */
export const ENTRY = { plain: 1, wanted: 2, directory: 3, symlink: 4, hardlink: 5, whiteout: 6, opaque: 7 } as const;
export type EntryKind = (typeof ENTRY)[keyof typeof ENTRY];

export interface LayerEntry {
  readonly kind: EntryKind;
  readonly path: string;
  readonly link: string;
}

const PIECE = 64 * 1024;

export class EntryListWriter {
  readonly #emit: (piece: Buffer) => void;
  #out = Buffer.allocUnsafe(PIECE);
  #fill = 0;
  #last: Buffer = Buffer.alloc(0);

  /** `emit` gets pieces that hold whole records; each is the receiver's to keep. */
  constructor(emit: (piece: Buffer) => void) {
    this.#emit = emit;
  }

  add(kind: EntryKind, path: string, link = ''): void {
    const bytes = Buffer.from(path, 'utf8');
    const max = Math.min(bytes.length, this.#last.length);
    let shared = 0;
    while (shared < max && bytes[shared] === this.#last[shared]) shared++;
    const rest = bytes.length - shared;
    const target = link === '' ? 0 : Buffer.byteLength(link);
    if (this.#fill + 7 + rest + target > PIECE) this.flush();
    let at = this.#fill;
    this.#out[at] = kind;
    this.#out.writeUInt16LE(shared, at + 1);
    this.#out.writeUInt16LE(rest, at + 3);
    bytes.copy(this.#out, at + 5, shared);
    at += 5 + rest;
    if (kind === ENTRY.symlink || kind === ENTRY.hardlink) {
      this.#out.writeUInt16LE(target, at);
      this.#out.write(link, at + 2, 'utf8');
      at += 2 + target;
    }
    this.#fill = at;
    this.#last = bytes;
  }

  flush(): void {
    if (this.#fill > 0) this.#emit(Buffer.from(this.#out.subarray(0, this.#fill)));
    this.#fill = 0;
  }
}

/** Reads back what the writer emitted. Throws a RangeError on bytes that are no such list. */
export function* readEntries(pieces: readonly Buffer[]): Generator<LayerEntry> {
  const path = Buffer.alloc(65_536 * 2);
  for (const piece of pieces) {
    let at = 0;
    while (at < piece.length) {
      const kind = piece[at] as EntryKind;
      const shared = piece.readUInt16LE(at + 1);
      const rest = piece.readUInt16LE(at + 3);
      if (at + 5 + rest > piece.length) throw new RangeError('damaged entry list');
      piece.copy(path, shared, at + 5, at + 5 + rest);
      at += 5 + rest;
      let link = '';
      if (kind === ENTRY.symlink || kind === ENTRY.hardlink) {
        const target = piece.readUInt16LE(at);
        link = piece.toString('utf8', at + 2, at + 2 + target);
        at += 2 + target;
      }
      yield { kind, path: path.toString('utf8', 0, shared + rest), link };
    }
  }
}
