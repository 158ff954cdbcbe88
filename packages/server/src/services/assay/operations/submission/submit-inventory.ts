import { createHash } from 'node:crypto';
import { invalidField } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { enqueue } from '../../../../jobs/queue.ts';
import { SUBMIT, SUBMIT_LANE, type Submission } from '../../../../service/submission.ts';
import { requireRole, type ServerContext } from '../../../context.ts';

/** The document is on disk before the job exists, and the job is committed before the answer: an acknowledged submission is not lost. */
export async function submitInventory(input: AssayIn<'SubmitInventory'>, context: ServerContext): Promise<AssayOut<'SubmitInventory'>> {
  requireRole(context, 'operator');
  if (input.document.length === 0) throw invalidField('document', 'must not be empty');
  const { repository, tag, name, platform } = input;
  const blob = await context.blobs.put(input.document);
  const payload: Submission = {
    blob,
    at: context.now(),
    ...(repository === undefined ? {} : { repository }),
    ...(tag === undefined ? {} : { tag }),
    ...(name === undefined ? {} : { name }),
    ...(platform === undefined ? {} : { platform }),
  };
  const key = createHash('sha256')
    .update(JSON.stringify([blob, repository ?? null, tag ?? null, name ?? null, platform ?? null]))
    .digest('hex')
    .slice(0, 32);
  const id = await withAccounts(context.pool, [context.account], (tx) =>
    enqueue(tx, { account: context.account, kind: SUBMIT, key, lane: SUBMIT_LANE, priority: 5, payload }),
  );
  return { jobId: String(id) };
}
