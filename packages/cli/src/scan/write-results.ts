import { platformText } from '@assay/core/platform.ts';
import type { ScanResult } from '@assay/core/scan-result.ts';
import type { Cli } from '../command.ts';
import { usage } from '../parse-arguments.ts';
import type { Format } from './choices.ts';
import { resultTable } from './result-table.ts';
import { jsonText, withPlatform, writeAnswer } from './write-answer.ts';

export interface Wanted {
  readonly format: Format;
  readonly file: string | undefined;
  /** With the table: the reasons below each finding. */
  readonly why: boolean;
}

/**
 * Writes one result as itself. Several (all platforms): tables one below the other, JSON as an array, SARIF as runs of one log;
 * an SBOM is one document each, so each goes to a file of its own.
 */
export async function writeResults(results: readonly ScanResult[], { format, file, why }: Wanted, cli: Cli): Promise<void> {
  if (format === 'table') {
    const place = file === undefined ? cli.terminal.out : { ...cli.terminal.out, width: undefined, colors: false };
    writeAnswer(results.map((result) => resultTable(result, place, why)).join('\n'), file, cli);
  } else if (format === 'json') {
    writeAnswer(jsonText(results.length === 1 ? results[0] : results), file, cli);
  } else if (format === 'sarif') {
    const { writeSarif } = await import('@assay/formats/sarif/write.ts');
    const logs = results.map((result) => writeSarif(result) as { runs: unknown[] });
    writeAnswer(jsonText({ ...logs[0], runs: logs.flatMap((log) => log.runs) }), file, cli);
  } else {
    const write =
      format === 'cyclonedx'
        ? (await import('@assay/formats/cyclonedx/write.ts')).writeCycloneDx
        : (await import('@assay/formats/spdx/write.ts')).writeSpdx;
    writeDocuments(results, { file, text: (result) => jsonText(write(result)) }, cli);
  }
}

export function writeDocuments<T extends Pick<ScanResult, 'subject'>>(
  items: readonly T[],
  how: { readonly file: string | undefined; readonly text: (item: T) => string },
  cli: Cli,
): void {
  if (items.length > 1 && how.file === undefined)
    throw usage('assay', 'Several platforms in this format need --output FILE; each is written to a file of its own');
  for (const item of items) {
    const { subject } = item;
    const platform = subject.kind === 'image' ? platformText(subject.platform) : '';
    writeAnswer(how.text(item), items.length > 1 && how.file !== undefined ? withPlatform(how.file, platform) : how.file, cli);
  }
}
