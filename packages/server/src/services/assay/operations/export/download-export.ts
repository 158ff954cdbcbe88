import { invalidField, resourceNotFound, validationError } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { type DownloadPlace, downloadPlace, readDownload } from '../../../../exports/download.ts';
import { findExport } from '../../../../exports/export-store.ts';
import { findKey } from '../../../../keys/key-store.ts';
import { openPage, type ServerContext, sealPage, seenAccounts } from '../../../context.ts';

/** The plain text of a report, or of one resource's SBOM, in pieces of about two megabytes; nextToken leads to the next. */
export async function downloadExport(input: AssayIn<'DownloadExport'>, context: ServerContext): Promise<AssayOut<'DownloadExport'>> {
  const { account } = context;
  const { reportId, resourceId } = input;
  const query = { reportId, resourceId };
  const from = openPage(context, query, input.nextToken) as DownloadPlace | undefined;
  const { one, key, object } = await withAccounts(context.pool, await seenAccounts(context), async (tx) => {
    const found = await findExport(tx, account, { id: reportId });
    if (found === undefined) throw resourceNotFound(`There is no report ${reportId}.`);
    return { one: found, key: await findKey(tx, account, found.keyArn), object: await downloadPlace(tx, found, resourceId) };
  });
  if (one.status !== 'SUCCEEDED')
    throw validationError('OTHER', `The report is ${one.status}; only one that has SUCCEEDED can be downloaded.`);
  if (key === undefined) throw resourceNotFound(`The account has no key ${one.keyArn}.`);
  if (object === undefined) throw invalidField('resourceId', 'must name a resource of an SBOM export, and nothing for a findings report');
  const piece = await readDownload({ objects: await context.objectsOf(account), keys: context.keys, key }, object, from);
  if (piece === undefined) throw resourceNotFound(`The file ${object.key} is no longer in ${object.bucket}.`);
  return {
    fileName: object.key.replace(/^.*\//, '').replace(/\.enc$/, ''),
    content: piece.plain,
    ...(piece.next === undefined ? {} : { nextToken: sealPage(context, query, piece.next) }),
  };
}
