import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../parse-arguments.ts';
import { parseTime } from '../parse-time.ts';
import { serviceClient } from './client.ts';
import { writeOutput } from './whole-output.ts';

const PAGE = 200;
const HOUR = 3600;

export async function exportAudit(given: Arguments, cli: Cli): Promise<number> {
  const now = cli.ctx.now() / 1000;
  const criteria = {
    startTime: secondsOf(given, 'since', now),
    endTime: secondsOf(given, 'until', now),
    ...(given.flag('changes') ? { readOnly: false } : {}),
    ...(given.flag('failed') ? { failed: true } : {}),
  };
  const input = { criteria, maxResults: PAGE };
  const records = serviceClient(given, cli).all<object>('/assay/audit/export', 'Records', { input });
  await writeOutput(given, cli, logFile(records));
  return EXIT.ok;
}

async function* logFile(records: AsyncIterable<object>): AsyncIterable<Uint8Array> {
  let before = '{"Records":[\n';
  for await (const record of records) {
    yield Buffer.from(before + JSON.stringify(record));
    before = ',\n';
  }
  yield Buffer.from(before === ',\n' ? '\n]}\n' : '{"Records":[]}\n');
}

/** `36h` and `7d` ago, or a date as ISO 8601 writes it; in UTC when it names no zone. */
export function secondsOf(given: Arguments, option: string, now: number): number | undefined {
  const words = given.value(option);
  if (words === undefined) return undefined;
  const ago = /^(\d{1,6})([hd])$/.exec(words);
  if (ago !== null) return now - Number(ago[1]) * (ago[2] === 'h' ? HOUR : 24 * HOUR);
  const at = parseTime(words);
  if (at === undefined) throw usage('assay audit export', `--${option} ${words} is no time`);
  return at / 1000;
}
