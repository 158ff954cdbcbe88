import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SendRequest } from '@assay/connectors/sink.ts';
import { verifyWebhook } from '@assay/connectors/sinks/webhook/webhook.ts';
import { silentLogger } from '@assay/core/context.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inTransaction } from '../db/pool.ts';
import { type DeliveryDependencies, deliverAll } from './delivery.ts';
import { advance, nextEvents, startConsumer } from './outbox.ts';
import { createWebhook } from './webhooks.ts';

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.drop());
/** Connections of a test that failed half way would keep the database from being dropped. */
const open: pg.PoolClient[] = [];
async function connect(): Promise<pg.PoolClient> {
  const client = await db.worker.connect();
  open.push(client);
  return client;
}
afterEach(() => {
  for (const client of open.splice(0)) client.release(true);
});
beforeEach(() => db.owner.query('truncate finding_event, progress, sink, sink_dead_letter'));

async function write(on: pg.ClientBase | pg.Pool, finding: number): Promise<void> {
  await on.query("insert into finding_event (account, resource, finding, kind, actor, change) values (1, 1, $1, 1, 't', '{}')", [finding]);
}
const consumer = { consumer: 'sink:1', account: 1 };
async function read(limit = 100): Promise<number[]> {
  const events = await inTransaction(db.worker, (tx) => nextEvents(tx, consumer, limit));
  if (events.length > 0) await advance(db.worker, consumer, events.at(-1)!.seq);
  return events.map((event) => event.finding);
}

describe('the outbox', () => {
  it('loses nothing when a later number commits first', async () => {
    await startConsumer(db.worker, consumer);
    const slow = await connect();
    await slow.query('begin');
    await write(slow, 1); // the lower number, still running
    await write(db.worker, 2);
    expect(await read()).toEqual([]); // a cursor over the sequence would take 2 here, and never see 1
    await slow.query('commit');
    expect(await read()).toEqual([1, 2]);
    await write(db.worker, 3);
    expect(await read()).toEqual([3]);
    expect(await read()).toEqual([]);
  });

  it('keeps the order of a finding when the later event has the older transaction', async () => {
    await startConsumer(db.worker, consumer);
    const [early, middle, late] = [await connect(), await connect(), await connect()];
    for (const client of [early, middle, late]) {
      await client.query('begin');
      await client.query('select pg_current_xact_id()'); // numbers in this order
    }
    await write(late, 7);
    await late.query('commit'); // the first event of finding 7, in the newest transaction
    await write(early, 7);
    await early.query('commit'); // its second event, in the oldest one
    expect(await read()).toEqual([]); // the oldest is below the horizon, but goes not before the newest
    await middle.query('commit');
    const events = await inTransaction(db.worker, (tx) => nextEvents(tx, consumer, 10));
    expect(events.map((event) => event.seq)).toEqual([...events.map((event) => event.seq)].sort((a, b) => a - b));
    expect(events.length).toBe(2);
  });

  it('reads a window in pieces, and again what was not acknowledged', async () => {
    await startConsumer(db.worker, consumer);
    for (let n = 1; n <= 5; n++) await write(db.worker, n);
    expect(await read(2)).toEqual([1, 2]);
    const unacknowledged = await inTransaction(db.worker, (tx) => nextEvents(tx, consumer, 2));
    expect(unacknowledged.map((event) => event.finding)).toEqual([3, 4]);
    expect(await read(2)).toEqual([3, 4]);
    expect(await read(2)).toEqual([5]);
  });
});

describe('webhooks', () => {
  let server: Server;
  let received: { body: { events: { seq: number; kind: string }[] }; signature: string; raw: string }[];
  let answer: (n: number) => number;
  let url: string;
  let now: number;
  beforeAll(async () => {
    server = createServer((request, response) => {
      let raw = '';
      request.setEncoding('utf8').on('data', (chunk: string) => {
        raw += chunk;
      });
      request.on('end', () => {
        received.push({ body: JSON.parse(raw), raw, signature: String(request.headers['assay-signature']) });
        response.writeHead(answer(received.length)).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));
  beforeEach(() => {
    received = [];
    answer = () => 204;
    now = 1_800_000_000_000;
  });
  const send: SendRequest = async (request, signal) => {
    const { request: open } = await import('node:http');
    return new Promise((resolve, reject) => {
      const outgoing = open(request.url, { method: 'POST', headers: request.headers, signal }, (response) => {
        response.resume().on('end', () => resolve({ status: response.statusCode ?? 0 }));
      });
      outgoing.on('error', reject).end(request.body);
    });
  };
  const deps = (more: Partial<DeliveryDependencies> = {}): DeliveryDependencies => ({
    ...{
      pool: db.worker,
      send,
      secretOf: async () => 'hush',
      findingArn: (account, id) => `arn ${account} ${id}`,
      ctx: { now: () => now, log: silentLogger },
      batch: 2,
    },
    ...more,
  });
  const seqs = () => received.flatMap(({ body }) => body.events.map((event) => event.seq));

  it('are signed, in order, in batches, and only of the own account', async () => {
    await inTransaction(db.worker, (tx) => createWebhook(tx, { account: 1, name: 'w', url }));
    for (let n = 1; n <= 5; n++) await write(db.worker, n);
    await db.worker.query("insert into finding_event (account, resource, finding, kind, actor, change) values (2, 1, 1, 1, 't', '{}')");
    expect(await deliverAll(deps())).toEqual({ delivered: 5, failed: 0 });
    expect(received.map(({ body }) => body.events.length)).toEqual([2, 2, 1]);
    expect(seqs()).toEqual([...seqs()].sort((a, b) => a - b));
    const { signature, raw } = received[0]!;
    expect(signature).toBe(`t=1800000000,v1=${createHmac('sha256', 'hush').update(`1800000000.${raw}`).digest('hex')}`);
    expect(verifyWebhook(signature, raw, { secret: 'hush', now, toleranceSeconds: 300 })).toBe(true);
    expect(verifyWebhook(signature, `${raw} `, { secret: 'hush', now, toleranceSeconds: 300 })).toBe(false);
    expect(verifyWebhook(signature, raw, { secret: 'hush', now: now + 400_000, toleranceSeconds: 300 })).toBe(false);
    expect(await deliverAll(deps())).toEqual({ delivered: 0, failed: 0 });
  });

  it('are sent again when the receiver fails, after a pause, before anything newer', async () => {
    await inTransaction(db.worker, (tx) => createWebhook(tx, { account: 1, name: 'w', url }));
    for (let n = 1; n <= 3; n++) await write(db.worker, n);
    answer = (n) => (n === 1 ? 503 : 204);
    expect(await deliverAll(deps())).toEqual({ delivered: 0, failed: 2 });
    expect(await deliverAll(deps())).toEqual({ delivered: 0, failed: 0 }); // not yet
    now += 1000;
    expect(await deliverAll(deps())).toEqual({ delivered: 3, failed: 0 });
    const [first, again] = received;
    expect(again!.body).toEqual(first!.body);
  });

  it('are sent again when we die between the answer and the note of it', async () => {
    await inTransaction(db.worker, (tx) => createWebhook(tx, { account: 1, name: 'w', url }));
    await write(db.worker, 1);
    const dying = {
      ...deps(),
      ctx: { log: silentLogger, now: () => now },
      send: (async (request, signal) => {
        await send(request, signal);
        throw new Error('killed');
      }) satisfies SendRequest,
    };
    await deliverAll(dying);
    now += 10_000;
    expect(await deliverAll(deps())).toEqual({ delivered: 1, failed: 0 });
    expect(seqs().length).toBe(2);
    expect(new Set(seqs()).size).toBe(1);
  });

  it('become dead letters at last, and those behind them go out', async () => {
    await inTransaction(db.worker, (tx) => createWebhook(tx, { account: 1, name: 'w', url }));
    for (let n = 1; n <= 3; n++) await write(db.worker, n);
    answer = (n) => (n <= 3 ? 500 : 204);
    for (let attempt = 0; attempt < 3; attempt++) {
      await deliverAll(deps({ maxAttempts: 3 }));
      now += 3_600_000;
    }
    const { rows } = await db.worker.query("select error, body->>'kind' as kind from sink_dead_letter order by seq");
    expect(rows).toEqual([
      { error: 'the receiver answered 500', kind: 'OPENED' },
      { error: 'the receiver answered 500', kind: 'OPENED' },
    ]);
    expect(received.at(-1)!.body.events.length).toBe(1);
  });
});
