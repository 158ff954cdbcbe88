const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Wed Sep 04 16:59:44.356 UTC 2024`: how Inspector's events write times. */
export function amazonDate(at: Date): string {
  const day = String(at.getUTCDate()).padStart(2, '0');
  const time = at.toISOString().slice(11, 23);
  return `${DAYS[at.getUTCDay()]} ${MONTHS[at.getUTCMonth()]} ${day} ${time} UTC ${at.getUTCFullYear()}`;
}

/** A copy whose `…At` members are written so. */
export function amazonDates(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => amazonDates(one));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, amazonDates(one, key)]));
  }
  const isDate = typeof value === 'string' && name.endsWith('At') && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
  return isDate ? amazonDate(new Date(value)) : value;
}
