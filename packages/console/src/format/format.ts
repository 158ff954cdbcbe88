/** Everything a person reads that depends on the language: made once per language, used everywhere. */
export interface Formats {
  /** Wire seconds → date and time. */
  dateTime(seconds: number | undefined): string;
  date(seconds: number | undefined): string;
  /** How long ago, in the largest whole unit: `3 days ago`. */
  ago(seconds: number | undefined, nowMilliseconds: number): string;
  /** The same without direction, for an age column: `3 days`. */
  age(seconds: number | undefined, nowMilliseconds: number): string;
  number(value: number): string;
  /** A size in the largest whole unit of a thousand: `2.4 MB`. */
  bytes(value: number): string;
  /** CVSS and other scores: always one decimal. */
  score(value: number | undefined): string;
  /** A probability from 0 to 1: `0.04%`, `12%`. */
  probability(value: number | undefined): string;
}

const UNITS = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;
const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;
export const ABSENT = '–';

export function formats(locale: string): Formats {
  const dateTime = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const number = new Intl.NumberFormat(locale);
  const score = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const fine = new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const coarse = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  return {
    dateTime: (seconds) => (valid(seconds) ? dateTime.format(seconds * 1000) : ABSENT),
    date: (seconds) => (valid(seconds) ? date.format(seconds * 1000) : ABSENT),
    ago(seconds, now) {
      if (!valid(seconds)) return ABSENT;
      const [count, unit] = span(seconds, now);
      return relative.format(-count, unit);
    },
    age(seconds, now) {
      if (!valid(seconds)) return ABSENT;
      const [count, unit] = span(seconds, now);
      return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count);
    },
    number: (value) => number.format(value),
    bytes(value) {
      const step = Math.min(Math.max(0, Math.floor(Math.log10(Math.max(1, value)) / 3)), SIZES.length - 1);
      const options = { style: 'unit', unit: SIZES[step] ?? 'byte', unitDisplay: 'short', maximumFractionDigits: 1 } as const;
      return new Intl.NumberFormat(locale, options).format(value / 1000 ** step);
    },
    score: (value) => (value === undefined || !Number.isFinite(value) ? ABSENT : score.format(value)),
    probability: (value) => (value === undefined || !Number.isFinite(value) ? ABSENT : (value < 0.1 ? fine : coarse).format(value)),
  };
}

function valid(seconds: number | undefined): seconds is number {
  return seconds !== undefined && Number.isFinite(seconds) && Math.abs(seconds) < 8.64e12;
}

/** Whole units between then and now; a clock that runs behind the service's never makes a negative age. */
export function span(seconds: number, nowMilliseconds: number): [number, Intl.RelativeTimeFormatUnit & string] {
  const passed = Math.max(0, Math.floor(nowMilliseconds / 1000 - seconds));
  for (const [unit, length] of UNITS) if (passed >= length) return [Math.floor(passed / length), unit];
  return [0, 'minute'];
}
