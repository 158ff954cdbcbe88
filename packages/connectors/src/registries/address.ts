import { AssayError } from '@assay/core/errors.ts';
import { parseReference, type Scheme } from '@assay/net/oci/reference.ts';
import { type ConfigField, hostName, listOf } from '../config.ts';
import type { RegistryReach, SourceConfig } from '../source.ts';

export interface RegistryAddress {
  /** As references write it. */
  readonly host: string;
  /** As somebody wrote it. */
  readonly scheme?: Scheme;
}

/** Configuration that registries have in common which are named by an address. */
export const ADDRESS_CONFIG: Readonly<Record<string, ConfigField>> = {
  url: {
    about: 'the registry: registry.example, https://registry.example:5000, http:// where nothing is encrypted',
    required: true,
    check: (text) =>
      readAddress(text) === undefined ? 'must be a host with a dot or a port, like https://registry.example:5000' : undefined,
  },
  tokenServers: { about: 'hosts beside the registry that give tokens and may see the password', check: hosts },
  internalHosts: { about: 'hosts that the registry sends to and that may be internal: its store', check: hosts },
};

/** Throws an AssayError `bad-config`. */
export function addressOf(config: SourceConfig): RegistryAddress {
  const found = readAddress(config['url'] ?? '');
  if (found !== undefined) return found;
  throw new AssayError('bad-config', 'The address of the registry cannot be used; write it like https://registry.example:5000.');
}

export function reachOf(config: SourceConfig): RegistryReach {
  const { scheme } = addressOf(config);
  return {
    ...(scheme === undefined ? {} : { scheme, insecure: scheme === 'http' }),
    trustedRealms: listOf(config['tokenServers']),
    named: listOf(config['internalHosts']),
  };
}

function readAddress(text: string): RegistryAddress | undefined {
  const [, scheme, host = ''] = /^(?:(https?):\/\/)?([^/]+)\/?$/.exec(text) ?? [];
  const reference = parseReference(`${host}/any/any`);
  // One label without a port reads as a part of Docker Hub.
  if (reference === undefined || reference.repository !== 'any/any') return undefined;
  return { host: reference.registry, ...(scheme === undefined ? {} : { scheme: scheme as Scheme }) };
}

function hosts(text: string): string | undefined {
  return listOf(text).every((host) => hostName(host) === undefined) ? undefined : 'must be hosts separated by commas';
}
