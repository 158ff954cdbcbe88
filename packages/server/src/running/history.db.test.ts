import type { RunningImage } from '@assay/core/running.ts';
import type { RunningReport } from '@assay/core/running-report.ts';
import { createTestDatabase } from '@assay/testkit/postgres.ts';
import { expect, it } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { sharingChanged } from './sharing-changed.ts';
import { clusterOf, digestOf, RunningEstate, runs } from './testdata/running-estate.ts';

/** Lives of three accounts made at random, each with a cluster and images, and the counts that a person with a pencil would get from them. */
const ADMIN = 1;
const ACCOUNTS = [ADMIN, 2, 3];
const WORDS = ['a', 'b', 'c', 'd'];
const WORKLOADS = ['web', 'worker', 'cron', 'proxy'];
const APP = 'registry.example/team/app';
const STEPS = 30;
/** More than the time within which what runs on is not written again. */
const STEP_MS = 6 * 60_000;

const HEALTH = { lag: 0, relists: 0, expired: 0, units: 0, problems: [] };

interface Row {
  readonly workload: string;
  readonly word: string;
  readonly running: number;
  readonly lastSeen: number;
}

function imageOf({ workload, word, running, lastSeen }: Row): RunningImage {
  return runs(`${APP}:1`, `${APP}@${digestOf(word)}`, { workload, running, lastSeen });
}

/** Numbers below `n`, always the same ones. */
function randomOf(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % n;
  };
}

/** One cluster as it is, which the service is to know, and the collector's way of telling. Every row there ever was stays, with nothing running. */
class Watched {
  readonly rows = new Map<string, Row>();
  readonly #estate: RunningEstate;
  readonly #account: number;
  #epoch = 1;
  #sequence = 0;

  constructor(estate: RunningEstate, account: number) {
    this.#estate = estate;
    this.#account = account;
  }

  set(workload: string, word: string, running: number): Row {
    const row = { workload, word, running, lastSeen: this.#estate.now };
    this.rows.set(`${workload} ${word}`, row);
    return row;
  }

  report(part: RunningReport['part'], rest: Partial<RunningReport> = {}): RunningReport {
    const { now } = this.#estate;
    return { cluster: clusterOf(`c${this.#account}`), epoch: this.#epoch, sequence: ++this.#sequence, observedAt: now, part, ...rest };
  }

  send(report: RunningReport): Promise<string> {
    return this.#estate.send(this.#account, report);
  }

  /** Twice: one that shrank too much is believed then. `meanwhile` happens after the pages were read. */
  async snapshot(again: boolean, meanwhile: () => readonly Row[] = () => []): Promise<void> {
    if (again) [this.#epoch, this.#sequence] = [this.#epoch + 1, 0];
    for (const turn of [1, 2]) {
      const told = [...this.rows.values()].filter((row) => row.running > 0 || row.lastSeen === this.#estate.now);
      const answers = [await this.send(this.report('snapshot-begin'))];
      answers.push(await this.send(this.report('snapshot-page', { images: told.map(imageOf) })));
      const changed = turn === 2 ? meanwhile() : [];
      if (changed.length > 0) answers.push(await this.send(this.report('change', { images: changed.map(imageOf) })));
      answers.push(await this.send(this.report('snapshot-end')));
      expect(new Set(answers)).toEqual(new Set(['taken']));
    }
  }

  /** Nobody hears of the end of this. */
  vanish(): void {
    for (const [key, row] of this.rows) if (row.running > 6) this.rows.set(key, { ...row, running: 0 });
  }

  stopAll(): void {
    for (const [key, row] of this.rows) this.rows.set(key, { ...row, running: 0 });
  }
}

class History {
  readonly members = new Set<number>();
  readonly images: { readonly account: number; readonly id: number; readonly word: string }[] = [];
  readonly watched: ReadonlyMap<number, Watched>;
  readonly #estate: RunningEstate;
  readonly #random: (n: number) => number;

  constructor(estate: RunningEstate, seed: number) {
    this.#estate = estate;
    this.#random = randomOf(seed);
    this.watched = new Map(ACCOUNTS.map((account) => [account, new Watched(estate, account)]));
  }

  async begin(): Promise<void> {
    // The first is in two accounts, the last in none.
    for (const [account, word] of [
      [1, 'a'],
      [2, 'a'],
      [2, 'b'],
      [3, 'c'],
    ] as const)
      this.images.push({ account, word, id: await this.#estate.image(account, APP, word) });
    for (const watched of this.watched.values()) await watched.snapshot(false);
  }

  /** A workload is scaled, stopped, or rolled out to what its tag means now. */
  #mutate(watched: Watched): Row[] {
    const workload = WORKLOADS[this.#random(WORKLOADS.length)]!;
    const word = WORDS[this.#random(WORDS.length)]!;
    const old = [...watched.rows.values()].filter((row) => row.workload === workload && row.running > 0);
    const kind = this.#random(3);
    if (kind === 0) return [...old.map((row) => watched.set(workload, row.word, 0)), watched.set(workload, word, 1 + this.#random(5))];
    if (kind === 1) return old.map((row) => watched.set(workload, row.word, 0));
    return [watched.set(workload, word, 1 + this.#random(9))];
  }

  async step(): Promise<void> {
    this.#estate.now += STEP_MS;
    const account = ACCOUNTS[this.#random(ACCOUNTS.length)]!;
    const watched = this.watched.get(account)!;
    const change = () => watched.report('change', { images: this.#mutate(watched).map(imageOf) });
    const kinds: readonly (() => Promise<void>)[] = [
      async () => expect(await watched.send(change())).toBe('taken'),
      async () => {
        const one = change();
        for (const _twice of [1, 2]) expect(await watched.send(one)).toBe('taken');
      },
      async () => {
        change(); // is lost
        expect(await watched.send(change())).toBe('resync');
        await watched.snapshot(this.#random(2) === 0);
      },
      async () => {
        const [early, late] = [change(), change()];
        expect([await watched.send(late), await watched.send(early)]).toEqual(['resync', 'taken']);
        await watched.snapshot(false);
      },
      () => {
        watched.vanish();
        return watched.snapshot(true, () => this.#mutate(watched));
      },
      () => this.#share(),
      () => this.#delete(watched),
    ];
    await kinds[this.#random(kinds.length)]!();
  }

  async #share(): Promise<void> {
    const account = 2 + this.#random(2);
    const joins = !this.members.has(account);
    if (joins) this.members.add(account);
    else this.members.delete(account);
    await inTransaction(this.#estate.db.owner, async (tx) => {
      await tx.query('delete from member where account = $1', [account]);
      if (joins)
        await tx.query('insert into member (account, administrator, status, updated_at) values ($1, $2, 1, now())', [account, ADMIN]);
      await sharingChanged(tx, [account]);
    });
  }

  async #delete(watched: Watched): Promise<void> {
    await this.#estate.work();
    await watched.send(watched.report('health', { health: { ...HEALTH, gone: true } }));
    watched.stopAll();
    await this.#estate.work();
    await watched.snapshot(true);
  }

  /** What the pencil says: of each image, by observer, the units and when one was last seen. */
  expected(): string[] {
    const circle = (account: number): number => (this.members.has(account) ? ADMIN : account);
    return this.images
      .flatMap(({ account, id, word }) =>
        ACCOUNTS.flatMap((observer) => {
          const rows = [...this.watched.get(observer)!.rows.values()].filter((row) => row.word === word);
          if (rows.length === 0 || circle(observer) !== circle(account)) return [];
          const running = rows.reduce((sum, row) => sum + row.running, 0);
          return [`${id} by ${observer}: ${running} at ${new Date(Math.max(...rows.map((row) => row.lastSeen))).toISOString()}`];
        }),
      )
      .sort();
  }

  async actual(): Promise<string[]> {
    const { rows } = await this.#estate.db.owner.query<{ resource: number; observer: number; running: number; last_seen: Date }>(
      'select resource, observer, running, last_seen from image_usage',
    );
    return rows.map((row) => `${row.resource} by ${row.observer}: ${row.running} at ${row.last_seen.toISOString()}`).sort();
  }

  /** Images whose own figures are not the sum and the latest of those by observer. */
  async unlike(): Promise<unknown[]> {
    const { rows } = await this.#estate.db.owner.query(
      `select r.id, r.in_use_count, r.last_in_use_at, u.* from resource r
       cross join lateral (select coalesce(sum(running), 0) as running, max(last_seen) as seen from image_usage u
         where u.account = r.account and u.resource = r.id) u
       where r.in_use_count <> u.running or r.last_in_use_at is distinct from u.seen`,
    );
    return rows;
  }
}

it.each([1, 2, 3])(
  'counts what a simple model counts, whatever happens to reports, tags, clusters and members: history %i',
  async (seed) => {
    const db = await createTestDatabase();
    try {
      const estate = new RunningEstate(db);
      const history = new History(estate, seed);
      await history.begin();
      let most = 0;
      for (let step = 0; step < STEPS; step++) {
        await history.step();
        if (step % 3 !== 2) continue;
        await estate.work();
        const expected = history.expected();
        expect(await history.actual(), `after step ${step}`).toEqual(expected);
        expect(await history.unlike()).toEqual([]);
        most = Math.max(most, expected.length);
      }
      expect(most).toBeGreaterThan(4);
    } finally {
      await db.drop();
    }
  },
);
