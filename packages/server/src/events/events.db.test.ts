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
import { countLetters } from './dead-letters.ts';
import type { DeliveryDependencies } from './delivery.ts';
import type { SinkFilter } from './filter.ts';
import { advance, nextRange, startConsumer } from './outbox.ts';
import { createCourier } from './run.ts';
import { recordServiceEvents, SERVICE_EVENT } from './service-events.ts';
import { askSink, createSink } from './sinks.ts';

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
beforeEach(() => db.owner.query('truncate finding_event, service_event, progress, sink, sink_dead_letter'));

async function write(on: pg.ClientBase | pg.Pool, finding: number): Promise<void> {
  await on.query("insert into finding_event (account, resource, finding, kind, actor, change) values (1, 1, $1, 1, 't', '{}')", [finding]);
}
const consumer = { consumer: 'sink:1', account: 1, stream: 'finding' } as const;
async function peek(limit: number): Promise<{ seq: number; finding: number }[]> {
  const range = await inTransaction(db.worker, (tx) => nextRange(tx, consumer, limit));
  if (range === undefined) return [];
  const sql = 'select seq, finding from finding_event where account = $1 and tx >= $2 and tx < $3 and seq > $4 and seq <= $5 order by seq';
  return (await db.worker.query(sql, [range.account, range.horizon, range.until, range.after, range.last])).rows;
}
async function read(limit = 100): Promise<number[]> {
  const events = await peek(limit);
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
    const events = await peek(10);
    expect(events.map((event) => event.seq)).toEqual([...events.map((event) => event.seq)].sort((a, b) => a - b));
    expect(events.length).toBe(2);
  });

  it('reads a window in pieces, and again what was not acknowledged', async () => {
    await startConsumer(db.worker, consumer);
    for (let n = 1; n <= 5; n++) await write(db.worker, n);
    expect(await read(2)).toEqual([1, 2]);
    const unacknowledged = await peek(2);
    expect(unacknowledged.map((event) => event.finding)).toEqual([3, 4]);
    expect(await read(2)).toEqual([3, 4]);
    expect(await read(2)).toEqual([5]);
  });
});

describe('webhooks', () => {
  let server: Server;
  let received: { body: { events: { seq: number; kind: string }[] }; signature: string; raw: string; at: number }[];
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
        received.push({ at: now, body: JSON.parse(raw), raw, signature: String(request.headers['assay-signature']) });
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
        response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, headers: new Map(), body: Buffer.alloc(0) }));
      });
      outgoing.on('error', reject).end(request.body);
    });
  };
  const deps = (more: Partial<DeliveryDependencies> = {}): DeliveryDependencies => ({
    ...{
      pool: db.worker,
      send,
      secretOf: async () => 'hush',
      addressOf: async (host) => host,
      telling: { region: 'us-east-1', findingArn: (account, id) => `arn ${account} ${id}`, describe: () => ({}) },
      ctx: { now: () => now, log: silentLogger },
      batch: 2,
    },
    ...more,
  });
  const deliverAll = async (given = deps()) => {
    const courier = createCourier(given);
    await courier.round();
    return courier.idle();
  };
  const makeSink = (more: { name?: string; url?: string; filter?: SinkFilter } = {}) => {
    const wish = {
      name: 'w',
      kind: 'webhook',
      config: { url: more.url ?? url },
      mode: 'EACH',
      filter: {},
      digestHour: 8,
      ...more,
    } as const;
    return inTransaction(db.worker, (tx) => createSink(tx, 1, { wish, now: new Date(now) }));
  };
  const seqs = () => received.flatMap(({ body }) => body.events.map((event) => event.seq));

  it('are signed, in order, in batches, and only of the own account', async () => {
    await makeSink();
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
    await makeSink();
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
    await makeSink();
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
    await makeSink();
    for (let n = 1; n <= 3; n++) await write(db.worker, n);
    answer = (n) => (n <= 3 ? 500 : 204);
    for (let attempt = 0; attempt < 3; attempt++) {
      await deliverAll(deps({ maxAttempts: 3 }));
      now += 3_600_000;
    }
    const { rows } = await db.worker.query("select error, body->>'kind' as kind from sink_dead_letter order by id");
    expect(rows).toEqual([
      { error: 'the receiver answered 500', kind: 'OPENED' },
      { error: 'the receiver answered 500', kind: 'OPENED' },
    ]);
    expect(received.at(-1)!.body.events.length).toBe(1);
  });

  it('hear of what is no finding too, in its own order', async () => {
    await makeSink();
    const at = new Date(now);
    const told = (kind: number, subject: string) => ({ account: 1, kind, actor: 'scan', subject, at, body: { n: 1 } });
    await recordServiceEvents(db.worker, [
      told(SERVICE_EVENT.COVERAGE, 'a'),
      told(SERVICE_EVENT.SCAN_COMPLETE, 'a'),
      told(SERVICE_EVENT.KEY, 'b'),
    ]);
    await write(db.worker, 1);
    expect(await deliverAll()).toEqual({ delivered: 4, failed: 0 });
    expect(received.flatMap(({ body }) => body.events.map((event) => event.kind))).toEqual(['OPENED', 'COVERAGE', 'SCAN_COMPLETE', 'KEY']);
  });

  it('hear only of what they want, and are not held up by the rest', async () => {
    await makeSink({ filter: { kinds: ['SCAN_COMPLETE'] } });
    for (let n = 1; n <= 5; n++) await write(db.worker, n);
    await recordServiceEvents(db.worker, [
      { account: 1, kind: SERVICE_EVENT.COVERAGE, actor: 'scan', subject: 'a', at: new Date(now), body: {} },
      { account: 1, kind: SERVICE_EVENT.SCAN_COMPLETE, actor: 'scan', subject: 'a', at: new Date(now), body: {} },
    ]);
    expect(await deliverAll()).toEqual({ delivered: 1, failed: 0 });
    expect(received.flatMap(({ body }) => body.events.map((event) => event.kind))).toEqual(['SCAN_COMPLETE']);
    expect(await deliverAll()).toEqual({ delivered: 0, failed: 0 });
  });

  it('are not held up by one that answers nothing', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    await makeSink({ name: 'tarpit', url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}/` });
    await makeSink();
    await write(db.worker, 1);
    const courier = createCourier(deps({ timeoutMs: 60_000 }));
    await courier.round();
    await expect.poll(() => seqs().length).toBe(1); // while the other one still waits
    silent.closeAllConnections();
    expect(await courier.idle()).toEqual({ delivered: 1, failed: 1 });
    silent.close();
  });

  it('that were down for an hour, and failed every attempt, get everything in order and no dead letter', async () => {
    await makeSink();
    await makeSink({ name: 'other' });
    const until = now + 3_600_000;
    answer = () => (now < until ? 503 : 204);
    let written = 0;
    for (let minute = 0; minute < 90; minute++) {
      if (minute % 10 === 0) await write(db.worker, ++written);
      await deliverAll();
      now += 60_000;
    }
    while ((await deliverAll()).delivered > 0 || now < until + 3_600_000) now += 600_000;
    const taken = received.filter(({ at }) => at >= until).flatMap(({ body }) => body.events.map((event) => event.seq));
    const all = (await db.worker.query<{ seq: number }>('select seq from finding_event order by seq')).rows.map(({ seq }) => seq);
    expect(taken.filter((seq, index) => taken.indexOf(seq) === index).sort((a, b) => a - b)).toEqual(all);
    expect(taken.length).toBe(2 * all.length);
    expect((await db.worker.query('select from sink_dead_letter')).rowCount).toBe(0);
  });

  it('get their dead letters again when somebody asks, and a test message even when paused', async () => {
    const id = (await makeSink()) as number;
    await write(db.worker, 1);
    answer = () => 500;
    await deliverAll(deps({ maxAttempts: 1 }));
    await inTransaction(db.worker, (tx) => askSink(tx, { account: 1, id }, 'replay'));
    await deliverAll(); // fails again, and stays
    expect(await countLetters(db.worker, { account: 1, id })).toBe(1);
    answer = () => 204;
    await inTransaction(db.worker, (tx) => askSink(tx, { account: 1, id }, 'replay'));
    expect(await deliverAll()).toEqual({ delivered: 1, failed: 0 });
    expect(await countLetters(db.worker, { account: 1, id })).toBe(0);
    expect(new Set(seqs()).size).toBe(1);

    await db.worker.query('update sink set enabled = false');
    await write(db.worker, 2);
    await inTransaction(db.worker, (tx) => askSink(tx, { account: 1, id }, 'test'));
    const before = received.length;
    expect(await deliverAll()).toEqual({ delivered: 0, failed: 0 });
    expect(received.slice(before).map(({ body }) => body.events)).toEqual([[expect.objectContaining({ type: 'test', sink: 'w' })]]);
  });

  it('are sent to by one process at a time, and a lost lease writes nothing', async () => {
    const id = (await makeSink()) as number;
    await write(db.worker, 1);
    answer = () => 204;
    const stolen = deps({
      send: async (request, signal) => {
        await db.worker.query("update sink set lease = 'another', lease_until = clock_timestamp() + interval '1 hour' where id = $1", [id]);
        return send(request, signal);
      },
    });
    expect(await deliverAll(stolen)).toEqual({ delivered: 0, failed: 0 });
    expect(await deliverAll()).toEqual({ delivered: 0, failed: 0 }); // the other one holds it
    await db.worker.query('update sink set lease_until = clock_timestamp()');
    expect(await deliverAll()).toEqual({ delivered: 1, failed: 0 });
    expect(seqs().length).toBe(2);
  });
});
