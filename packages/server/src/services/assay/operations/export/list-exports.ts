import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { listExports as list } from '../../../../exports/export-store.ts';
import { openPage, type ServerContext, sealPage } from '../../../context.ts';

const PAGE = 50;

/** Newest first. */
export async function listExports(input: AssayIn<'ListExports'>, context: ServerContext): Promise<AssayOut<'ListExports'>> {
  const place = openPage(context, {}, input.nextToken) as { at: string; id: string } | undefined;
  const limit = input.maxResults ?? PAGE;
  const after = place === undefined ? undefined : { createdAt: new Date(place.at), id: place.id };
  const rows = await withAccounts(context.pool, [context.account], (tx) => list(tx, context.account, { after, limit: limit + 1 }));
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    exports: page.map((row) => ({
      reportId: row.id,
      kind: row.kind,
      format: row.format,
      status: row.status,
      bucketName: row.bucket,
      ...(row.prefix === '' ? {} : { keyPrefix: row.prefix }),
      kmsKeyArn: row.keyArn,
      ...(row.location === null ? {} : { location: row.location }),
      itemCount: row.items,
      sizeInBytes: row.bytes,
      ...(row.errorCode === null ? {} : { errorCode: row.errorCode, errorMessage: row.errorMessage ?? '' }),
      createdBy: row.actor,
      createdAt: row.createdAt,
      ...(row.finishedAt === null ? {} : { finishedAt: row.finishedAt }),
    })),
    ...(more ? { nextToken: sealPage(context, {}, { at: last.createdAt.toISOString(), id: last.id }) } : {}),
  };
}
