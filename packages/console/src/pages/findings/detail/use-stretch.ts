/** As long as the shortest time that is kept of what ran, in seconds. */
export const HOUR = 3_600;
/** At least so much of the whole is drawn, so that an hour among months is seen. */
const SLIVER = 0.008;

/** Part of a span, from 0 to 1, in which something ran; `lastAt` is the beginning of its last hour. All in seconds since 1970. */
export function stretch(ran: { firstAt: number; lastAt: number }, span: { begin: number; end: number }): { start: number; end: number } {
  const place = (at: number) => Math.min(1, Math.max(0, (at - span.begin) / Math.max(1, span.end - span.begin)));
  const [start, end] = [place(ran.firstAt), place(ran.lastAt + HOUR)];
  return end - start >= SLIVER ? { start, end } : { start: Math.max(0, end - SLIVER), end: Math.max(end, SLIVER) };
}
