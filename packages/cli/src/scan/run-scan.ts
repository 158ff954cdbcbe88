import type { ScanResult } from '@assay/core/scan-result.ts';
import { openAdvisories } from '@assay/engine/open-advisories.ts';
import { resultOf } from '@assay/engine/result.ts';
import { printable } from '@assay/formats/bom/printable.ts';
import type { Arguments, Cli } from '../command.ts';
import type { Format, Threshold } from './choices.ts';
import { ignoredBy } from './ignore-file.ts';
import { inventoriesOfArguments } from './inventories.ts';
import { isDecisive, verdict } from './verdict.ts';
import { writeResults } from './write-results.ts';

export async function runScan(given: Arguments, cli: Cli): Promise<number> {
  const format = given.value('format') as Format;
  const failOn = given.value('fail-on') as Threshold | undefined;
  const ignoreFile = given.value('ignore');
  const ignored = ignoreFile === undefined ? undefined : ignoredBy(ignoreFile, cli);
  const advisories = openAdvisories({ dataDir: cli.environment.dataDir, starter: cli.starter });
  const results: ScanResult[] = [];
  try {
    for await (const inventory of inventoriesOfArguments(given, cli)) {
      results.push(
        resultOf(inventory, advisories, { now: cli.ctx.now(), onlyFixed: given.flag('only-fixed'), ...(ignored && { ignored }) }),
      );
    }
  } finally {
    advisories.database.close();
  }
  await writeResults(results, { format, file: given.value('output'), why: given.flag('why') }, cli);
  const code = verdict(results, failOn);
  if (format !== 'table' || given.value('output') !== undefined) sayDecisiveGaps(results, cli);
  return code;
}

/** Where the answer does not show them to whoever is looking: what could not be looked at. */
function sayDecisiveGaps(results: readonly ScanResult[], { terminal }: Cli): void {
  for (const gap of results.flatMap((result) => result.gaps.filter(isDecisive)).slice(0, 5)) {
    terminal.err.write(
      `assay: not looked at: ${gap.path === undefined ? '' : `${printable(gap.path, 200)}: `}${printable(gap.message, 400)} [${gap.code}]\n`,
    );
  }
}
