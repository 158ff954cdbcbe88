import pg from 'pg';

const CHUNK_BYTES = 1 << 20;

type Cell = string | number | boolean | null;

/** The part of `pg`'s connection that its types leave out. */
interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** `copy … from stdin` of one buffer. */
class CopyIn extends pg.Query {
  readonly #data: Buffer;

  constructor(text: string, data: Buffer, done: (error: Error | null) => void) {
    super(text, [], done as never);
    this.#data = data;
  }

  /** Called by `pg` when the server is ready for the rows. */
  handleCopyInResponse(connection: CopyConnection): void {
    for (let at = 0; at < this.#data.length; at += CHUNK_BYTES) connection.sendCopyFromChunk(this.#data.subarray(at, at + CHUNK_BYTES));
    connection.endCopyFrom();
  }
}

/** Loads rows by COPY, about ten times as fast as inserts. Cells are text as COPY reads it: arrays as `{1,2}`, bytea as `\x…`. */
export class Loader {
  readonly #client: pg.ClientBase;
  readonly #text: string;
  readonly #lines: string[] = [];
  #bytes = 0;

  constructor(client: pg.ClientBase, table: string, columns: readonly string[]) {
    this.#client = client;
    this.#text = `copy ${table} (${columns.join(', ')}) from stdin`;
  }

  /** Await the answer when it is a promise: the buffer is full. */
  add(row: readonly Cell[]): Promise<void> | undefined {
    const line = `${row.map(cellText).join('\t')}\n`;
    this.#lines.push(line);
    this.#bytes += line.length;
    return this.#bytes > 4 * CHUNK_BYTES ? this.flush() : undefined;
  }

  async flush(): Promise<void> {
    if (this.#lines.length === 0) return;
    const data = Buffer.from(this.#lines.join(''));
    this.#lines.length = 0;
    this.#bytes = 0;
    await new Promise<void>((resolve, reject) => {
      this.#client.query(
        new CopyIn(this.#text, data, (error) => (error === null || error === undefined ? resolve() : reject(error))) as never,
      );
    });
  }
}

function cellText(cell: Cell): string {
  if (cell === null) return '\\N';
  if (typeof cell !== 'string') return String(cell);
  return /[\\\t\n\r]/.test(cell)
    ? cell.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r')
    : cell;
}
