/**
 * Is this Host header one of ours? On a loopback address only its own names are, so that a foreign page whose name was pointed
 * at 127.0.0.1 gets nothing. Elsewhere the certificate or the proxy in front decides, and `names` may narrow it further.
 */
export function isOurHost(host: string | undefined, names: readonly string[] | undefined): boolean {
  if (host === undefined || !/^[A-Za-z0-9.:[\]_-]{1,260}$/.test(host)) return false;
  if (names === undefined) return true;
  return names.includes(host.replace(/:\d{1,5}$/, '').toLowerCase());
}

export const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

export function isLoopback(address: string): boolean {
  return address === 'localhost' || address === '::1' || /^127(\.\d{1,3}){3}$/.test(address);
}
