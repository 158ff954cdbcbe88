import { AssayError } from '@assay/core/errors.ts';
import type { FindingCriteria } from '@assay/core/filter/criteria.ts';
import { withAccounts } from '../db/pool.ts';
import { type StreamedFinding, type StreamPosition, streamFindings } from '../findings/list/stream.ts';
import { PartsLost } from '../objects/object-store.ts';
import { statusNow } from '../suppression/status-now.ts';
import { EncryptedUpload, type UploadState } from './encrypted-upload.ts';
import type { Writing } from './write-export.ts';

/** How a report is spelled: what comes before, between and after its findings. */
export interface ReportText {
  readonly head: string;
  row(finding: StreamedFinding, first: boolean): string;
  readonly tail: string;
}

interface ReportCheckpoint {
  readonly state: UploadState;
  readonly after: StreamPosition | null;
  readonly items: number;
  /** Every part is stored. */
  readonly ended: boolean;
}

export const NO_FINDINGS = 'no-findings';

/** Writes one encrypted object with every finding that matches. Memory is that of a batch and a part, however many there are. */
export async function writeReport(writing: Writing): Promise<{ readonly location: string }> {
  const { one, objects, place } = writing;
  const checkpoint = one.checkpoint as ReportCheckpoint | null;
  const target = { objects, place, attempt: writing.fence };
  const upload =
    checkpoint === null
      ? await EncryptedUpload.begin(target, writing.keys, writing)
      : await EncryptedUpload.resume(target, writing.keys, { key: writing.key, state: checkpoint.state });
  try {
    if (checkpoint?.ended !== true) await writeFindings(writing, upload, checkpoint);
    await upload.complete();
  } catch (error) {
    if (error instanceof PartsLost) await writing.save({ checkpoint: null, items: 0, bytes: 0 });
    throw error;
  }
  return { location: objects.describe(place) };
}

async function writeFindings(writing: Writing, upload: EncryptedUpload, from: ReportCheckpoint | null): Promise<void> {
  const { one, world } = writing;
  const text = world.reportText(one.format);
  // Without a part nothing is stored yet, not even the beginning.
  const fresh = upload.state.parts.length === 0;
  let items = from?.items ?? 0;
  const save = async (after: StreamPosition | null, ended: boolean): Promise<void> => {
    await upload.flush();
    const { state } = upload;
    await writing.save({ checkpoint: { state, after, items, ended } satisfies ReportCheckpoint, items, bytes: state.bytes });
  };
  // From now on the upload is known, so that a process that comes later can go on with it, or forget it.
  if (from === null) await writing.save({ checkpoint: { state: upload.state, after: null, items, ended: false }, items, bytes: 0 });
  if (fresh) upload.add(Buffer.from(text.head));
  const request = {
    criteria: world.criteriaOf(one.criteria) as FindingCriteria,
    accounts: one.accounts,
    region: world.region,
    arns: world.arns,
    status: await withAccounts(world.pool, one.accounts, (tx) => statusNow(tx, one.accounts, world)),
    ...(world.batch === undefined ? {} : { size: world.batch }),
    ...(from?.after ? { after: from.after } : {}),
  };
  let after = from?.after ?? null;
  for await (const batch of streamFindings(request, (accounts, read) => withAccounts(world.pool, accounts, read))) {
    writing.signal.throwIfAborted();
    upload.add(Buffer.from(batch.findings.map((finding) => text.row(finding, items++ === 0)).join('')));
    after = batch.position;
    if (upload.full) await save(after, false);
  }
  if (items === 0) throw new AssayError(NO_FINDINGS, 'No finding matches the criteria of the report.');
  upload.end(Buffer.from(text.tail));
  await save(after, true);
}
