import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import { type CredentialsFor, dockerConfigCredentials } from '@assay/net/oci/credentials.ts';
import type { RegistryOptions } from '@assay/net/oci/session.ts';
import { fetcherOf, type NetworkSettings } from './network.ts';

export interface RegistrySettings extends NetworkSettings {
  /** Folder of Docker's `config.json`. */
  readonly dockerConfig: string;
  /** Token servers that may get credentials although they are other hosts than the registry. */
  readonly trustedRealms: readonly string[];
  /** What credential helper programs see: `PATH`, `HOME` and the like. */
  readonly helperEnvironment: Readonly<Record<string, string>>;
}

/** How this process talks to registries. Credentials are read when a registry is first asked. */
export function registryOptions(settings: RegistrySettings, insecure: boolean, ctx: Context): RegistryOptions {
  let credentials: CredentialsFor | undefined;
  return {
    fetcher: fetcherOf(settings, ctx, { perHost: true }),
    insecure,
    trustedRealms: settings.trustedRealms,
    credentialsFor: async (host) => {
      credentials ??= credentialsOf(settings);
      return await credentials(host);
    },
    ...(ctx.signal === undefined ? {} : { signal: ctx.signal }),
  };
}

function credentialsOf({ dockerConfig, helperEnvironment }: RegistrySettings): CredentialsFor {
  const file = join(dockerConfig, 'config.json');
  try {
    return dockerConfigCredentials({ text: readFileSync(file, 'utf8'), environment: helperEnvironment });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return async () => undefined;
    if (error instanceof AssayError) throw error;
    throw new AssayError('config', `${file} with the registry credentials cannot be read; check its permissions.`, { cause: error });
  }
}
