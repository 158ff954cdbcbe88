import { dirname } from 'node:path';
import type { Advisory } from '@assay/core/advisory.ts';
import type { Context } from '@assay/core/context.ts';
import { recordsOfAdvisory } from '@assay/core/osv-records.ts';
import { type BuildOptions, type BuildResult, DatabaseWriter } from './database-writer.ts';
import { ExternalSort, type SortEntry } from './external-sort.ts';
import { canonicalJson, encodeRecord, isStorableKey, packageKey } from './record-codec.ts';

const SORT_MEMORY_BYTES = 64 * 1024 * 1024;

export interface CompileOptions extends BuildOptions {
  /** Path of the database to write; temporary files lie beside it. */
  readonly file: string;
}

export interface CompileResult extends BuildResult {
  /** Advisories given, before equal (id, feed) pairs became one. */
  readonly given: number;
  /** Reason → count of what could not be stored. */
  readonly dropped: Readonly<Record<string, number>>;
}

/**
 * Compiles advisories in any order into one immutable file. Memory is bounded: everything is sorted through temporary files.
 * Of several documents with the same id and feed the one modified last counts; giving a feed twice changes nothing.
 */
export async function compileDatabase(advisories: AsyncIterable<Advisory>, options: CompileOptions, ctx: Context): Promise<CompileResult> {
  const folder = dirname(options.file);
  const documents = new ExternalSort(folder, SORT_MEMORY_BYTES);
  const records = new ExternalSort(folder, SORT_MEMORY_BYTES);
  const writer = new DatabaseWriter(options.file);
  const dropped = new Map<string, number>();
  try {
    const given = await collect(advisories, documents, { dropped, ctx });
    for (const { key, value } of newestOfEach(documents.sorted())) {
      const json = value.subarray(value.indexOf(0) + 1);
      const advisory = JSON.parse(json.toString('utf8')) as Advisory;
      writer.addDocument(key, json, advisory);
      for (const record of recordsOfAdvisory(advisory)) {
        if (isStorableKey(record.namespace, record.name))
          records.add(packageKey(record.namespace, record.name), Buffer.from(encodeRecord(record)));
        else count(dropped, 'affected entry with an unusable package name');
      }
    }
    documents.close();
    writeRecords(records, writer);
    const result = writer.finish(options);
    ctx.log.debug('advisory database compiled', { revision: result.info.revision, bytes: result.bytes });
    return { ...result, given, dropped: Object.fromEntries(dropped) };
  } finally {
    documents.close();
    records.close();
    writer.close();
  }
}

interface Collecting {
  readonly dropped: Map<string, number>;
  readonly ctx: Context;
}

/** Value: `modified NUL document`, so that the newest of a key sorts last. */
async function collect(advisories: AsyncIterable<Advisory>, into: ExternalSort, { dropped, ctx }: Collecting): Promise<number> {
  let given = 0;
  for await (const advisory of advisories) {
    ctx.signal?.throwIfAborted();
    given += 1;
    const feed = advisory.assay?.feed ?? 'osv';
    if (!isStorableKey(advisory.id, feed) || typeof advisory.modified !== 'string' || advisory.modified.includes('\0')) {
      count(dropped, 'advisory with an unusable id or date');
      continue;
    }
    into.add(packageKey(advisory.id, feed), Buffer.from(`${advisory.modified}\0${canonicalJson(advisory)}`));
  }
  return given;
}

function* newestOfEach(sorted: Iterable<SortEntry>): Generator<SortEntry> {
  let held: SortEntry | null = null;
  for (const entry of sorted) {
    if (held !== null && !held.key.equals(entry.key)) yield held;
    held = entry;
  }
  if (held !== null) yield held;
}

function writeRecords(records: ExternalSort, writer: DatabaseWriter): void {
  for (const { key, values } of records.grouped()) writer.addRecords(key, Buffer.from(`[${values.join(',')}]`), values.length);
}

function count(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1);
}
