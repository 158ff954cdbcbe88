import type { SourceInfo } from './database/info.ts';
import type { FeedReport } from './run.ts';

/** What the header of a database says of one feed; undefined when the feed gave nothing. */
export function sourceInfoOf({ feed, state }: FeedReport): SourceInfo | undefined {
  if (state === undefined) return undefined;
  const url = feed.urls[0]?.url;
  const served = state.inputs.map((input) => Date.parse(input.lastModified ?? '')).filter((time) => !Number.isNaN(time));
  // A feed without dates of its own is as old as its file says, at worst as the moment we took it.
  const taken =
    state.inputs
      .map((input) => input.takenAt)
      .sort()
      .at(-1) ?? '';
  const date = state.newest !== '' ? state.newest : served.length > 0 ? new Date(Math.max(...served)).toISOString() : taken;
  const licences = [...new Set(state.inputs.map((input) => input.licence))].sort();
  return {
    id: feed.id,
    ...(url === undefined ? {} : { url }),
    licence: licences.join(' AND '),
    date,
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
