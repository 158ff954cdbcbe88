import { type Place, type Style, styled } from './terminal.ts';

export interface Column {
  readonly title: string;
  /** Never cut: an id that is not whole is of no use. */
  readonly whole?: boolean;
}

export interface Cell {
  readonly text: string;
  readonly style?: Style;
}

const GAP = '  ';

/**
 * Lines of a table: columns as wide as their content; on a terminal the last column takes what is left, and the widest of the others
 * give way when even that is not enough. Text must be printable already.
 */
export function table(place: Place, head: readonly (string | Column)[], rows: readonly (readonly Cell[])[]): string[] {
  const columns = head.map((column) => (typeof column === 'string' ? { title: column } : column));
  const widths = columns.map(({ title }, column) => Math.max(title.length, ...rows.map((row) => displayWidth(row[column]?.text ?? ''))));
  if (place.width !== undefined)
    shrink(
      widths,
      place.width - GAP.length * (head.length - 1),
      columns.map((column) => column.whole === true),
    );
  const line = (cells: readonly Cell[]): string =>
    cells
      .map(({ text, style }, column) => {
        const cut = fit(text, widths[column]!);
        const padded = column === cells.length - 1 ? cut : cut + ' '.repeat(Math.max(0, widths[column]! - displayWidth(cut)));
        return style === undefined ? padded : styled(place, style, padded);
      })
      .join(GAP)
      .trimEnd();
  return [line(columns.map(({ title }) => ({ text: title, style: 'bold' as const }))), ...rows.map(line)];
}

function shrink(widths: number[], total: number, whole: readonly boolean[]): void {
  const sum = (): number => widths.reduce((a, b) => a + b, 0);
  const last = widths.length - 1;
  const least = 12;
  widths[last] = Math.max(Math.min(widths[last]!, least), widths[last]! - Math.max(0, sum() - total));
  while (sum() > total) {
    const open = (column: number): boolean => !whole[column] && widths[column]! > 6;
    const most = Math.max(...widths.filter((_, column) => open(column)));
    const widest = widths.findIndex((width, column) => open(column) && width === most);
    if (widest < 0) return;
    widths[widest] = widths[widest]! - 1;
  }
}

/** Cells of a terminal: East Asian wide characters and emoji take two, combining marks none. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += /^\p{M}$/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return width;
}

const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]$|^\p{Emoji_Presentation}$/u;

function fit(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let out = '';
  let used = 0;
  for (const character of text) {
    const next = displayWidth(character);
    if (used + next > width - 1) break;
    out += character;
    used += next;
  }
  return `${out}…`;
}
