import { AssayError } from '@assay/core/errors.ts';
import { isObject } from '@assay/core/json.ts';
import type { GuardedResponse } from '../guarded-fetch.ts';
import { isRepositoryName, isTagName } from './reference.ts';
import { ask, openSession, type RegistryOptions, requireAnswer, type Session } from './session.ts';

/** A repository in a conversation with its registry. */
export interface Place {
  readonly session: Session;
  readonly repository: string;
}

/** Distribution refuses to list more at once; some that page not at all send everything. */
const PAGE = 1000;
const MAX_PAGE_BYTES = 16 << 20;
const MAX_PAGES = 10_000;
const MAX_NAMES = 500_000;

/**
 * Names of the repositories of a registry, each once (`_catalog`, which distribution and most others have and no specification). Throws
 * AssayErrors `unlistable` where that is not offered, `too-large`, `bad-answer` and those of reading.
 */
export async function* listRepositories(host: string, options: RegistryOptions): AsyncGenerator<string> {
  const session = openSession({ host, scope: 'registry:catalog:*', subject: 'its repositories' }, options);
  yield* names(pages(session, '/v2/_catalog', options.signal), { member: 'repositories', isName: isRepositoryName, host });
}

/** Names of the tags of a repository, each once. Throws also an AssayError `unknown-name`. */
export async function* listTags({ session, repository }: Place, signal: AbortSignal | undefined): AsyncGenerator<string> {
  yield* names(pages(session, `/v2/${repository}/tags/list`, signal), { member: 'tags', isName: isTagName, host: session.host });
}

interface Wanted {
  readonly member: string;
  readonly isName: (text: string) => boolean;
  readonly host: string;
}

async function* names(answers: AsyncIterable<unknown>, { member, isName, host }: Wanted): AsyncGenerator<string> {
  const seen = new Set<string>();
  for await (const answer of answers) {
    const list = isObject(answer) ? answer[member] : undefined;
    // Go writes an empty list as null.
    if (list === null) continue;
    if (!Array.isArray(list)) throw new AssayError('bad-answer', `${host} answered without the list of ${member}; check the address.`);
    for (const name of list) {
      if (typeof name !== 'string' || !isName(name) || seen.has(name)) continue;
      if (seen.size === MAX_NAMES) throw new AssayError('too-large', `${host} lists more than ${MAX_NAMES} ${member}; name what you need.`);
      seen.add(name);
      yield name;
    }
  }
}

/** The answers of a list that goes on where its Link field says (RFC 8288), on the same host only. */
async function* pages(session: Session, path: string, signal: AbortSignal | undefined): AsyncGenerator<unknown> {
  const asked = { maxBytes: MAX_PAGE_BYTES, headers: { accept: 'application/json' }, signal };
  const visited = new Set<string>();
  let next: string | undefined = `${path}?n=${PAGE}`;
  while (next !== undefined) {
    if (visited.has(next) || visited.size === MAX_PAGES) throw badList(session, 'never ends');
    visited.add(next);
    let response = await ask(session, next, asked);
    if (response.status === 400 && visited.size === 1) {
      // Its own limit is below what the others take.
      response.discard();
      response = await ask(session, path, asked);
    }
    if (response.status === 404 || response.status === 405) {
      // Anything before the registry may answer 404; only the registry says that it knows no such name.
      if (await saysUnknownName(response))
        throw new AssayError('unknown-name', `${session.host} has no repository ${session.subject}; check the name.`);
      throw new AssayError('unlistable', `${session.host} does not list ${session.subject}; check the name, or name what it holds.`);
    }
    requireAnswer(session, response, `has no ${path}`);
    const link: string | undefined = response.headers.get('link');
    yield await response.json();
    next = link === undefined ? undefined : nextPath(session, { link, from: response.url });
  }
}

async function saysUnknownName(response: GuardedResponse): Promise<boolean> {
  const answer = await response.text().catch(() => '');
  return /"code"\s*:\s*"NAME_UNKNOWN"/.test(answer);
}

/** Behind proxies the scheme of a Link is often wrong, so it is ours; the host is not, since our credentials go there. */
function nextPath(session: Session, { link, from }: { readonly link: string; readonly from: URL }): string | undefined {
  for (const [, target = '', parameters = ''] of link.matchAll(/<([^<>]*)>([^<>]*)/g)) {
    if (!/;\s*rel\s*=\s*(?:next\b|"(?:[^"]*\s)?next(?:\s[^"]*)?")/i.test(parameters)) continue;
    const url = URL.parse(target, from.href);
    if (url === null || url.host !== session.host) throw badList(session, 'goes on at another host');
    return `${url.pathname}${url.search}`;
  }
  return undefined;
}

function badList({ host, subject }: Session, what: string): AssayError {
  return new AssayError('bad-answer', `The list of ${subject} at ${host} ${what}; name what it holds instead.`);
}
