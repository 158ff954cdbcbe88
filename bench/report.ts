import type { Line, PartResult } from './part.ts';

const WIDTHS = [40, 13, 22, 7, 12] as const;

export interface Finished {
  readonly name: string;
  readonly seconds: number;
  readonly result: PartResult;
}

const verdict = (line: Line): string => (line.met === undefined ? '' : line.met ? 'met' : 'MISSED');

/** Fits 100 columns. */
export function tableHead(): string {
  return `${row(['what', 'measured', 'reference', 'ratio', 'budget'])}\n${'─'.repeat(100)}`;
}

export function tableLines(result: PartResult): string[] {
  return result.lines.map((line) =>
    `${row([line.what, line.measured, line.reference ?? '', line.ratio === undefined ? '' : line.ratio.toFixed(2), line.budget ?? ''])}${line.met === false ? ' ✗' : ''}`.trimEnd(),
  );
}

function row(cells: readonly string[]): string {
  return cells.map((cell, n) => (cell.length > WIDTHS[n]! ? `${cell.slice(0, WIDTHS[n]! - 1)}…` : cell.padEnd(WIDTHS[n]!))).join(' ');
}

export function markdown(
  finished: readonly Finished[],
  about: { readonly date: string; readonly machine: string; readonly load: string },
): string {
  const lines = [
    '# Bench results',
    '',
    `Made by \`npm run bench -- --full\` on ${about.date}. Machine: ${about.machine}. ${about.load}`,
    '',
    'Every time stands beside a reference of the same run; budgets are those of the architecture. A line without a verdict is for information.',
  ];
  for (const { name, seconds, result } of finished) {
    lines.push('', `## ${name} (${seconds.toFixed(0)} s)`, '');
    if (result.skipped !== undefined) lines.push(`Not measured: ${result.skipped}`, '');
    if (result.lines.length > 0) {
      lines.push('| what | measured | reference | ratio | budget | |', '|---|---|---|---|---|---|');
      for (const line of result.lines) {
        const ratio = line.ratio === undefined ? '' : line.ratio.toFixed(2);
        lines.push(`| ${line.what} | ${line.measured} | ${line.reference ?? ''} | ${ratio} | ${line.budget ?? ''} | ${verdict(line)} |`);
      }
    }
    for (const shape of result.shapes ?? []) lines.push('', `Shape: ${shape.name}: ${shape.holds ? 'holds' : 'BROKEN'} (${shape.detail}).`);
    if (result.notes !== undefined && result.notes.length > 0) lines.push('', ...result.notes);
  }
  return `${lines.join('\n')}\n`;
}
