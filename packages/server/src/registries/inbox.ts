import { randomUUID } from 'node:crypto';
import type { RegistrySource } from '@assay/connectors/source.ts';
import type { Logger } from '@assay/core/context.ts';
import { isOwnPull, type RegistryEvent } from '@assay/core/registry.ts';
import type pg from 'pg';
import { withAccounts } from '../db/pool.ts';
import { enqueue } from '../jobs/queue.ts';
import { isIncluded } from './patterns.ts';
import { isHookWord } from './registries.ts';
import { type RegistryKey, type RegistryRow, readRegistry } from './registry-row.ts';

/** The job that acts on what registries told by themselves. */
export const NOTICE = 'registry-events';
export const NOTICE_LANE = 'registry-events';

/** Payload of a `registry-events` job. */
export interface Notice {
  readonly registry: string;
  readonly events: readonly RegistryEvent[];
}

/** Takes the body of one notification. @throws AssayError `bad-notification` */
export type TakeNotification = (body: Buffer) => Promise<void>;

export interface Inbox {
  /** Undefined: no such registry, or not its word. */
  open(registry: RegistryKey, word: string): Promise<TakeNotification | undefined>;
  /** Leaves what was kept back. */
  stop(): Promise<void>;
}

export interface InboxOptions {
  /** Role api. */
  readonly pool: pg.Pool;
  readonly sourceOf: (kind: string) => RegistrySource | undefined;
  readonly log: Logger;
  /** Milliseconds for which pulls are added up: one write for a digest in this time, however often it is pulled. */
  readonly pullsEvery?: number;
}

const MOST_EVENTS = 1_000;
const MOST_PULLS = 50_000;

/** Takes notifications of registries and leaves them to the workers; whoever sent one is not kept waiting. */
export function openInbox({ pool, sourceOf, log, pullsEvery = 60_000 }: InboxOptions): Inbox {
  const pulls = new Map<string, { readonly registry: RegistryKey; readonly event: RegistryEvent }>();
  const leave = (registry: RegistryKey, events: readonly RegistryEvent[]): Promise<unknown> =>
    withAccounts(pool, [registry.account], (tx) =>
      enqueue(tx, {
        ...{ account: registry.account, kind: NOTICE, key: randomUUID(), lane: NOTICE_LANE },
        payload: { registry: registry.id, events } satisfies Notice,
      }),
    );
  async function flush(): Promise<void> {
    const of = new Map<string, { readonly registry: RegistryKey; readonly events: RegistryEvent[] }>();
    for (const { registry, event } of pulls.values()) {
      const kept = of.get(registry.id) ?? { registry, events: [] };
      kept.events.push(event);
      of.set(registry.id, kept);
    }
    pulls.clear();
    for (const { registry, events } of of.values()) {
      for (let start = 0; start < events.length; start += MOST_EVENTS) {
        await leave(registry, events.slice(start, start + MOST_EVENTS)).catch((error: Error) => {
          log.warn('pulls of images could not be written down', { registry: registry.id, error: error.message });
        });
      }
    }
  }
  const timer = setInterval(() => void flush(), pullsEvery);
  return {
    async open(registry, word) {
      const row = await withAccounts(pool, [registry.account], (tx) => readRegistry(tx, registry));
      const source = row === undefined || !isHookWord(row.hook, word) ? undefined : sourceOf(row.kind);
      if (row === undefined || source?.events === undefined) return undefined;
      const read = source.events.bind(source);
      return async (body) => {
        const events = read(body).filter((event) => isWanted(row, event));
        for (const event of events.filter(({ action }) => action === 'pull')) {
          // Nobody's pulls are lost because somebody else's are many.
          if (pulls.size >= MOST_PULLS) await flush();
          pulls.set(`${row.id} ${event.repository}@${event.digest}`, { registry, event });
        }
        const urgent = events.filter(({ action }) => action !== 'pull').slice(0, MOST_EVENTS);
        if (urgent.length > 0) await leave(registry, urgent);
      };
    },
    async stop() {
      clearInterval(timer);
      await flush();
    },
  };
}

/** Not of a repository that is left out, nor our own reading. */
export function isWanted(row: RegistryRow, event: RegistryEvent): boolean {
  return row.enabled && isIncluded(row.include, event.repository) && !isOwnPull(event, row.config['username'] ?? '');
}
