import { AssayError } from '@assay/core/errors.ts';

/** Ends a turn when the answer has begun. `busy`: the host said that it is asked too often, and for how many milliseconds, if it said that. */
export type Leave = (busy?: { readonly wait: number | undefined }) => void;

export interface HostLimits {
  /**
   * Waits until the host may be asked. Throws AssayErrors `rate-limited` when the host wants to be left alone for longer than anybody waits,
   * `aborted`.
   */
  enter(host: string, signal?: AbortSignal): Promise<Leave>;
}

export interface HostLimitOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  readonly random: () => number;
  /** Requests to one host at once, until it says that it is busy; default 16. */
  readonly atOnce?: number;
}

interface HostState {
  running: number;
  /** How many at once: halved when the host is busy, one more after as many answers. */
  allowed: number;
  /** Nobody asks before. */
  until: number;
  /** Times in a row that it was busy. */
  strikes: number;
  readonly waiting: (() => void)[];
}

/** Longer waits are for whoever plans the work: the request fails and the work is done later. */
export const LONGEST_WAIT = 120_000;

/** One limit for everybody who asks a host: what it told one of them holds for all. */
export function createHostLimits({ now, sleep, random, atOnce = 16 }: HostLimitOptions): HostLimits {
  const hosts = new Map<string, HostState>();

  function stateOf(host: string): HostState {
    const known = hosts.get(host) ?? { running: 0, allowed: atOnce, until: 0, strikes: 0, waiting: [] };
    hosts.set(host, known);
    return known;
  }

  function leave(host: string, state: HostState, busy: Parameters<Leave>[0]): void {
    state.running--;
    if (busy !== undefined) rest(state, busy.wait);
    else if (state.until <= now()) {
      state.strikes = 0;
      state.allowed = Math.min(atOnce, state.allowed + 1 / state.allowed);
    }
    while (state.waiting.length > 0 && state.running < Math.floor(state.allowed)) {
      state.running++;
      state.waiting.shift()?.();
    }
    if (state.running === 0 && state.until <= now() && state.allowed === atOnce) hosts.delete(host);
  }

  function rest(state: HostState, wait: number | undefined): void {
    // What was under way when the first was told is told the same; that makes it no busier.
    if (state.until <= now()) {
      state.allowed = Math.max(1, state.allowed / 2);
      state.strikes++;
    }
    state.until = Math.max(state.until, now() + (wait ?? Math.round((0.5 + random()) * 250 * 2 ** Math.min(state.strikes, 8))));
  }

  return {
    async enter(host, signal) {
      const state = stateOf(host);
      if (state.waiting.length === 0 && state.running < Math.floor(state.allowed)) state.running++;
      else await turnOf(state, signal);
      try {
        await pauseOf(state, host, signal);
      } catch (error) {
        leave(host, state, undefined);
        throw error;
      }
      return (busy) => leave(host, state, busy);
    },
  };

  async function pauseOf(state: HostState, host: string, signal: AbortSignal | undefined): Promise<void> {
    for (let until = state.until; until > now(); until = state.until) {
      if (until - now() > LONGEST_WAIT) {
        const when = new Date(until).toISOString().slice(0, 19);
        throw new AssayError('rate-limited', `${host} wants to be left alone until ${when}Z; wait, or log in for a higher limit.`);
      }
      await sleep(until - now(), signal);
      // Slept as long as it wanted, whatever the clock says.
      if (state.until === until) state.until = 0;
    }
  }
}

function turnOf(state: HostState, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      const at = state.waiting.indexOf(go);
      if (at >= 0) state.waiting.splice(at, 1);
      reject(new AssayError('aborted', 'The request was stopped.'));
    };
    const go = (): void => {
      signal?.removeEventListener('abort', stop);
      resolve();
    };
    if (signal?.aborted === true) return stop();
    signal?.addEventListener('abort', stop, { once: true });
    state.waiting.push(go);
  });
}
