import type { ConfigField } from '@assay/connectors/config.ts';
import { REGISTRIES } from '@assay/connectors/registries.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';

/** What can be watched, what each kind wants to be told, and what it can and cannot tell: forms are drawn from this. */
export async function listRegistryKinds(_input: AssayIn<'ListRegistryKinds'>): Promise<AssayOut<'ListRegistryKinds'>> {
  return {
    kinds: REGISTRIES.map((source) => ({
      kind: source.id,
      fields: Object.entries(source.config).map(([name, field]) => fieldOf(name, field)),
      ...(source.secret === undefined ? {} : { secret: fieldOf('secret', source.secret) }),
      capabilities: { ...source.capabilities({}) },
      permissions: [...source.permissions],
    })),
  };
}

function fieldOf(name: string, { about, required = false }: ConfigField) {
  return { name, about, required };
}
