import { AssayError } from '@assay/core/errors.ts';
import type { SourceContext } from '../../source.ts';
import { fields, text } from '../values.ts';
import { type Api, Refusal } from './api.ts';
import { ListScanner, linesOf, parse } from './list-scanner.ts';
import type { Timing } from './timing.ts';

/** What takes the objects of one list. */
export interface Listed {
  /** `/api/v1/pods` */
  readonly path: string;
  readonly metadataOnly?: boolean;
  /** A whole list follows; it may break off and begin again. */
  begin(): void;
  put(object: Readonly<Record<string, unknown>>): void;
  remove(object: Readonly<Record<string, unknown>>): void;
  /** The list is whole: what it did not mention is gone. */
  end(): void;
}

/** How it goes with one list. `denied`: there is no permission; `absent`: the server does not know the kind. */
export interface Following {
  state: 'starting' | 'synced' | 'denied' | 'absent';
  /** Milliseconds since the epoch: the server last said something. 0: never. */
  heardAt: number;
  /** Whole lists after the first. */
  relists: number;
  /** Times our place in the history was gone. */
  expired: number;
  /** What keeps it from working now, in the server's words. */
  problem: string | undefined;
  /** Resolves when the first whole list is there, or cannot be had; never when it is stopped before. */
  readonly settled: Promise<void>;
}

export interface FollowContext {
  readonly api: Api;
  readonly timing: Timing;
  readonly now: SourceContext['now'];
  readonly random: SourceContext['random'];
  readonly sleep: SourceContext['sleep'];
  readonly log: SourceContext['log'];
  readonly signal: AbortSignal;
  /** Told of refusals that only a person can lift; may throw to give up. */
  readonly refused?: (refusal: Refusal, following: Following) => void;
}

/** Follows a list until the signal says stop; whatever breaks is tried again. Throws only what `refused` throws, and bugs. */
export function follow(listed: Listed, ctx: FollowContext): Following & { readonly done: Promise<void> } {
  const { promise: settled, resolve: settle } = Promise.withResolvers<void>();
  const following: Following = { state: 'starting', heardAt: 0, relists: 0, expired: 0, problem: undefined, settled };
  const follower = new Follower(listed, ctx, following, settle);
  return Object.assign(following, { done: follower.run() });
}

/** Initial events that broke off so often are fetched as a list instead. */
const STREAMS_TRIED = 2;
const FIRST_LIMIT = 500;
/** Above it a list is asked for whole: pages that expire again and again would never end. */
const LAST_LIMIT = 10_000;

class Follower {
  readonly #listed: Listed;
  readonly #ctx: FollowContext;
  readonly #following: Following;
  readonly #settle: () => void;
  /** Our place in the server's history; undefined: a whole list is needed. */
  #version: string | undefined;
  /** Whether it offers lists as a stream of events (KEP-3157). */
  #streams = true;
  #brokenStreams = 0;
  #bookmarks = false;
  #failures = 0;
  #limit = FIRST_LIMIT;
  #relistAt = 0;
  #lists = 0;

  constructor(listed: Listed, ctx: FollowContext, following: Following, settle: () => void) {
    this.#listed = listed;
    this.#ctx = ctx;
    this.#following = following;
    this.#settle = settle;
  }

  async run(): Promise<void> {
    const { signal, now } = this.#ctx;
    while (!signal.aborted) {
      let wait = 0;
      try {
        if (this.#lists > 0 && now() >= this.#relistAt) this.#version = undefined;
        const streamed = this.#streams && this.#brokenStreams < STREAMS_TRIED;
        if (this.#version === undefined && !streamed) await this.#list();
        const opened = now();
        await this.#watch();
        // It ended as it should; one that ends at once, without a word, is no better than one that breaks.
        if (now() - opened > this.#ctx.timing.longestRetryMs) this.#failures = 0;
        if (this.#failures++ > 0) wait = this.#backoff();
      } catch (error) {
        if (signal.aborted) return;
        wait = this.#recover(error);
      }
      if (wait > 0) await this.#ctx.sleep(wait, signal).catch(() => {});
    }
  }

  /** @returns milliseconds to wait before the next attempt. */
  #recover(error: unknown): number {
    this.#failures++;
    if (error instanceof Refusal) return this.#refused(error);
    if (!(error instanceof AssayError)) throw error;
    if (error.code === 'bad-answer') this.#version = undefined;
    this.#following.problem = error.message;
    this.#ctx.log.debug(`the watch of ${this.#listed.path} broke`, { error: error.message });
    return this.#backoff();
  }

  #refused(refusal: Refusal): number {
    const { status, message } = refusal;
    const following = this.#following;
    if (status === 410) {
      following.expired++;
      if (this.#version === undefined) this.#limit = this.#limit >= LAST_LIMIT ? 0 : this.#limit * 4;
      this.#version = undefined;
      return this.#backoff();
    }
    if (this.#version === undefined && this.#streams && (status === 400 || status === 422)) {
      this.#streams = false;
      return 1;
    }
    // With an etcd before 3.4.31 or 3.5.13 a server offers streams and answers 500; a list may still be had.
    if (this.#version === undefined && status === 500) this.#brokenStreams = STREAMS_TRIED;
    following.problem = `${status} ${message}`.trim();
    if (status !== 401 && status !== 403 && status !== 404) return Math.max(this.#backoff(), Math.min(refusal.wait ?? 0, 120_000));
    if (status !== 401) following.state = status === 403 ? 'denied' : 'absent';
    this.#ctx.refused?.(refusal, following);
    if (status === 401) return this.#backoff();
    this.#version = undefined;
    this.#settle();
    return this.#ctx.timing.deniedMs * (0.5 + this.#ctx.random());
  }

  /** Full jitter, so that collectors do not come back together; the first attempt comes soon. */
  #backoff(): number {
    const { retryMs, longestRetryMs } = this.#ctx.timing;
    return Math.ceil(this.#ctx.random() * Math.min(longestRetryMs, retryMs * 2 ** Math.min(this.#failures - 1, 20)));
  }

  /** In pages, each object on its own. */
  async #list(): Promise<void> {
    const { api, signal, timing } = this.#ctx;
    this.#listed.begin();
    let place = '';
    do {
      const query = new URLSearchParams({
        ...(this.#limit > 0 && { limit: String(this.#limit) }),
        ...(place !== '' && { continue: place }),
      });
      const metadataOnly = this.#listed.metadataOnly === true;
      const most = { maxBytes: Number.MAX_SAFE_INTEGER, timeoutMs: timing.listMs, stallMs: 60_000 };
      const response = await api(`${this.#listed.path}?${query}`, { signal, metadataOnly, ...most });
      const scanner = new ListScanner((json) => this.#listed.put(fields(parse(json))));
      for await (const piece of response.body) scanner.push(piece);
      const metadata = fields(fields(scanner.end())['metadata']);
      place = text(metadata['continue']);
      this.#version = undefined;
      if (place === '') this.#complete(text(metadata['resourceVersion']));
    } while (place !== '');
  }

  /** From our place on; without one the server first sends all there is, as events. */
  async #watch(): Promise<void> {
    const { api, signal, timing, random } = this.#ctx;
    const initial = this.#version === undefined;
    if (initial) this.#listed.begin();
    const [least, most] = timing.watchSeconds;
    const seconds = Math.ceil(least + random() * (most - least));
    const query = new URLSearchParams({ watch: '1', allowWatchBookmarks: 'true', timeoutSeconds: String(seconds) });
    if (initial) query.set('sendInitialEvents', 'true');
    if (initial) query.set('resourceVersionMatch', 'NotOlderThan');
    query.set('resourceVersion', this.#version ?? '');
    // The server ends a watch by itself; one that is open for longer has died without a word.
    const timeoutMs = seconds * 1000 + timing.graceMs;
    const reading = { metadataOnly: this.#listed.metadataOnly === true, maxBytes: Number.MAX_SAFE_INTEGER, timeoutMs, endless: true };
    try {
      const response = await api(`${this.#listed.path}?${query}`, {
        ...reading,
        signal,
        stallMs: this.#bookmarks ? Math.min(timing.quietMs, timeoutMs) : timeoutMs,
      });
      for await (const line of linesOf(response.body)) this.#event(fields(parse(line)));
    } finally {
      if (initial && this.#version === undefined) this.#brokenStreams++;
    }
  }

  #event(event: Readonly<Record<string, unknown>>): void {
    const object = fields(event['object']);
    const metadata = fields(object['metadata']);
    switch (event['type']) {
      case 'ADDED':
      case 'MODIFIED':
        this.#listed.put(object);
        break;
      case 'DELETED':
        this.#listed.remove(object);
        break;
      case 'BOOKMARK':
        if (fields(metadata['annotations'])['k8s.io/initial-events-end'] === 'true') {
          this.#complete(text(metadata['resourceVersion']));
          return;
        }
        this.#bookmarks = true;
        break;
      case 'ERROR':
        throw new Refusal(Number(object['code'] ?? 500), text(object['message']));
      default:
        throw new AssayError('bad-answer', 'The Kubernetes API sent an event of an unknown type; look whether its address is right.');
    }
    this.#following.heardAt = this.#ctx.now();
    if (this.#version === undefined) return;
    // Only what comes after a list shows that the place in the history is good.
    this.#failures = 0;
    this.#limit = FIRST_LIMIT;
    this.#following.problem = undefined;
    this.#version = text(metadata['resourceVersion']) || this.#version;
  }

  #complete(version: string): void {
    const { now, random, timing } = this.#ctx;
    this.#listed.end();
    this.#version = version;
    this.#brokenStreams = 0;
    if (this.#lists++ > 0) this.#following.relists++;
    const [least, most] = timing.relistMs;
    this.#relistAt = now() + least + random() * (most - least);
    this.#following.heardAt = now();
    this.#following.state = 'synced';
    this.#following.problem = undefined;
    this.#settle();
  }
}
