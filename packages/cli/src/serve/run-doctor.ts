import { printable } from '@assay/formats/bom/printable.ts';
import { readConfig } from '@assay/server/config.ts';
import { examine } from '@assay/server/doctor/examine.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { jsonText } from '../scan/write-answer.ts';
import { table } from '../terminal/table.ts';

/** Exit codes: 0 nothing to do, 1 warnings, 3 problems. */
export async function runDoctor(given: Arguments, { terminal, ctx }: Cli): Promise<number> {
  const checks = await examine(readConfig(), ctx);
  if (given.value('format') === 'json') terminal.out.write(jsonText(checks));
  else {
    const rows = checks.map(({ name, state, words }) => [name, state, words].map((text) => ({ text: printable(text, 300) })));
    terminal.out.write(`${table(terminal.out, ['CHECK', 'STATE', 'WHAT'], rows).join('\n')}\n`);
  }
  if (checks.some(({ state }) => state === 'problem')) return EXIT.notLooked;
  return checks.some(({ state }) => state === 'warning') ? EXIT.threshold : EXIT.ok;
}
