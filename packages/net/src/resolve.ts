import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { asNetworkError, blocked, isForbidden } from './transport.ts';

/**
 * An address of a host, for protocols that are not HTTP: connect to it and not to the name, so that no second look-up can give another.
 * Internal addresses are for hosts that somebody named. @throws AssayErrors `blocked-address`, `network`.
 */
export async function guardedAddress(host: string, named: boolean): Promise<string> {
  const bare = host.replace(/^\[|\]$/g, '');
  const found = isIP(bare) !== 0 ? [bare] : await addressesOf(bare);
  if (found.some((address) => isForbidden(address, named))) throw blocked(host);
  return found[0]!;
}

async function addressesOf(host: string): Promise<readonly string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw asNetworkError(error, { host });
  }
}
