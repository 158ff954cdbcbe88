/**
 * Builds the starter snapshot: `node packages/snapshot/build.ts FOLDER`. FOLDER holds stored feed archives. Only inputs whose licence allows redistribution go in. CVE records are restricted to the CVEs that the advisories or the
 * catalogue of exploited vulnerabilities name, so that the package stays small.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileDatabase } from '@assay/advisories/database/compile.ts';
import { compileEnrichments } from '@assay/advisories/database/enrichments.ts';
import { enrichments } from '@assay/advisories/enrichments.ts';
import { feeds } from '@assay/advisories/feeds.ts';
import { type FeedReport, type FeedRun, runFeeds } from '@assay/advisories/run.ts';
import { sourceInfos } from '@assay/advisories/source-info.ts';
import type { Enrichment } from '@assay/core/advisory.ts';
import { type Context, silentLogger } from '@assay/core/context.ts';
import { vulnerabilitiesOf } from '@assay/core/osv-records.ts';

const MAX_BYTES = 25 * 2 ** 20;
const target = join(import.meta.dirname, 'data');

/** What a reader must know about a source before trusting its silence. */
const NOTES: Readonly<Record<string, string>> = {
  debian: 'Debian 12 only, 195 source packages, fixed CVEs only: read from the changelogs of the packages themselves.',
  osv: 'Records found in public test fixtures: correct in form, far from complete. Update the database for real coverage.',
  cve: 'Only the CVEs that an advisory here or the catalogue of exploited vulnerabilities names.',
};

async function build(from: string): Promise<void> {
  const ctx: Context = { now: () => Date.now(), log: silentLogger };
  const work = mkdtempSync(join(tmpdir(), 'assay-snapshot-'));
  try {
    const options = { feeds: [...feeds, ...enrichments], from, cacheDir: work, onlyRedistributable: true };
    const run = await runFeeds(options, ctx);
    for (const report of run.reports) if (report.status === 'failed') throw new Error(`${report.feed.id}: ${report.problem}`);
    const builtAt = new Date(ctx.now()).toISOString();
    const file = { advisories: join(work, 'advisories.db'), enrichments: join(work, 'enrichments.db') };
    const database = await compileDatabase(
      run.advisories(),
      { file: file.advisories, sources: sourceInfos(run.reports, 'advisories'), builtAt },
      ctx,
    );
    const named = await namedCves(run);
    const side = await compileEnrichments(
      only(run.enrichments(), named),
      { file: file.enrichments, sources: sourceInfos(run.reports, 'enrichments'), builtAt },
      ctx,
    );
    const bytes = statSync(file.advisories).size + statSync(file.enrichments).size;
    if (bytes > MAX_BYTES) throw new Error(`the snapshot has ${bytes} bytes, more than the ${MAX_BYTES} allowed`);
    mkdirSync(target, { recursive: true });
    copyFileSync(file.advisories, join(target, 'advisories.db'));
    copyFileSync(file.enrichments, join(target, 'enrichments.db'));
    const provenance = {
      builtAt,
      revision: database.info.revision,
      enrichmentsRevision: side.info.revision,
      bytes,
      advisories: database.info.documents,
      records: database.info.records,
      enrichments: side.info.entries,
      leftOut:
        'sources without a stated licence, or whose licence does not allow redistribution: Alpine secdb, Debian tracker and lists, Ubuntu tracker, EPSS',
      sources: run.reports.flatMap(provenanceOf),
    };
    writeFileSync(join(target, 'provenance.json'), `${JSON.stringify(provenance, null, 2)}\n`);
    console.log(
      `${database.info.documents} advisories, ${side.info.entries} enrichments, ${(bytes / 2 ** 20).toFixed(1)} MiB, revision ${database.info.revision}`,
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function provenanceOf({ feed, state }: FeedReport) {
  if (state === undefined) return [];
  const inputs = state.inputs.map(({ name, sha256, licence }) => ({ name, licence, sha256 }));
  return [
    {
      id: feed.id,
      title: feed.title,
      version: feed.version,
      url: feed.urls[0]?.url,
      newest: state.newest,
      note: NOTES[feed.id],
      ...state.counts,
      inputs,
    },
  ];
}

async function namedCves(run: FeedRun): Promise<ReadonlySet<string>> {
  const named = new Set<string>();
  for await (const advisory of run.advisories())
    for (const id of [...vulnerabilitiesOf(advisory), ...(advisory.aliases ?? [])]) named.add(id);
  for await (const enrichment of run.enrichments()) if (enrichment.kev !== undefined) named.add(enrichment.id);
  return named;
}

async function* only(items: AsyncIterable<Enrichment>, ids: ReadonlySet<string>): AsyncGenerator<Enrichment> {
  for await (const item of items) if (ids.has(item.id)) yield item;
}

const [from] = process.argv.slice(2);
if (from === undefined) throw new Error('name the folder that holds the stored feed archives');
await build(from);
