import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { listKeys as list } from '../../../../keys/key-store.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';

const PAGE = 50;

export async function listKeys(input: AssayIn<'ListKeys'>, context: ServerContext): Promise<AssayOut<'ListKeys'>> {
  const after = (openPage(context, {}, input.nextToken) as string | undefined) ?? '';
  const limit = input.maxResults ?? PAGE;
  const rows = await withAccounts(context.pool, [context.account], (tx) => list(tx, context.account, { after, limit: limit + 1 }));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return {
    keys: page.map((row) => ({
      keyArn: row.arn,
      provider: row.provider,
      ...(row.name === '' ? {} : { name: row.name }),
      ...(row.description === null ? {} : { description: row.description }),
      ...(row.provider === 'LOCAL' ? { version: row.version } : {}),
      createdAt: row.createdAt,
      ...(row.rotatedAt === null ? {} : { rotatedAt: row.rotatedAt }),
    })),
    ...(rows.length > limit && last !== undefined ? { nextToken: sealPage(context, {}, last.arn) } : {}),
  };
}
