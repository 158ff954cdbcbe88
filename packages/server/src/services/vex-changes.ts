import type { VexDocument } from '@assay/formats/vex/document.ts';
import { inTransaction, see } from '../db/pool.ts';
import { type ImportedVex, importVex } from '../suppression/import-vex.ts';
import type { ServerContext } from './context.ts';
import { changeOf, settleInRequest } from './filter-changes.ts';

/** Rules that a request settles itself; more are left to their jobs, and hold meanwhile. */
const SETTLED_AT_ONCE = 20;

class Refused extends Error {
  readonly why: 'too-many' | 'older';
  constructor(why: 'too-many' | 'older') {
    super(why);
    this.why = why;
  }
}

/** All rules of the document, or none. */
export async function addVex(context: ServerContext, document: VexDocument): Promise<ImportedVex | 'too-many' | 'older'> {
  const change = { ...(await changeOf(context)), quota: context.mostFilters };
  try {
    const made = await inTransaction(context.pool, async (tx) => {
      await see(tx, [context.account]);
      const result = await importVex(tx, document, change);
      if (typeof result === 'string') throw new Refused(result);
      return result;
    });
    for (const rule of [...made.replaced, ...made.created].slice(0, SETTLED_AT_ONCE)) await settleInRequest(context, rule);
    return made;
  } catch (error) {
    if (error instanceof Refused) return error.why;
    throw error;
  }
}
