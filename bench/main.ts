import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { machineClass } from './machine.ts';
import type { BenchContext, Part } from './part.ts';
import { stopEstate } from './parts/estate.ts';
import { parts } from './parts.ts';
import { type Finished, markdown, tableHead, tableLines } from './report.ts';

const USAGE = `npm run bench -- [options]
  --small        1/20 of the size; fails when a shape breaks (flat memory, linear time, no sequential scans)
  --full         full size; writes bench/RESULTS.md
  --only NAME    only this part, may be given again: ${parts.map((part) => part.name).join(', ')}
  --grid-step N  with --full: only every Nth combination of the ListFindings grid
  --cache DIR    keep images and the estate there for the next run`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      small: { type: 'boolean', default: false },
      full: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      cache: { type: 'string' },
      'grid-step': { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = values.only.find((name) => !parts.some((part) => part.name === name));
  if (values.help || unknown !== undefined || (values.small && values.full)) {
    console.error(unknown === undefined ? USAGE : `There is no part ${unknown}.\n${USAGE}`);
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), 'assay-bench-'));
  const small = !values.full;
  const cache = values.cache === undefined ? folder : resolve(values.cache);
  mkdirSync(cache, { recursive: true });
  const gridStep = Math.max(1, Number(values['grid-step']) || 1);
  const ctx: BenchContext = { gridStep, scale: small ? 1 / 20 : 1, small, folder, cache, say: (text) => console.error(`  ${text}`) };
  const chosen = parts.filter((part) => values.only.length === 0 || values.only.includes(part.name));
  try {
    const load = loadavg()[0] ?? 0;
    const finished = await runParts(chosen, ctx);
    if (values.full) writeResults(finished, load);
    return judge(finished, small);
  } finally {
    await stopEstate();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runParts(chosen: readonly Part[], ctx: BenchContext): Promise<Finished[]> {
  console.log(`${machineClass()}\n\n${tableHead()}`);
  const finished: Finished[] = [];
  for (const part of chosen) {
    const started = performance.now();
    const result = await part.run(ctx);
    const seconds = (performance.now() - started) / 1000;
    finished.push({ name: part.name, seconds, result });
    if (result.skipped !== undefined) console.log(`${part.name}: not measured: ${result.skipped}`);
    for (const line of tableLines(result)) console.log(line);
    if (ctx.small) for (const note of result.notes ?? []) ctx.say(note);
  }
  return finished;
}

function writeResults(finished: readonly Finished[], load: number): void {
  const about = { date: new Date().toISOString().slice(0, 10), machine: machineClass(), load: load.toFixed(1) };
  const file = new URL('./RESULTS.md', import.meta.url);
  writeFileSync(file, markdown(finished, about, existsSync(file) ? readFileSync(file, 'utf8') : ''));
  console.log('\nwritten to bench/RESULTS.md');
}

/** Only shapes decide: times depend on the machine. */
function judge(finished: readonly Finished[], small: boolean): number {
  const shapes = finished.flatMap(({ result }) => result.shapes ?? []);
  console.log('');
  for (const shape of shapes) console.log(`${shape.holds ? 'holds ' : 'BROKEN'}  ${shape.name} (${shape.detail})`);
  const missed = finished.flatMap(({ result }) => result.lines).filter((line) => line.met === false);
  if (missed.length > 0) console.log(`\nBudgets missed: ${missed.map((line) => line.what).join('; ')}`);
  const skipped = finished.filter(({ result }) => result.skipped !== undefined);
  const strict = process.env['ASSAY_TEST_STRICT'] === '1';
  return small && (shapes.some((shape) => !shape.holds) || (strict && skipped.length > 0)) ? 1 : 0;
}

process.exitCode = await main();
