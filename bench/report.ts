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

export interface Measured {
  /** ISO date, machine class and load average of this run. */
  readonly date: string;
  readonly machine: string;
  readonly load: string;
}

const HEAD = [
  '# Bench results',
  '',
  'Made by `npm run bench -- --full`. Every time stands beside a reference of the same run; budgets are those of the architecture. A line without a verdict is for information.',
  '',
];

/** Parts that this run did not measure keep the section of the run before. */
export function markdown(finished: readonly Finished[], about: Measured, before: string): string {
  const sections = new Map<string, string>();
  for (const text of before.split(/^(?=## )/m).slice(1)) sections.set(/^## (\S+)/.exec(text)?.[1] ?? '', text.trimEnd());
  for (const one of finished) sections.set(one.name, section(one, about));
  return `${[...HEAD, [...sections.values()].join('\n\n')].join('\n')}\n`;
}

function section({ name, seconds, result }: Finished, about: Measured): string {
  const lines = [
    `## ${name}`,
    '',
    `${about.date}, ${seconds.toFixed(0)} s; ${about.machine}; load average at the start ${about.load}.`,
    '',
  ];
  if (result.skipped !== undefined) lines.push(`Not measured: ${result.skipped}`, '');
  if (result.lines.length > 0) {
    lines.push('| what | measured | reference | ratio | budget | |', '|---|---|---|---|---|---|');
    for (const line of result.lines) {
      const ratio = line.ratio === undefined ? '' : line.ratio.toFixed(2);
      lines.push(
        `| ${line.what.trim()} | ${line.measured} | ${line.reference ?? ''} | ${ratio} | ${line.budget ?? ''} | ${verdict(line)} |`,
      );
    }
  }
  for (const shape of result.shapes ?? []) lines.push('', `Shape: ${shape.name}: ${shape.holds ? 'holds' : 'BROKEN'} (${shape.detail}).`);
  if (result.notes !== undefined && result.notes.length > 0) lines.push('', ...result.notes);
  return lines.join('\n');
}
