import { requireReference } from '@assay/net/oci/reference.ts';
import type { RegistryOptions } from '@assay/net/oci/session.ts';
import type { RegistrySource, SourceConfig, SourceContext } from './source.ts';

/** How images of a registry are read: its rules, and its credentials for its own host and no other. They are asked for once. */
export function registryAccess(source: RegistrySource, config: SourceConfig, ctx: SourceContext): RegistryOptions {
  const host = apiHost(source.host(config));
  let credentials: ReturnType<RegistrySource['credentials']> | undefined;
  return {
    ...source.reach(config),
    fetcher: ctx.fetcher,
    signal: ctx.signal,
    credentialsFor: async (asked) => {
      if (asked !== host) return undefined;
      credentials ??= source.credentials(config, ctx);
      return await credentials;
    },
  };
}

/** Where a registry is asked that references name otherwise: `docker.io`. */
export function apiHost(host: string): string {
  return requireReference(`${host}/any`).host;
}
