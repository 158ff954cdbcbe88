import type { SourceInfo } from './database/info.ts';
import type { FeedReport } from './run.ts';

/** What the header of a database says of one feed; undefined when the feed gave nothing. */
function sourceInfoOf({ feed, state }: FeedReport): SourceInfo | undefined {
  if (state === undefined) return undefined;
  const url = feed.urls[0]?.url;
  const licences = [...new Set(state.inputs.map((input) => input.licence))].sort();
  return {
    id: feed.id,
    ...(url === undefined ? {} : { url }),
    licence: licences.join(' AND '),
    date: state.newest,
    ...(feed.namespaces.length === 0 ? {} : { namespaces: feed.namespaces }),
    read: state.counts.read,
    kept: state.counts.kept,
    dropped: state.counts.dropped,
    fingerprint: state.fingerprint,
  };
}

export function sourceInfos(reports: readonly FeedReport[], subject: 'advisories' | 'enrichments'): readonly SourceInfo[] {
  return reports
    .filter(({ feed }) => (feed.subject === 'enrichment') === (subject === 'enrichments'))
    .map(sourceInfoOf)
    .filter((info) => info !== undefined);
}
