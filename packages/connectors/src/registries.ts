import type { RegistrySource } from './source.ts';

/** Every kind of registry. */
export const REGISTRIES: readonly RegistrySource[] = [];
