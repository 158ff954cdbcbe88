import { ecr } from './registries/ecr/ecr.ts';
import { harbor } from './registries/harbor/harbor.ts';
import { oci } from './registries/oci/oci.ts';
import type { RegistrySource } from './source.ts';

/** Every kind of registry. */
export const REGISTRIES: readonly RegistrySource[] = [oci, harbor, ecr];

export function registryKindOf(id: string): RegistrySource | undefined {
  return REGISTRIES.find((kind) => kind.id === id);
}
