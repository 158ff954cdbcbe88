import type { Context } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { FindingCriteria } from '@assay/core/filter/criteria.ts';
import type pg from 'pg';
import type { BlobStore } from '../blobs/blobs.ts';
import { inTransaction } from '../db/pool.ts';
import { recordServiceEvents, SERVICE_EVENT } from '../events/service-events.ts';
import type { FindingArns } from '../findings/list/arn-predicate.ts';
import { finish, type Job, LeaseLost } from '../jobs/queue.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import { findKey, type StoredKey } from '../keys/key-store.ts';
import { type ObjectPlace, ObjectRefused, type ObjectStore } from '../objects/object-store.ts';
import { exportArn, placeOf } from './export-names.ts';
import { endExport, type Outcome, type Progress, type StoredExport, saveProgress, takeExport, type Writer } from './export-store.ts';
import { NO_FINDINGS, type ReportText, writeReport } from './report.ts';
import { writeSboms } from './sboms.ts';

export const EXPORT = 'export';
export const EXPORT_LANE = 'export';

export interface ExportWorld {
  /** Role worker. */
  readonly pool: pg.Pool;
  readonly region: string;
  readonly arns: FindingArns;
  readonly blobs: BlobStore;
  readonly keys: KeyRing;
  /** Where an account's exports go. */
  readonly objectsOf: (account: number) => Promise<ObjectStore>;
  /** How findings are spelled in a format, and what stored criteria mean. */
  readonly reportText: (format: string) => ReportText;
  readonly criteriaOf: (stored: unknown) => FindingCriteria;
  readonly ctx: Context;
  /** Findings read at once, where that is not the stream's own measure. */
  readonly batch?: number;
}

/** One attempt to write one export. */
export interface Writing {
  readonly world: ExportWorld;
  readonly one: StoredExport;
  readonly objects: ObjectStore;
  readonly place: ObjectPlace;
  readonly keys: KeyRing;
  readonly key: StoredKey;
  /** What the file is bound to. */
  readonly context: Readonly<Record<string, string>>;
  readonly fence: number;
  readonly signal: AbortSignal;
  /** Throws when the export was cancelled or taken over: nothing more may be written. */
  save(progress: Progress): Promise<void>;
}

/** Handler of `export` jobs; the key is the export's id. */
export async function writeExport(job: Job, world: ExportWorld, signal: AbortSignal): Promise<void> {
  const { pool, ctx } = world;
  const writer: Writer = { account: job.account, id: job.key, fence: job.fence };
  const one = await takeExport(pool, writer);
  if (one === undefined) throw new LeaseLost();
  if (one.status !== 'IN_PROGRESS') return forget(one, { job, world });
  try {
    const written = await write(one, { job, world, signal });
    await end(one, { job, world, writer }, { status: 'SUCCEEDED', location: written.location, at: new Date(ctx.now()) });
  } catch (error) {
    const latest = await takeExport(pool, writer);
    if (latest === undefined) throw new LeaseLost();
    if (latest.status !== 'IN_PROGRESS') return forget(latest, { job, world });
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    ctx.log.warn('an export failed', { export: one.id, code: failure.code, error: failure.message });
    await end(latest, { job, world, writer }, { status: 'FAILED', ...failure, at: new Date(ctx.now()) });
  }
}

interface Attempt {
  readonly job: Job;
  readonly world: ExportWorld;
}

async function write(one: StoredExport, { job, world, signal }: Attempt & { readonly signal: AbortSignal }): Promise<{ location: string }> {
  const writer: Writer = { account: job.account, id: job.key, fence: job.fence };
  const key = await inTransaction(world.pool, (tx) => findKey(tx, one.account, one.keyArn));
  if (key === undefined) throw new AssayError('key-refused', `The account has no key ${one.keyArn}; choose one that ListKeys names.`);
  const writing: Writing = {
    world,
    one,
    objects: await world.objectsOf(one.account),
    place: placeOf(one),
    keys: world.keys,
    key,
    context: { account: String(one.account).padStart(12, '0'), export: one.id },
    fence: job.fence,
    signal,
    async save(progress) {
      signal.throwIfAborted();
      if (!(await saveProgress(world.pool, writer, progress))) throw new Error('the export was cancelled, or another worker has it');
    },
  };
  return one.kind === 'FINDINGS_REPORT' ? writeReport(writing) : writeSboms(writing);
}

/** What the caller is told; undefined: it may pass, so the job is tried again. */
function failureOf(error: unknown): { readonly code: string; readonly message: string } | undefined {
  if (error instanceof ObjectRefused) return { code: error.refusal, message: error.message };
  if (!(error instanceof AssayError)) return undefined;
  if (error.code === NO_FINDINGS) return { code: 'NO_FINDINGS_FOUND', message: error.message };
  if (error.code === 'key-refused') return { code: 'MALFORMED_KMS_KEY', message: error.message };
  if (error.code === 'network' || error.code === 'timeout') return undefined;
  return { code: 'INTERNAL_ERROR', message: error.message };
}

async function end(one: StoredExport, attempt: Attempt & { readonly writer: Writer }, outcome: Outcome): Promise<void> {
  const { job, world, writer } = attempt;
  const ended = await inTransaction(world.pool, async (tx) => {
    if (!(await endExport(tx, writer, outcome))) return false;
    const body = { kind: one.kind, ...outcome, at: outcome.at.toISOString() };
    const subject = exportArn(world.region, one);
    await recordServiceEvents(tx, [{ account: one.account, kind: SERVICE_EVENT.EXPORT, actor: one.actor, subject, at: outcome.at, body }]);
    await finish(tx, job);
    return true;
  });
  if (!ended || outcome.status === 'FAILED') await cleanUp(one, attempt);
  if (!ended) await inTransaction(world.pool, (tx) => finish(tx, job));
}

/** A cancelled report leaves nothing behind; documents of SBOMs that are whole stay. */
async function forget(one: StoredExport, attempt: Attempt): Promise<void> {
  await cleanUp(one, attempt);
  await inTransaction(attempt.world.pool, (tx) => finish(tx, attempt.job));
}

async function cleanUp(one: StoredExport, { world }: Attempt): Promise<void> {
  const upload = (one.checkpoint as { state?: { upload?: string } } | null)?.state?.upload;
  const objects = await world.objectsOf(one.account);
  const place = placeOf(one);
  if (upload !== undefined) await objects.abort(place, upload);
  if (one.kind === 'FINDINGS_REPORT') await objects.remove(place);
}
