import { AssayError } from '@assay/core/errors.ts';
import type { ClusterHealth, ClusterIdentity, ClusterReport } from '@assay/core/running.ts';
import type { SourceContext } from '../source.ts';
import { Bell, backoff, isForPeople } from './pauses.ts';
import { type RunningUnit, Tally } from './tally.ts';

/** Something happened to a unit. */
export interface Hint {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What the event itself tells, for what is gone before it can be asked for. */
  readonly about: unknown;
}

/** One cluster whose units can be listed, and perhaps followed. */
export interface UnitSource {
  readonly cluster: ClusterIdentity;
  /** Pause between two lists. */
  readonly listEveryMs: number;
  /** All units, and what cannot be seen, in sentences. */
  list(): Promise<{ readonly units: readonly RunningUnit[]; readonly problems: readonly string[] }>;
  /** Tells of events until the connection ends; after that everything is listed again. */
  follow?(tell: (hint: Hint) => void, signal: AbortSignal): Promise<void>;
  /** Asks for nothing, to know that it is still there while events are rare. @throws when it is not. */
  ping?(): Promise<void>;
  /** A unit as it is now; undefined: it is gone. */
  read?(id: string): Promise<RunningUnit | undefined>;
  /** What an event tells of a unit that was gone before anybody saw it. */
  recall?(hint: Hint): Promise<RunningUnit | undefined>;
}

const HEALTH_EVERY = 60_000;
const SNAPSHOT_EVERY = 3_600_000;
/** Changes within it are told together. */
const TOGETHER = 1000;
/** More waiting events than this: listing is cheaper, and bounded. */
const MOST_HINTS = 10_000;
/** A stream of events that ends sooner did not work. */
const LONG_ENOUGH = 60_000;
const READS_AT_ONCE = 8;

type Health = { -readonly [K in keyof ClusterHealth]: ClusterHealth[K] };

interface Watch {
  readonly source: UnitSource;
  readonly ctx: SourceContext;
  readonly tally: Tally;
  readonly health: Health;
  readonly hints: Map<string, Hint>;
  readonly bell: Bell;
  /** The stream of events ended. */
  broken: boolean;
  /** Why there are no events. */
  deaf: string | undefined;
  failures: number;
  toldHealthAt: number;
  toldAllAt: number;
}

/**
 * Lists, follows, reads what changed and adds it up, until the signal ends it. What fails later is tried again; nothing is told meanwhile.
 * @throws AssayError when the first list fails, or when a person must act (`denied`).
 */
export async function* watchUnits(source: UnitSource, ctx: SourceContext): AsyncGenerator<ClusterReport> {
  const watch: Watch = {
    ...{ source, ctx, tally: new Tally(ctx.now), hints: new Map(), bell: new Bell(), broken: false, deaf: undefined, failures: 0 },
    health: { lag: 0, relists: -1, expired: 0, units: 0, problems: [] },
    toldHealthAt: Number.NEGATIVE_INFINITY,
    toldAllAt: Number.NEGATIVE_INFINITY,
  };
  while (!ctx.signal.aborted) {
    const session = new AbortController();
    try {
      yield* oneSession(watch, AbortSignal.any([ctx.signal, session.signal]));
    } catch (error) {
      if (ctx.signal.aborted) return;
      if (watch.toldAllAt < 0 || isForPeople(error)) throw error;
      watch.failures++;
      ctx.log.warn('a cluster cannot be seen; it is tried again', { cluster: source.cluster.name, error: (error as Error).message });
    } finally {
      session.abort();
    }
    // Events that led to a failure, told again by the next stream, must not make us try without a pause.
    watch.bell.hush();
    await watch.bell.wait(backoff(watch.failures, ctx), ctx);
  }
}

/** Until the stream of events breaks; a source without one never leaves it. */
async function* oneSession(watch: Watch, signal: AbortSignal): AsyncGenerator<ClusterReport> {
  watch.broken = false;
  follow(watch, signal);
  while (!watch.broken && !watch.ctx.signal.aborted) {
    watch.hints.clear();
    yield* listed(watch);
    yield* followed(watch, watch.ctx.now() + watch.source.listEveryMs);
  }
}

async function* listed(watch: Watch): AsyncGenerator<ClusterReport> {
  const { source, ctx, tally, health } = watch;
  const { units, problems } = await source.list();
  if (ctx.signal.aborted) return;
  tally.replace(units, ctx.now());
  health.relists++;
  health.problems = watch.deaf === undefined ? problems : [...problems, watch.deaf];
  if (source.follow === undefined) watch.failures = 0;
  if (ctx.now() - watch.toldAllAt < SNAPSHOT_EVERY) yield* changed(watch);
  else {
    watch.toldAllAt = ctx.now();
    yield { kind: 'snapshot', cluster: source.cluster, scope: { all: true }, images: tally.all() };
  }
  yield healthOf(watch);
}

async function* followed(watch: Watch, until: number): AsyncGenerator<ClusterReport> {
  const { source, ctx, hints, bell, tally } = watch;
  while (ctx.now() < until && !watch.broken && !ctx.signal.aborted && hints.size < MOST_HINTS) {
    const next = source.follow === undefined ? until : Math.min(until, watch.toldHealthAt + HEALTH_EVERY);
    await bell.wait(next - ctx.now(), ctx);
    await settle(watch);
    if (source.follow === undefined || watch.broken || ctx.signal.aborted) continue;
    tally.confirm(ctx.now());
    yield* changed(watch);
    if (ctx.now() - watch.toldHealthAt < HEALTH_EVERY) continue;
    await source.ping?.();
    yield healthOf(watch);
  }
}

/** Reads whatever changes within a second of the first event. */
async function settle(watch: Watch): Promise<void> {
  const { ctx, hints, bell } = watch;
  if (hints.size === 0) return;
  const end = ctx.now() + TOGETHER;
  while (ctx.now() < end && !ctx.signal.aborted && hints.size < MOST_HINTS) {
    if (hints.size > 0) await readHints(watch);
    else await bell.wait(end - ctx.now(), ctx);
  }
}

function* changed({ source, tally }: Watch): Generator<ClusterReport> {
  const images = tally.changes();
  if (images.length > 0) yield { kind: 'change', cluster: source.cluster, images };
}

function follow(watch: Watch, signal: AbortSignal): void {
  const { source, ctx, hints, bell } = watch;
  if (source.follow === undefined) return;
  const startedAt = ctx.now();
  const tell = (hint: Hint): void => {
    if (signal.aborted) return;
    hints.set(hint.id, hint);
    bell.ring();
  };
  const end = (error?: unknown): void => {
    if (signal.aborted) return;
    const short = ctx.now() - startedAt < LONG_ENOUGH;
    watch.failures = short ? watch.failures + 1 : 0;
    watch.deaf =
      short && error instanceof Error ? `Events cannot be followed, so everything is listed again and again: ${error.message}` : undefined;
    watch.broken = true;
    bell.ring();
  };
  source.follow(tell, signal).then(() => end(), end);
}

async function readHints({ source, ctx, tally, hints, health }: Watch): Promise<void> {
  const some = [...hints.values()].slice(0, READS_AT_ONCE);
  for (const { id } of some) hints.delete(id);
  await Promise.all(
    some.map(async (hint) => {
      const unit = (await source.read?.(hint.id)) ?? (tally.knows(hint.id) ? undefined : await source.recall?.(hint));
      if (unit !== undefined) tally.put(unit);
      else tally.remove(hint.id, hint.at);
      health.lag = Math.max(0, ctx.now() - hint.at);
    }),
  );
}

function healthOf(watch: Watch): ClusterReport {
  watch.toldHealthAt = watch.ctx.now();
  return { kind: 'health', cluster: watch.source.cluster, health: { ...watch.health, units: watch.tally.size } };
}

export function boundedUnits<T>(
  list: readonly T[],
  most: number,
  what: string,
): { readonly kept: readonly T[]; readonly problems: string[] } {
  if (list.length <= most) return { kept: list, problems: [] };
  return { kept: list.slice(0, most), problems: [`There are ${list.length} ${what}; more than ${most} are not looked at.`] };
}

export function noAccess(sentence: string, cause?: unknown): AssayError {
  return new AssayError('denied', sentence, { cause });
}
