import { AssayError } from '@assay/core/errors.ts';
import type { KeyProvider, KeyProviderName } from './key-provider.ts';

/** Every key provider that this process was given. */
export interface KeyRing extends KeyProvider {
  has(provider: KeyProviderName): boolean;
}

export function keyRing(providers: Readonly<Partial<Record<KeyProviderName, KeyProvider>>>): KeyRing {
  const of = (name: KeyProviderName): KeyProvider => {
    const provider = providers[name];
    // No refusal of the key: the same job goes on once the provider is configured again.
    if (provider === undefined) throw new AssayError('key-provider', `Keys of ${name} are not configured here; see docs/encryption.md.`);
    return provider;
  };
  return {
    has: (name) => providers[name] !== undefined,
    wrap: async (key, dataKey, context) => of(key.provider).wrap(key, dataKey, context),
    unwrap: async (key, wrapped, context) => of(key.provider).unwrap(key, wrapped, context),
    rotate: async (key) => of(key.provider).rotate(key),
  };
}
