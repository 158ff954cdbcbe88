/** A date or time as ISO 8601 writes it, in UTC when it names no zone; milliseconds since the epoch. Undefined when it is none. */
export function parseTime(words: string): number | undefined {
  const iso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(words);
  const at = iso === null ? Number.NaN : Date.parse(iso[1] === undefined || iso[4] !== undefined ? words : `${words}Z`);
  return Number.isNaN(at) ? undefined : at;
}
