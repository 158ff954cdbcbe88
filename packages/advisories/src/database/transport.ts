import { createReadStream, createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress } from 'node:zlib';
import type { Enrichment } from '@assay/core/advisory.ts';
import { AssayError } from '@assay/core/errors.ts';
import { type BuildOptions, DatabaseWriter } from './database-writer.ts';
import { EnrichmentWriter } from './enrichments.ts';
import { isInfo, requireDocument, requireRecords } from './import-checks.ts';
import type { AdvisoryInfo, EnrichmentInfo } from './info.ts';
import { mergeRecords, type StreamRecord } from './merge.ts';
import type { AdvisoryDatabase } from './open.ts';
import { splitKey } from './record-codec.ts';

/**
 * Transport form: one zstd stream of JSON lines. First a head, then documents, records and enrichments, each part in key order:
 * `["d", id, feed, document]`, `["r", namespace, name, records]`, `["e", enrichment]`; `null` in place of a value removes the key.
 * A delta holds the changed keys against the revision that its head names.
 */
interface Head {
  readonly format: 'assay-advisories';
  readonly version: 1;
  readonly base: string | null;
  readonly info: AdvisoryInfo;
  readonly enrichments: EnrichmentInfo | null;
}

const MAX_LINE_BYTES = 256 * 1024 * 1024;

/** Writes a database, or with `base` only what changed since that revision, to a file. Enrichments always travel whole. */
export async function exportDatabase(database: AdvisoryDatabase, file: string, base?: AdvisoryDatabase): Promise<void> {
  const compress = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: 12 } });
  await pipeline(Readable.from(lines(database, base)), compress, createWriteStream(file, { mode: 0o644 }));
}

export interface ImportTarget {
  /** Path of the advisory database to write. */
  readonly file: string;
  /** Path of the enrichment database to write; used only when the stream carries enrichments. */
  readonly enrichmentFile: string;
  /** The installed database a delta applies to, when there is one. */
  readonly base?: AdvisoryDatabase;
}

export interface ImportResult {
  readonly info: AdvisoryInfo;
  readonly enrichments: EnrichmentInfo | null;
}

/** Reads a transport file into database files. The revision is computed anew and must equal the one that the head names. */
export async function importDatabase(source: string, target: ImportTarget): Promise<ImportResult> {
  const stream = streamLines(source);
  const first = await stream.next();
  const head = headOf(source, first.done ? undefined : first.value);
  if (head.base !== null && target.base?.revision !== head.base) {
    throw new AssayError(
      'delta-base-missing',
      `${source} changes revision ${head.base}, which is not installed; import a whole database instead.`,
    );
  }
  const writer = new DatabaseWriter(target.file, head.info.matcherVersions);
  const enrichments = new EnrichmentWriter(target.enrichmentFile);
  try {
    await writeAll(source, mergeRecords(stream, head.base === null ? undefined : target.base), { writer, enrichments });
    const options: BuildOptions = { sources: head.info.sources, builtAt: head.info.builtAt };
    const result: ImportResult = {
      info: writer.finish(options, head.info.revision).info,
      enrichments: head.enrichments === null ? null : enrichments.finish(head.enrichments, head.enrichments.revision).info,
    };
    return result;
  } finally {
    writer.close();
    enrichments.close();
  }
}

async function writeAll(
  source: string,
  records: AsyncIterable<StreamRecord>,
  into: { readonly writer: DatabaseWriter; readonly enrichments: EnrichmentWriter },
): Promise<void> {
  for await (const record of records) {
    try {
      const value: unknown = JSON.parse(record.value.toString('utf8'));
      if (record.kind === 'd') into.writer.addDocument(record.key, record.value, requireDocument(value));
      else if (record.kind === 'r') into.writer.addRecords(record.key, record.value, requireRecords(value).length);
      else into.enrichments.add(value as Enrichment);
    } catch (cause) {
      throw damaged(source, 'records are out of order or unreadable', cause);
    }
  }
}

function* lines(database: AdvisoryDatabase, base: AdvisoryDatabase | undefined): Generator<string> {
  const head: Head = {
    format: 'assay-advisories',
    version: 1,
    base: base?.revision ?? null,
    info: database.info,
    enrichments: database.enrichmentInfo,
  };
  yield `${JSON.stringify(head)}\n`;
  yield* part(database, 'documents', base);
  yield* part(database, 'records', base);
  for (const enrichment of database.enrichments()) yield `["e",${JSON.stringify(enrichment)}]\n`;
}

function* part(database: AdvisoryDatabase, name: 'documents' | 'records', base: AdvisoryDatabase | undefined): Generator<string> {
  const letter = name === 'documents' ? 'd' : 'r';
  const line = (key: Buffer, value: string): string => {
    const [a, b] = splitKey(key);
    return `["${letter}",${JSON.stringify(a)},${JSON.stringify(b)},${value}]\n`;
  };
  const table = database.table(name);
  if (base === undefined) {
    for (const { key, value } of table.scan()) yield line(key, value.toString('utf8'));
    return;
  }
  for (const key of database.changedRaw(name, base)) yield line(key, table.get(key)?.toString('utf8') ?? 'null');
}

async function* streamLines(source: string): AsyncGenerator<string> {
  const input = createReadStream(source);
  const unpacked = input.pipe(createZstdDecompress());
  input.on('error', (error) => unpacked.destroy(error));
  let bytes = 0;
  try {
    for await (const line of createInterface({ input: unpacked, crlfDelay: Number.POSITIVE_INFINITY })) {
      bytes += line.length;
      if (line.length > MAX_LINE_BYTES) throw new RangeError('a line is too long');
      yield line;
    }
  } catch (cause) {
    throw damaged(source, `it cannot be unpacked after ${bytes} bytes`, cause);
  } finally {
    input.destroy();
  }
}

function headOf(source: string, line: string | undefined): Head {
  let head: Partial<Head>;
  try {
    head = JSON.parse(line ?? '') as Partial<Head>;
  } catch (cause) {
    throw damaged(source, 'its first line is not JSON', cause);
  }
  if (head?.format !== 'assay-advisories' || !isInfo(head.info)) throw damaged(source, 'it is no export of Assay');
  if (head.version !== 1) throw new AssayError('database-format', `${source} was exported by a newer Assay; update this one first.`);
  return head as Head;
}

function damaged(source: string, why: string, cause?: unknown): AssayError {
  return new AssayError('import-damaged', `${source} cannot be imported (${why}); export or fetch it again.`, { cause });
}
