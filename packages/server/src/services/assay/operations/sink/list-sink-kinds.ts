import type { ConfigField } from '@assay/connectors/config.ts';
import { SINKS } from '@assay/connectors/sinks.ts';
import type { AssayIn, AssayOut } from '@assay/wire/operation-types.ts';

/** What can be made, and what each kind wants to be told: forms are drawn from this. */
export async function listSinkKinds(_input: AssayIn<'ListSinkKinds'>): Promise<AssayOut<'ListSinkKinds'>> {
  return {
    kinds: SINKS.map((sink) => ({
      kind: sink.id,
      fields: Object.entries(sink.config).map(([name, field]) => fieldOf(name, field)),
      ...(sink.secret === undefined ? {} : { secret: fieldOf('secret', sink.secret) }),
      modes: [...sink.modes],
    })),
  };
}

function fieldOf(name: string, { about, required = false }: ConfigField) {
  return { name, about, required };
}
