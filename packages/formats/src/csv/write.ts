/** A CSV line by RFC 4180, CRLF included. */
export function csvLine(cells: readonly CsvCell[]): string {
  return csvRow(cells.map(csvCell));
}

/** A line of cells that {@link csvCell} wrote. */
export function csvRow(written: readonly string[]): string {
  return `${written.join(',')}\r\n`;
}

export type CsvCell = string | number | null | undefined;

/** ASCII that needs no look at what follows. */
const PLAIN = /^(?:[0-9A-Za-z](?:[ !#-+\--~]*[!#-+\--~])?)?$/;

/**
 * One cell. Numbers are written as they are. A text that a spreadsheet would take for a formula (it begins with = + - @, a tab or a line
 * break, in ASCII or full width) gets an apostrophe in front, as OWASP's "CSV Injection" advises: titles, tags and paths are other people's words.
 */
export function csvCell(value: CsvCell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  if (PLAIN.test(value)) return value;
  const text = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(value) ? `'${value}` : value;
  // A lone surrogate is not UTF-8; NUL ends the file for some readers.
  const clean = text.toWellFormed().replaceAll('\0', '\ufffd');
  return /[",\r\n]|^\s|\s$/.test(clean) ? `"${clean.replaceAll('"', '""')}"` : clean;
}
