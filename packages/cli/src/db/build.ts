import type { FetchConditional } from '@assay/advisories/feed.ts';
import { guardedFeedFetch } from '@assay/advisories/guarded-feed-fetch.ts';
import type { FeedReport } from '@assay/advisories/run.ts';
import { buildDatabase } from '@assay/engine/build-database.ts';
import { printable } from '@assay/formats/bom/printable.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../parse-arguments.ts';

export async function runBuild(given: Arguments, cli: Cli): Promise<number> {
  const from = given.value('from');
  if (from === undefined) throw usage('assay db build', '--from FOLDER is missing');
  return await build(given, cli, { from });
}

export async function runUpdate(given: Arguments, cli: Cli): Promise<number> {
  const { fetcherOf } = await import('@assay/engine/network.ts');
  return await build(given, cli, { fetchConditional: guardedFeedFetch(fetcherOf(cli.environment, cli.ctx)) });
}

async function build(
  given: Arguments,
  cli: Cli,
  source: { readonly from?: string; readonly fetchConditional?: FetchConditional },
): Promise<number> {
  const { terminal, environment, ctx } = cli;
  const only = given.values('feed');
  const built = await buildDatabase(
    {
      ...source,
      dataDir: environment.dataDir,
      ...(only.length > 0 ? { only } : {}),
      acceptShrink: given.flag('accept-shrink'),
      onFeed: (report) => terminal.out.write(reportLines(report)),
      onCompile: () => terminal.err.write('Compiling …\n'),
    },
    ctx,
  );
  const { info, bytes } = built.compiled;
  terminal.out.write(
    `Database ${info.revision}: ${info.documents} advisories, ${info.records} records, ${built.enrichments} enrichments, ${(bytes / 1e6).toFixed(1)} MB.\n`,
  );
  for (const [reason, count] of Object.entries(built.compiled.dropped))
    terminal.out.write(`  dropped by the compiler: ${count} ${reason}\n`);
  if (built.installed.previous === info.revision) terminal.out.write('Nothing changed.\n');
  const failed = built.reports.filter((report) => report.status === 'failed' || report.status === 'kept');
  return failed.length > 0 ? EXIT.notLooked : EXIT.ok;
}

/** `golang          imported   4,291 read, 4,280 kept, 11 dropped` and one line for each reason. */
function reportLines({ feed, status, state, problem, milliseconds }: FeedReport): string {
  const head = `${feed.id.padEnd(20)} ${status.padEnd(10)}`;
  if (status === 'absent') return `${head} not in this folder\n`;
  const lines: string[] = [];
  if (state === undefined) lines.push(head);
  else {
    const { read, kept, dropped, trimmed } = state.counts;
    lines.push(`${head} ${read} read, ${kept} kept, ${read - kept} dropped (${(milliseconds / 1000).toFixed(1)} s)`);
    for (const [reason, count] of Object.entries(dropped)) lines.push(`    dropped ${count}: ${reason}`);
    for (const [reason, count] of Object.entries(trimmed)) lines.push(`    left out ${count} parts: ${reason}`);
  }
  if (problem !== undefined) lines.push(`    ${printable(problem)}`);
  return `${lines.join('\n')}\n`;
}
