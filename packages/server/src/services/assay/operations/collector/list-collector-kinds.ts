import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { isPush } from '../../../../collectors/collectors.ts';
import type { ServerContext } from '../../../context.ts';
import { collectorKinds } from '../../collector-shape.ts';
import { fieldToWire } from '../../settings-shape.ts';

/** What can be made, and what each kind wants to be told and must be allowed: forms are drawn from this. */
export async function listCollectorKinds(
  _input: AssayIn<'ListCollectorKinds'>,
  context: ServerContext,
): Promise<AssayOut<'ListCollectorKinds'>> {
  return {
    kinds: collectorKinds(context).map((kind) => ({
      kind: kind.id,
      fields: Object.entries(kind.config).map(([name, field]) => fieldToWire(name, field)),
      ...(kind.secret === undefined ? {} : { secret: fieldToWire('secret', kind.secret) }),
      permissions: [...kind.permissions],
      watchedHere: !isPush({ kind: kind.id }),
    })),
  };
}
