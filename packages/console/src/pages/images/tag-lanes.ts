import type { TagSpan } from '../../api/images.ts';

export interface Stretch {
  readonly span: TagSpan;
  /** Parts of the whole line, from 0 to 1. */
  readonly start: number;
  readonly length: number;
  /** Equal for equal digests; neighbours on a lane differ. */
  readonly colour: number;
}
export interface Lane {
  readonly tag: string;
  /** The oldest first. */
  readonly stretches: readonly Stretch[];
}
export interface TagLanes {
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly Lane[];
}
export const COLOURS = 6;
/** A stretch of minutes among years is still seen. */
const SLIVER = 0.006;

/** What is drawn: a lane for each tag, those that moved first, then those that changed last. `now` in seconds. */
export function tagLanes(history: readonly TagSpan[], now: number): TagLanes {
  const from = Math.min(now, ...history.map(({ since }) => since));
  const to = Math.max(now, ...history.map(({ since, until }) => until ?? since));
  const length = Math.max(1, to - from);
  const colours = coloursOf(history);
  const lanes = [...Map.groupBy(history, ({ tag }) => tag)].map(([tag, spans]): Lane => {
    const sorted = spans.toSorted((a, b) => a.since - b.since);
    return {
      tag,
      stretches: sorted.map((span) => {
        const part = Math.max(SLIVER, ((span.until ?? now) - span.since) / length);
        return { span, start: Math.min((span.since - from) / length, 1 - part), length: part, colour: colours.get(span.digest) ?? 0 };
      }),
    };
  });
  const last = ({ stretches }: Lane) => stretches.at(-1)?.span.since ?? 0;
  lanes.sort((a, b) => b.stretches.length - a.stretches.length || last(b) - last(a) || (a.tag < b.tag ? -1 : 1));
  return { from, to, lanes };
}

/** By the order in which digests came, so that one and the next differ. */
function coloursOf(history: readonly TagSpan[]): Map<string, number> {
  const colours = new Map<string, number>();
  for (const { digest } of history.toSorted((a, b) => a.since - b.since || (a.digest < b.digest ? -1 : 1))) {
    if (!colours.has(digest)) colours.set(digest, colours.size % COLOURS);
  }
  return colours;
}

/** `sha256:0123456789ab`: enough to tell digests of one repository apart. */
export function shortDigest(digest: string): string {
  return digest.slice(0, digest.indexOf(':') + 13);
}
