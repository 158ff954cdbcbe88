import { fetchConditional } from '@assay/net/conditional.ts';
import type { Fetcher } from '@assay/net/guarded-fetch.ts';
import type { FetchConditional } from './feed.ts';

/** The production network port of the feed engine. Feeds may be mirrored on the user's own network, so their hosts count as named. */
export function guardedFeedFetch(fetcher: Fetcher): FetchConditional {
  return async ({ url, ...request }) => {
    const answer = await fetchConditional(url, request, fetcher);
    if (answer === 'unchanged') return { status: 'unchanged' };
    const { etag, lastModified, body } = answer;
    return { status: 'ok', body, ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }) };
  };
}
