import { randomUUID } from 'node:crypto';
import { writeCsaf } from '@assay/formats/csaf/write.ts';
import { writeCycloneDxVex } from '@assay/formats/cyclonedx/write-vex.ts';
import { writeOpenVex } from '@assay/formats/openvex/write.ts';
import type { VexDocument, VexFormat } from '@assay/formats/vex/document.ts';
import { validationError } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../../db/pool.ts';
import { hiddenStatements, MOST_EXPORTED } from '../../../../suppression/export-vex.ts';
import { type ServerContext, seenAccounts } from '../../../context.ts';

const WRITERS: Readonly<Record<VexFormat, (document: VexDocument) => string>> = {
  OPENVEX: writeOpenVex,
  CSAF: writeCsaf,
  CYCLONEDX: writeCycloneDxVex,
};
const NAMESPACE = 'https://assay.invalid/vex';

/** What the account's rules hide now, as a VEX document. */
export async function exportVex({ format }: AssayIn<'ExportVex'>, context: ServerContext): Promise<AssayOut<'ExportVex'>> {
  const accounts = await seenAccounts(context);
  const statements = await withAccounts(context.pool, accounts, (tx) => hiddenStatements(tx, accounts));
  if (statements === 'too-many')
    throw validationError('OTHER', `The rules hide more than ${MOST_EXPORTED} findings, too many for one document.`);
  const account = context.principal.account;
  const ids: Readonly<Record<VexFormat, string>> = {
    OPENVEX: `${NAMESPACE}/${account}`,
    CSAF: `${NAMESPACE} ${account}`,
    CYCLONEDX: `urn:uuid:${randomUUID()}`,
  };
  const issuedAt = new Date(context.now());
  const document = WRITERS[format]({ format, id: ids[format], version: '1', author: `Account ${account}`, issuedAt, statements });
  return { document, statements: statements.length };
}
