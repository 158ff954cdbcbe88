import type { Transaction } from '../db/pool.ts';
import { type DeletionContext, whenDeleted } from '../eligibility/deleted.ts';
import { resourcesOf } from './follow-registry.ts';
import type { RepositoryPlace } from './take-listing.ts';

/** The registry has these digests no longer. What still runs keeps its findings. */
export async function takeGone(
  tx: Transaction,
  at: RepositoryPlace,
  { digests, ctx }: { readonly digests: readonly string[]; readonly ctx: DeletionContext },
): Promise<void> {
  if (digests.length === 0) return;
  const place = [at.account, at.registry, at.repository, digests, ctx.now];
  const where = 'registry = $2 and repository = $3 and digest = any($4::text[])';
  await tx.query(`update repo_manifest set deleted_at = $5 where account = $1 and ${where} and deleted_at is null`, place);
  await tx.query(`update repo_tag set until = $5 where account = $1 and ${where} and until is null`, place);
  await whenDeleted(tx, { account: at.account, resources: await resourcesOf(tx, at, digests) }, ctx);
}
