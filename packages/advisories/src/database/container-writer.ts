import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { compress, encodeTrailer, MAGIC, MAX_HEADER_BYTES } from './layout.ts';
import { type TableInfo, type TableOptions, TableWriter } from './table-writer.ts';

const BUFFER_BYTES = 1024 * 1024;

/**
 * Writes a container file to `file + '.partial'` and moves it into place when complete.
 * Tables are written one after another; {@link ContainerWriter.finish} stores the header that names them.
 */
export class ContainerWriter {
  readonly #file: string;
  readonly #temporary: string;
  readonly #fd: number;
  readonly #tables: Record<string, TableInfo> = {};
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #offset = 0;
  #open = true;

  constructor(file: string) {
    this.#file = file;
    this.#temporary = `${file}.partial`;
    this.#fd = openSync(this.#temporary, 'w', 0o644);
    this.append(MAGIC);
  }

  append(bytes: Buffer): number {
    const at = this.#offset;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    this.#offset += bytes.length;
    if (this.#pendingBytes >= BUFFER_BYTES) this.#flush();
    return at;
  }

  table(options: TableOptions): TableWriter {
    return new TableWriter((bytes) => this.append(bytes), options);
  }

  finishTable(name: string, table: TableWriter): void {
    this.#tables[name] = table.finish();
  }

  /** Header, trailer, fsync, rename. Returns the size of the file in bytes. */
  finish(header: Readonly<Record<string, unknown>>): number {
    const raw = Buffer.from(JSON.stringify({ ...header, tables: this.#tables }));
    if (raw.length > MAX_HEADER_BYTES) throw new RangeError(`header of ${raw.length} bytes`);
    const stored = compress(raw, 9);
    const headerOffset = this.append(stored);
    this.append(encodeTrailer({ headerOffset, headerStored: stored.length, headerRaw: raw.length }, stored));
    this.#flush();
    fsyncSync(this.#fd);
    this.#open = false;
    closeSync(this.#fd);
    renameSync(this.#temporary, this.#file);
    return this.#offset;
  }

  /** Leaves nothing behind; harmless after {@link finish}. */
  abandon(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#fd);
    rmSync(this.#temporary, { force: true });
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#pending, this.#pendingBytes);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#fd, bytes, at);
    this.#pending = [];
    this.#pendingBytes = 0;
  }
}
