import { REGISTRIES } from '@assay/connectors/registries.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';
import { fieldToWire } from '../../settings-shape.ts';

/** What can be watched, what each kind wants to be told, and what it can and cannot tell: forms are drawn from this. */
export async function listRegistryKinds(_input: AssayIn<'ListRegistryKinds'>): Promise<AssayOut<'ListRegistryKinds'>> {
  return {
    kinds: REGISTRIES.map((source) => ({
      kind: source.id,
      fields: Object.entries(source.config).map(([name, field]) => fieldToWire(name, field)),
      ...(source.secret === undefined ? {} : { secret: fieldToWire('secret', source.secret) }),
      capabilities: { ...source.capabilities({}) },
      permissions: [...source.permissions],
    })),
  };
}
