import { createHash } from 'node:crypto';
import type { Advisory, Enrichment } from '@assay/core/advisory.ts';
import type { Context } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import { openPacked, type PackedFile } from './archive/open.ts';
import { type Feed, type FeedCounts, type FeedFile, type FetchConditional, Tally } from './feed.ts';
import { type DownloadPorts, download } from './staging/download.ts';
import { checkShrink } from './staging/guards.ts';
import { readItems, writeItems } from './staging/items.ts';
import { locateArchive, takeLocal } from './staging/local.ts';
import { exists, FeedStage, type FeedState, type Origin, type TakenInput } from './staging/state.ts';

export interface RunOptions {
  readonly feeds: readonly Feed[];
  /** Folder of stored snapshots; without it the feeds are downloaded. */
  readonly from?: string;
  /** Staging folder; created when absent. */
  readonly cacheDir: string;
  /** Needed without `from`. */
  readonly fetchConditional?: FetchConditional;
  readonly sleep?: (milliseconds: number) => Promise<void>;
  readonly idleMilliseconds?: number;
  /** Other addresses than the default ones, keyed `FEED/INPUT` (a mirror). */
  readonly urls?: Readonly<Record<string, string>>;
  /** Feed ids whose import may shrink, or true for all. */
  readonly acceptShrink?: boolean | readonly string[];
  /** Leaves out inputs that may not be shipped on. */
  readonly onlyRedistributable?: boolean;
  /** Called after each feed. */
  readonly onFeed?: (report: FeedReport) => void;
}

/**
 * `imported`: new data. `unchanged`: same content as the last good import, which is used. `kept`: this import failed or was refused
 * (`problem`), the last good one is used. `failed`: the same without a last good one. `absent`: the folder does not hold this feed.
 */
export type FeedStatus = 'imported' | 'unchanged' | 'kept' | 'failed' | 'absent';

export interface FeedReport {
  readonly feed: Feed;
  readonly status: FeedStatus;
  /** One sentence for people; with `kept` and `failed`. */
  readonly problem?: string;
  /** Of the data in use; undefined with `failed` and `absent`. */
  readonly state?: FeedState;
  readonly milliseconds: number;
}

export interface FeedRun {
  readonly reports: readonly FeedReport[];
  /** Every staged advisory, feed after feed. Can be read more than once. */
  advisories(): AsyncIterable<Advisory>;
  /** Every staged enrichment; several of one CVE come apart and are joined by the compiler. */
  enrichments(): AsyncIterable<Enrichment>;
}

/** Fetches (or takes from a folder), parses, checks and stages every feed. A feed that fails never takes the others with it. */
export async function runFeeds(options: RunOptions, ctx: Context): Promise<FeedRun> {
  const reports: FeedReport[] = [];
  for (const feed of options.feeds) {
    ctx.signal?.throwIfAborted();
    const report = await runFeed(feed, options, ctx);
    reports.push(report);
    options.onFeed?.(report);
  }
  const staged = (isEnrichment: boolean) =>
    reports.flatMap(({ feed, state }) =>
      state === undefined || (feed.subject === 'enrichment') !== isEnrichment ? [] : [stageOf(feed, options).itemsFile(state.fingerprint)],
    );
  return { reports, advisories: () => chain<Advisory>(staged(false)), enrichments: () => chain<Enrichment>(staged(true)) };
}

async function* chain<Item extends Advisory | Enrichment>(files: readonly string[]): AsyncGenerator<Item> {
  for (const file of files) yield* readItems<Item>(file);
}

function stageOf(feed: Feed, options: RunOptions): FeedStage {
  const origin: Origin = options.from === undefined ? 'online' : 'local';
  return new FeedStage(options.cacheDir, feed.id, origin);
}

async function runFeed(feed: Feed, options: RunOptions, ctx: Context): Promise<FeedReport> {
  const started = ctx.now();
  const stage = stageOf(feed, options);
  const last = await stage.load();
  const report = (rest: Pick<FeedReport, 'status'> & Partial<FeedReport>): FeedReport => ({
    feed,
    milliseconds: ctx.now() - started,
    ...rest,
  });
  try {
    const taken = options.from === undefined ? await takeOnline(feed, { stage, last, options }, ctx) : await takeStored(feed, options, ctx);
    if (taken.length === 0) return report({ status: 'absent' });
    const fingerprint = fingerprintOf(feed, taken);
    const same = last?.fingerprint === fingerprint && (await exists(stage.itemsFile(fingerprint)));
    const inputs = taken.map((one) => one.input);
    const state = same ? { ...last, inputs } : await importFeed(feed, { taken, fingerprint, stage, last, options }, ctx);
    await stage.save(state);
    await stage.sweep(ctx.now());
    return report({ status: same ? 'unchanged' : 'imported', state });
  } catch (error) {
    ctx.signal?.throwIfAborted();
    if (!(error instanceof AssayError)) throw error;
    ctx.log.warn('feed failed', { feed: feed.id, code: error.code, problem: error.message });
    if (last === undefined) return report({ status: 'failed', problem: error.message });
    return report({ status: 'kept', problem: error.message, state: last });
  }
}

interface Taken {
  readonly input: TakenInput;
  readonly packed: PackedFile;
}

async function takeOnline(
  feed: Feed,
  use: { readonly stage: FeedStage; readonly last: FeedState | undefined; readonly options: RunOptions },
  ctx: Context,
): Promise<readonly Taken[]> {
  const { fetchConditional, sleep = pause, idleMilliseconds = 60_000 } = use.options;
  if (fetchConditional === undefined) throw new Error('runFeeds needs fetchConditional unless it reads a folder');
  const ports: DownloadPorts = { fetchConditional, sleep, idleMilliseconds };
  const taken: Taken[] = [];
  for (const input of feed.urls) {
    if (use.options.onlyRedistributable === true && !input.redistributable) continue;
    const url = use.options.urls?.[`${feed.id}/${input.name}`] ?? input.url;
    const held = use.last?.inputs.find((one) => one.name === input.name);
    const got = await download({ input, url, stage: use.stage, held }, ports, ctx);
    const packed = { file: use.stage.rawFile(got.sha256), packing: input.packing, strip: input.strip ?? 0, path: input.path ?? '' };
    taken.push({ input: got, packed });
  }
  return taken;
}

async function takeStored(feed: Feed, options: RunOptions, ctx: Context): Promise<readonly Taken[]> {
  const taken: Taken[] = [];
  for (const input of feed.archives) {
    if (options.onlyRedistributable === true && !input.redistributable) continue;
    const packed = await locateArchive(options.from ?? '', input.name);
    if (packed !== undefined) taken.push({ input: await takeLocal(input, packed, feed, ctx), packed });
  }
  return taken;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function fingerprintOf(feed: Feed, taken: readonly Taken[]): string {
  const hash = createHash('sha256').update(`${feed.id}\0${feed.version}\0`);
  for (const { input } of taken) hash.update(`${input.name}\0${input.sha256}\0`);
  return hash.digest('hex');
}

async function importFeed(
  feed: Feed,
  use: {
    readonly taken: readonly Taken[];
    readonly fingerprint: string;
    readonly stage: FeedStage;
    readonly last: FeedState | undefined;
    readonly options: RunOptions;
  },
  ctx: Context,
): Promise<FeedState> {
  const tally = new Tally();
  const summary = new Summary(ctx.now());
  const items = summary.over(feed.parse(filesOf(feed, use.taken), tally));
  // Written under a name that nothing refers to before the guards agreed and the state names it.
  await writeItems(use.stage.folder, use.stage.itemsName(use.fingerprint), items);
  const counts: FeedCounts = tally.counts();
  const accept = use.options.acceptShrink;
  // Another version of the parser counts differently: nothing to compare with.
  const comparable = use.last?.feedVersion === feed.version ? use.last : undefined;
  const ecosystems = summary.ecosystems();
  checkShrink(feed.id, { counts, ecosystems }, comparable, accept === true || (Array.isArray(accept) && accept.includes(feed.id)));
  const inputs = use.taken.map((one) => one.input);
  return {
    format: 1,
    feedVersion: feed.version,
    fingerprint: use.fingerprint,
    inputs,
    counts,
    ecosystems,
    newest: summary.newest || dateOf(inputs),
  };
}

/** A feed without dates of its own is as old as its files say, at worst as the moment they were taken. */
function dateOf(inputs: readonly TakenInput[]): string {
  const dates = inputs.map((input) => Date.parse(input.lastModified ?? '')).filter((time) => !Number.isNaN(time));
  if (dates.length > 0) return new Date(Math.max(...dates)).toISOString();
  return (
    inputs
      .map((input) => input.takenAt)
      .sort()
      .at(-1) ?? ''
  );
}

/** The Go database writes no dates into most of its files: such an advisory is at least as young as the year in its id. */
function dateOfAdvisory({ id, modified, published = '' }: Advisory): string {
  const written = [modified, published]
    .filter((date) => date >= '1990')
    .sort()
    .at(-1);
  if (written !== undefined) return written;
  const year = /^[A-Z]+-((?:19|20)\d\d)-/.exec(id)?.[1];
  return year === undefined ? '' : `${year}-01-01T00:00:00Z`;
}

async function* filesOf(feed: Feed, taken: readonly Taken[]): AsyncGenerator<FeedFile> {
  for (const { input, packed } of taken)
    for await (const file of openPacked(packed, feed.wants)) yield { input: input.name, path: file.path, bytes: file.bytes };
}

/** What the guards and the header of the database need to know of the items, gathered while they pass. */
class Summary {
  newest = '';
  readonly #ecosystems = new Map<string, number>();
  readonly #latest: string;

  /** Dates after `now` are typing errors of the publisher. */
  constructor(now: number) {
    this.#latest = new Date(now).toISOString();
  }

  async *over<Item extends Advisory | Enrichment>(items: AsyncIterable<Item>): AsyncGenerator<Item> {
    for await (const item of items) {
      if ('affected' in item) {
        this.#see(dateOfAdvisory(item));
        for (const ecosystem of new Set(item.affected.map((entry) => entry.package.ecosystem)))
          this.#ecosystems.set(ecosystem, (this.#ecosystems.get(ecosystem) ?? 0) + 1);
      } else this.#see(item.epss?.date ?? item.kev?.dateAdded ?? item.cve?.modified ?? '');
      yield item;
    }
  }
  #see(date: string): void {
    if (date > this.newest && date <= this.#latest && date >= '1990') this.newest = date;
  }
  ecosystems(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#ecosystems].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
