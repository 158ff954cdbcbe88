import type { Reach } from '@assay/core/running.ts';
import { isInternalAddress } from '@assay/net/address.ts';
import { fields, items, text } from '../../values.ts';

/** From nearest to the outside to farthest. */
const ORDER: readonly Reach[] = ['INTERNET', 'PRIVATE_NETWORK', 'CLUSTER', 'NONE'];

/** The nearest to the outside. What is unknown may be anything, so only INTERNET is certain beside it. */
export function widest(...all: readonly Reach[]): Reach {
  const known = ORDER.find((reach) => all.includes(reach));
  return known !== 'INTERNET' && all.includes('UNKNOWN') ? 'UNKNOWN' : (known ?? 'UNKNOWN');
}

export function narrower(a: Reach, b: Reach): Reach {
  if (a === 'UNKNOWN' || b === 'UNKNOWN') return 'UNKNOWN';
  return ORDER.indexOf(a) > ORDER.indexOf(b) ? a : b;
}

export function reachOfAddress(address: string): Reach {
  return isInternalAddress(address) ? 'PRIVATE_NETWORK' : 'INTERNET';
}

/** Who may come from such a block: the internet unless all of it is internal. */
export function reachOfBlock(cidr: string): Reach {
  const [address = '', bitsText = ''] = cidr.split('/');
  const bits = Number(bitsText);
  if (!isInternalAddress(address) || bitsText === '') return 'INTERNET';
  if (address.includes(':')) return bits >= 32 || /^f[c-e]/i.test(address) ? 'PRIVATE_NETWORK' : 'INTERNET';
  const inside = bits >= 8 && endsOf(address, bits).every(isInternalAddress);
  return inside ? 'PRIVATE_NETWORK' : 'INTERNET';
}

function endsOf(address: string, bits: number): string[] {
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - bits);
  const first = Math.floor(number / size) * size;
  return [first, first + size - 1].map((one) => [24, 16, 8, 0].map((shift) => Math.floor(one / 2 ** shift) % 256).join('.'));
}

/** Of `status.loadBalancer.ingress` or a Gateway's `status.addresses`; undefined while there are none. */
export function reachOfPlaces(places: unknown): Reach | undefined {
  const found = items(places).flatMap((one): Reach[] => {
    const { ip, hostname, value } = fields(one);
    const address = text(ip) || text(hostname) || text(value);
    // Amazon's internal load balancers say so in their names.
    if (/^internal-.*\.elb\..*amazonaws\.com/.test(address)) return ['PRIVATE_NETWORK'];
    return address === '' ? [] : [reachOfAddress(address)];
  });
  return found.length === 0 ? undefined : widest(...found);
}
