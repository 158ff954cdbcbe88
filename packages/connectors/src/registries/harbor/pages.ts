import { AssayError } from '@assay/core/errors.ts';
import { isObject, type JsonObject } from '@assay/core/json.ts';
import { registryOrigin } from '@assay/net/oci/reference.ts';
import type { SourceConfig, SourceContext } from '../../source.ts';
import { addressOf, reachOf } from '../address.ts';

/** The most that Harbor gives at once. */
const PAGE = 100;
const MAX_PAGES = 10_000;
const MAX_PAGE_BYTES = 16 << 20;

export interface HarborList {
  readonly config: SourceConfig;
  readonly ctx: SourceContext;
  /** Below `/api/v2.0`. */
  readonly path: string;
  /** Member by which two entries are the same. */
  readonly key: string;
}

/**
 * Entries of a list, each once. Pages shift when something is deleted meanwhile, so that one would be missed: then the whole list is refused
 * and nothing is known to be gone. Throws AssayErrors `unauthorized`, `not-found`, `rate-limited`, `bad-answer` and the fetcher's.
 */
export async function* harborList(list: HarborList): AsyncGenerator<JsonObject> {
  const seen = new Set<unknown>();
  for (let page = 1; page <= MAX_PAGES; page++) {
    const { entries, total } = await readPage(list, page);
    const before = seen.size;
    for (const entry of entries) {
      if (seen.has(entry[list.key])) continue;
      seen.add(entry[list.key]);
      yield entry;
    }
    if (entries.length < PAGE) {
      if (seen.size < total) throw badList(list, 'changed while it was read; it is read again later');
      return;
    }
    if (seen.size === before) throw badList(list, 'never ends');
  }
  throw badList(list, 'never ends');
}

async function readPage(
  { config, ctx, path }: HarborList,
  page: number,
): Promise<{ readonly entries: readonly JsonObject[]; readonly total: number }> {
  const { host } = addressOf(config);
  const { insecure = false, ...reach } = reachOf(config);
  const { username = '' } = config;
  const basic = `Basic ${Buffer.from(`${username}:${ctx.secret}`).toString('base64')}`;
  const response = await ctx.fetcher({
    url: `${registryOrigin({ host }, { insecure, ...reach })}/api/v2.0${path}?page=${page}&page_size=${PAGE}`,
    headers: { accept: 'application/json', ...(username !== '' && ctx.secret !== '' && { authorization: basic }) },
    maxBytes: MAX_PAGE_BYTES,
    // It answers itself; a sign-in page in between would be no list.
    maxRedirects: 0,
    insecure,
    signal: ctx.signal,
  });
  if (response.status !== 200) {
    response.discard();
    throw refusal(host, response.status, path);
  }
  const answer = await response.json();
  if (!Array.isArray(answer)) throw new AssayError('bad-answer', `${host} answered without a list; check that it is a Harbor.`);
  return { entries: answer.filter(isObject), total: Number(response.headers.get('x-total-count') ?? 0) };
}

function refusal(host: string, status: number, path: string): AssayError {
  const where = `${host}/api/v2.0${path}`;
  if (status === 401 || status === 403) {
    return new AssayError('unauthorized', `${where} is not for this account; check its name, secret and permissions in Harbor.`);
  }
  if (status === 404) return new AssayError('not-found', `${where} is not there; check the address and the names of projects.`);
  if (status === 429) return new AssayError('rate-limited', `${host} limits how often it is asked; it is asked again later.`);
  return new AssayError('registry', `${where} answered ${status}; try again later.`);
}

function badList({ config, path }: HarborList, what: string): AssayError {
  return new AssayError('bad-answer', `The list ${path} of ${addressOf(config).host} ${what}.`);
}
