import { AssayError } from '@assay/core/errors.ts';
import { readVex } from '@assay/formats/vex/read.ts';
import { invalidField, quotaExceeded } from '@assay/wire/errors.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { MOST_RULES } from '../../../../suppression/import-vex.ts';
import { requireRole, type ServerContext } from '../../../context.ts';
import { addVex } from '../../../vex-changes.ts';

/** Skipped products told in one answer. */
const TOLD = 100;

/** A VEX document as suppression rules, in place of those of its earlier version. What it calls affected or under investigation stays open. */
export async function importVex(input: AssayIn<'ImportVex'>, context: ServerContext): Promise<AssayOut<'ImportVex'>> {
  requireRole(context, 'operator');
  const document = read(input.document);
  const made = await addVex(context, document);
  if (made === 'too-many') {
    throw quotaExceeded(
      `The document makes more than ${MOST_RULES} rules, or the account has no room for them.`,
      context.principal.account,
    );
  }
  if (made === 'older') throw invalidField('document', 'is older than the version of it that is here');
  return {
    format: document.format,
    documentId: document.id,
    created: made.created.length,
    replaced: made.replaced.length,
    skipped: made.skipped.slice(0, TOLD),
  };
}

function read(text: string) {
  try {
    return readVex(Buffer.from(text));
  } catch (error) {
    if (error instanceof AssayError) throw invalidField('document', error.message);
    throw error;
  }
}
