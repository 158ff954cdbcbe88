import { randomUUID } from 'node:crypto';
import { type Delivered, type DeliveryDependencies, deliverSink } from './delivery.ts';
import { takeSink } from './lease.ts';

export interface CourierOptions {
  /** Sinks that are sent to at once, and of one account: a receiver that answers nothing holds one of them for a while, not the others. */
  readonly slots?: number;
  readonly slotsOfAccount?: number;
  /** How long a group waits for the rest of it. */
  readonly groupMs?: number;
}

export interface Courier {
  /** Starts sending to every sink that is due and not being sent to. */
  round(): Promise<void>;
  /** Waits for everything that was started; sums it up. */
  idle(): Promise<Delivered>;
}

export function createCourier(deps: DeliveryDependencies, options: CourierOptions = {}): Courier {
  const { slots = 16, slotsOfAccount = 4, groupMs = 30_000 } = options;
  const busy = new Map<number, { readonly account: number; readonly done: Promise<Delivered> }>();
  const finished: Delivered[] = [];
  const crowded = (): number[] => {
    const accounts = [...busy.values()].map(({ account }) => account);
    return accounts.filter((account) => accounts.filter((other) => other === account).length >= slotsOfAccount);
  };
  async function round(): Promise<void> {
    const tried = new Set<number>();
    while (deps.ctx.signal?.aborted !== true) {
      if (busy.size >= slots) await Promise.race([...busy.values()].map(({ done }) => done));
      const now = deps.ctx.now();
      const except = [...busy.keys(), ...tried];
      const when = { now: new Date(now), groupedBefore: new Date(now - groupMs) };
      const sink = await takeSink(deps.pool, { lease: randomUUID(), ...when, except, exceptAccounts: crowded() });
      if (sink === undefined) return;
      tried.add(sink.id);
      const done = deliverSink(deps, sink)
        .catch((error: Error) => {
          deps.ctx.log.warn('a sink could not be served', { sink: sink.id, error: error.message });
          return { delivered: 0, failed: 0 };
        })
        .then((result) => {
          busy.delete(sink.id);
          finished.push(result);
          return result;
        });
      busy.set(sink.id, { account: sink.account, done });
    }
  }
  return {
    round,
    async idle() {
      while (busy.size > 0) await Promise.all([...busy.values()].map(({ done }) => done));
      const all = finished.splice(0);
      const sum = (name: keyof Delivered): number => all.reduce((total, one) => total + one[name], 0);
      return { delivered: sum('delivered'), failed: sum('failed') };
    },
  };
}

/** Sends events to sinks for as long as the service runs: looks for work every `pollMs`. */
export function startDelivery(deps: DeliveryDependencies, pollMs = 2_000): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const signal = deps.ctx.signal === undefined ? stopping.signal : AbortSignal.any([deps.ctx.signal, stopping.signal]);
  const courier = createCourier({ ...deps, ctx: { ...deps.ctx, signal } });
  let wake = (): void => {};
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      try {
        await courier.round();
      } catch (error) {
        deps.ctx.log.warn('events could not be delivered', { error: (error as Error).message });
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    await courier.idle();
  };
  const running = loop();
  return {
    async stop() {
      stopping.abort();
      wake();
      await running;
    },
  };
}
