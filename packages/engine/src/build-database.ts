import { join } from 'node:path';
import { type CompileResult, compileDatabase } from '@assay/advisories/database/compile.ts';
import { compileEnrichments } from '@assay/advisories/database/enrichments.ts';
import { currentPointer, type InstallResult, installDatabase, removeOthers, stagingFiles } from '@assay/advisories/database/install.ts';
import { enrichments } from '@assay/advisories/enrichments.ts';
import type { FetchConditional } from '@assay/advisories/feed.ts';
import { feeds } from '@assay/advisories/feeds.ts';
import { type FeedReport, runFeeds } from '@assay/advisories/run.ts';
import { sourceInfos } from '@assay/advisories/source-info.ts';
import type { Context } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';

/** A service that evaluates stored inventories compares two revisions: it gets two days to do so. */
const KEPT_MS = 48 * 3_600_000;

export interface BuildDatabaseOptions {
  readonly dataDir: string;
  /** Folder of stored snapshots; without it the feeds are downloaded through `fetchConditional`. */
  readonly from?: string;
  readonly fetchConditional?: FetchConditional;
  /** Only these feeds; all when absent. */
  readonly only?: readonly string[];
  readonly acceptShrink?: boolean;
  readonly onlyRedistributable?: boolean;
  readonly urls?: Readonly<Record<string, string>>;
  readonly onFeed?: (report: FeedReport) => void;
  /** Called when the feeds are in and the compiler starts. */
  readonly onCompile?: () => void;
}

export interface BuiltDatabase {
  readonly reports: readonly FeedReport[];
  readonly compiled: CompileResult;
  readonly enrichments: number;
  readonly installed: InstallResult;
}

/**
 * Brings the feeds in, compiles them and makes the result the current database of the data directory. A feed that fails keeps its last
 * good import; AssayError `no-advisories` when no feed gave anything, and then nothing is replaced.
 */
export async function buildDatabase(options: BuildDatabaseOptions, ctx: Context): Promise<BuiltDatabase> {
  const { dataDir, onCompile, only, ...rest } = options;
  const chosen = chosenFeeds(only);
  const run = await runFeeds({ ...rest, feeds: chosen, cacheDir: dataDir }, ctx);
  const used = run.reports.filter((report) => report.state !== undefined);
  if (!used.some((report) => report.feed.subject !== 'enrichment')) throw nothingRead(options.from, run.reports);
  onCompile?.();
  const builtAt = new Date(ctx.now()).toISOString();
  const folder = join(dataDir, 'db');
  const staged = stagingFiles(folder, `${process.pid}-${ctx.now()}`);
  const compiled = await compileDatabase(
    run.advisories(),
    { file: staged.file, sources: sourceInfos(run.reports, 'advisories'), builtAt },
    ctx,
  );
  const facts = await compileEnrichments(
    run.enrichments(),
    { file: staged.enrichmentFile, sources: sourceInfos(run.reports, 'enrichments'), builtAt },
    ctx,
  );
  const before = currentPointer(folder);
  const installed = installDatabase(folder, staged);
  keepCurrentAnd(folder, before, ctx);
  return { reports: run.reports, compiled, enrichments: facts.info.entries, installed };
}

/** The current files and those before them stay: a running scan or service may still read them. */
export function keepCurrentAnd(folder: string, before: ReturnType<typeof currentPointer>, ctx: Context): void {
  const now = currentPointer(folder);
  const names = [now?.advisories, now?.enrichments, before?.advisories, before?.enrichments];
  removeOthers(
    folder,
    names.filter((name) => typeof name === 'string'),
    ctx.now() - KEPT_MS,
  );
}

function chosenFeeds(only: readonly string[] | undefined) {
  const all = [...feeds, ...enrichments];
  const unknown = only?.find((id) => !all.some((feed) => feed.id === id));
  if (unknown !== undefined)
    throw new AssayError('usage', `There is no feed ${unknown}; the feeds are ${all.map((feed) => feed.id).join(', ')}.`);
  return only === undefined ? all : all.filter((feed) => only.includes(feed.id));
}

function nothingRead(from: string | undefined, reports: readonly FeedReport[]): AssayError {
  const problem = reports.find((report) => report.problem !== undefined)?.problem;
  if (from !== undefined) {
    return new AssayError(
      'no-advisories',
      `${from} holds nothing that a feed reads${problem === undefined ? '' : ` (${problem})`}; it should hold archives such as golang-vulndb.tar.gz.`,
    );
  }
  return new AssayError(
    'no-advisories',
    `No feed could be read${problem === undefined ? '' : ` (${problem})`}; check the network and the proxy, or import a database.`,
  );
}
