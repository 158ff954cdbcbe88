import { mkdirSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { directoryBlobs } from '@assay/server/blobs/blobs.ts';
import { enqueue } from '@assay/server/jobs/queue.ts';
import { SUBMIT, SUBMIT_LANE, type Submission } from '@assay/server/service/submission.ts';
import { createTestDatabase, type TestDatabase, testCluster } from '@assay/testkit/postgres.ts';
import { ListFindingsCommand } from '@aws-sdk/client-inspector2';
import { afterAll, describe, expect, test } from 'vitest';
import { bomOf, inspector } from './api.ts';
import { until } from './processes.ts';
import { ASSAY, cleanUp, launch, NODE, type Service, scratch, startService } from './service.ts';

/** Several processes on one PostgreSQL and one data directory. */
const folder = scratch();
const databases: TestDatabase[] = [];
afterAll(async () => {
  await cleanUp(folder);
  for (const one of databases) await one.drop();
});

interface Place {
  readonly db: TestDatabase;
  readonly data: string;
  readonly environment: Readonly<Record<string, string>>;
}

async function place(name: string): Promise<Place> {
  const db = await createTestDatabase();
  databases.push(db);
  const { socketDirectory, owner } = await testCluster();
  const data = path.join(folder, name);
  mkdirSync(data);
  return { db, data, environment: { ASSAY_DATABASE_URL: `postgres://${owner}@localhost/${db.name}?host=${socketDirectory}` } };
}

const command = (role: string): readonly [string, ...string[]] => [NODE, ASSAY, 'serve', '--role', role];

/** A worker that has begun; the function ends it. */
async function worker({ data, environment }: Place): Promise<() => Promise<void>> {
  const { child, output } = launch({ data, environment, command: command('worker') });
  await until(() => /Assay is ready/.test(output()), { within: 90_000, what: () => `a worker:\n${output()}` });
  return async () => {
    child.kill('SIGTERM');
    await until(() => child.exitCode !== null);
    expect(child.exitCode).toBe(0);
  };
}

/** Documents of one big and two small accounts; the small ones come last. */
const BIG = 12;
const SMALL = 2;
async function leaveWork({ db, data }: Place): Promise<void> {
  const blobs = directoryBlobs(path.join(data, 'blobs'));
  const wanted = [...Array<number>(BIG).fill(1), ...Array<number>(SMALL).fill(2), ...Array<number>(SMALL).fill(3)];
  for (const [n, account] of wanted.entries()) {
    await db.worker.query("insert into account (account, name) values ($1, 'n') on conflict do nothing", [account]);
    const document = bomOf(['pkg:npm/lodash@4.17.15', `pkg:npm/own-${n}@1.0.0`], `image-${n}`);
    const payload: Submission = { blob: await blobs.put(Buffer.from(document)), at: 0, name: `image-${n}` };
    await enqueue(db.worker, { account, kind: SUBMIT, key: `k${n}`, lane: SUBMIT_LANE, payload });
  }
}

describe('workers on one database', () => {
  let alone: string[] = [];
  test.each([1, 2, 4])('%d of them: the same results, each job once in effect, and no account waits for a bigger one', async (count) => {
    const here = await place(`workers-${count}`);
    const { db } = here;
    await leaveWork(here);
    const workers = await Promise.all(Array.from({ length: count }, () => worker(here)));
    await until(async () => (await db.worker.query("select from job where kind = 'submit' and state in (0, 1)")).rows.length === 0, {
      within: 120_000,
    });
    for (const end of workers) await end();
    const { rows: jobs } = await db.worker.query<{ account: number; state: number; attempts: number }>(
      "select account, state, attempts from job where kind = 'submit' order by finished_at",
    );
    expect(jobs).toHaveLength(BIG + 2 * SMALL);
    expect(jobs.every((job) => job.state === 3 && job.attempts === 1)).toBe(true);
    // The small accounts came last and are done before the last quarter of the big one's.
    const behind = jobs.slice(jobs.findLastIndex((job) => job.account !== 1) + 1);
    expect(behind.length).toBeGreaterThanOrEqual(BIG / 4);
    const { rows } = await db.worker.query<{ line: string }>(
      `select concat_ws(' ', f.account, r.arn, i.name, f.status, f.severity,
         (select count(*) from finding_event e where e.account = f.account and e.finding = f.id)) as line
       from finding f join issue i on i.id = f.issue join resource r on r.account = f.account and r.id = f.resource order by 1`,
    );
    const told = rows.map((row) => row.line);
    expect(told.length).toBeGreaterThan(BIG);
    if (count === 1) alone = told;
    else expect(told).toEqual(alone);
  });
});

describe('a rolling restart', () => {
  test('of two API processes behind a balancer fails no request', async () => {
    const here = await place('rolling');
    const start = (): Promise<Service> =>
      startService({
        ...here,
        command: command('api'),
        environment: { ...here.environment, ASSAY_DRAIN_SECONDS: '2', ASSAY_RATE_LIMIT: '0' },
      });
    let pair = [await start(), await start()];
    const balancer = await balance(() => pair.map((one) => one.address));
    const client = inspector({ address: balancer.address, credentialsFile: pair[0]!.credentialsFile });
    client.config.maxAttempts = async () => 1;
    const failures: string[] = [];
    const load = { on: true, answered: 0 };
    const callers = Array.from({ length: 4 }, async () => {
      while (load.on) {
        await client.send(new ListFindingsCommand({ maxResults: 10 })).then(
          () => load.answered++,
          (error: Error) => failures.push(`${error.name}: ${error.message}`),
        );
        await sleep(20);
      }
    });
    for (const at of [0, 1]) {
      const before = load.answered;
      const old = pair[at]!;
      await old.end('SIGTERM', 30_000);
      expect(await old.exited).toBe(0);
      const fresh = await start();
      pair = pair.map((one, n) => (n === at ? fresh : one));
      await until(() => balancer.ready(fresh.address));
      expect(load.answered).toBeGreaterThan(before);
    }
    load.on = false;
    await Promise.all(callers);
    balancer.close();
    expect(failures).toEqual([]);
  });
});

/** What stands in front: asks for health five times a second, sends requests in turn to those that are ready. */
async function balance(backends: () => readonly string[]): Promise<{ address: string; ready(address: string): boolean; close(): void }> {
  const ready = new Set<string>();
  const ask = setInterval(() => {
    for (const address of backends()) {
      fetch(`${address}/health/ready`).then(
        (answer) => (answer.ok ? ready.add(address) : ready.delete(address)),
        () => ready.delete(address),
      );
    }
  }, 200);
  let turn = 0;
  const server = http.createServer((request, response) => {
    const able = backends().filter((address) => ready.has(address));
    const { hostname, port } = new URL(able[turn++ % Math.max(1, able.length)] ?? 'http://127.0.0.1:1');
    const options = { hostname, port, method: request.method ?? 'GET', path: request.url ?? '/', headers: request.headers, agent: false };
    const onward = http.request(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', (error) => response.writeHead(502).end(error.message));
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  await until(() => ready.size === backends().length);
  const address = server.address();
  return {
    address: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    ready: (one) => ready.has(one),
    close() {
      clearInterval(ask);
      server.closeAllConnections();
      server.close();
    },
  };
}
