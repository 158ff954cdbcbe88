import { resourceNotFound } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { isSample, rememberSampleRemoved, removeResource } from '../../../../resources/remove.ts';
import { requireRole, type ServerContext } from '../../../context.ts';

export async function deleteResource(input: AssayIn<'DeleteResource'>, context: ServerContext): Promise<AssayOut<'DeleteResource'>> {
  requireRole(context, 'operator');
  const { account, pool } = context;
  await withAccounts(pool, [account], async (tx) => {
    const { rows } = await tx.query<{ id: number; registry: string | null; repository: string | null; sbom: string | null }>(
      `select id, registry, repository, detail->>'sbom' as sbom from resource where account = $1 and arn = $2 for update`,
      [account, input.resourceArn],
    );
    const row = rows[0];
    if (row === undefined) throw resourceNotFound(`There is no resource ${input.resourceArn}.`);
    await removeResource(tx, account, row.id);
    if (isSample(row)) await rememberSampleRemoved(tx, account);
  });
  return { resourceArn: input.resourceArn };
}
