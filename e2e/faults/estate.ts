import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { silentLogger } from '@assay/core/context.ts';
import { createPool } from '@assay/server/db/pool.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@assay/server/db/postgres/supervisor.ts';
import { advisoryFiles } from '@assay/server/revisions/advisory-files.ts';
import { readCurrent } from '@assay/server/revisions/revisions.ts';
import type pg from 'pg';
import { bomOf, call } from '../api.ts';
import { assay } from '../cli.ts';
import { until } from '../processes.ts';
import { ASSAY, cleanEnvironment, NODE } from '../service.ts';

/** Vulnerabilities 1 to 12, each of a package of the same number; two states of the advisories know some of them. */
export const NUMBERS = Array.from({ length: 12 }, (_, index) => index + 1);
export const KNOWN = { first: NUMBERS.filter((n) => n <= 8), second: NUMBERS.filter((n) => n > 4) } as const;
export type Advisories = keyof typeof KNOWN;
export const vulnerability = (number: number): string => `CVE-2099-${String(1000 + number)}`;

export interface CrashPoint {
  readonly kill: 'self' | number;
  /** Default: SIGKILL. */
  readonly signal?: NodeJS.Signals;
  readonly side: 'before' | 'after';
  /** Sources of regular expressions over SQL: the statement, and one before it in the same transaction. */
  readonly statement?: string;
  readonly after?: string;
  readonly nth?: number;
}

export interface Process {
  readonly child: ChildProcess;
  readonly address: string;
  readonly credentialsFile: string;
  /** Ends at the statement; resolves once the process is armed. */
  arm(point: CrashPoint): Promise<void>;
  /** The statement at which it struck, if it has. */
  hit(): string | undefined;
  readonly exited: Promise<NodeJS.Signals | null>;
  output(): string;
}

/** A PostgreSQL that survives its clients, the program as `api` and as `worker` beside it, and a receiver of events. */
export interface FaultEstate {
  readonly folder: string;
  readonly data: string;
  readonly pool: pg.Pool;
  readonly postgres: EmbeddedPostgres;
  readonly received: Received;
  /** What `db/current` says when these advisories are in use. */
  readonly places: Readonly<Record<Advisories, string>>;
  start(role: 'api' | 'worker', environment?: Readonly<Record<string, string>>): Promise<Process>;
  /** Which advisories are current; queues the evaluation when that changes. */
  publish(which: Advisories): Promise<void>;
  known(): Promise<readonly number[]>;
  end(): Promise<void>;
}

export interface Received {
  readonly url: string;
  /** Numbers of events in the order of their first arrival, by finding. */
  readonly byFinding: ReadonlyMap<string, readonly number[]>;
  has(seq: number): boolean;
  /** While true the receiver answers 503. */
  down: boolean;
}

const CRASH_POINT = fileURLToPath(new URL('./crash-point.mjs', import.meta.url));

export async function createFaultEstate(folder: string): Promise<FaultEstate> {
  const data = path.join(folder, 'data');
  mkdirSync(data, { recursive: true });
  const postgres = await startEmbeddedPostgres({
    dataDirectory: path.join(folder, 'postgres'),
    tempDirectory: tmpdir(),
    log: silentLogger,
    settings: ['max_connections=120'],
  });
  const connection = { host: postgres.socketDirectory, port: postgres.port, user: postgres.owner };
  const admin = createPool({ ...connection, database: 'postgres' }, { name: 'admin', max: 1, log: silentLogger });
  await admin.query('create database assay');
  await admin.end();
  const pool = createPool({ ...connection, database: 'assay' }, { name: 'faults', max: 4, log: silentLogger });
  const places = await buildAdvisories(folder, data);
  const { server, received } = await startReceiver();
  const running = new Set<ChildProcess>();
  let reports = 0;

  async function start(role: 'api' | 'worker', environment: Readonly<Record<string, string>> = {}): Promise<Process> {
    const report = path.join(folder, `hit-${++reports}`);
    const url = `postgres://${postgres.owner}@localhost:${postgres.port}/assay?host=${encodeURIComponent(postgres.socketDirectory)}`;
    const child = spawn(NODE, ['--import', CRASH_POINT, ASSAY, 'serve', '--role', role], {
      env: {
        ...cleanEnvironment(folder),
        ...{ ASSAY_DATA_DIR: data, ASSAY_DATABASE_URL: url, ASSAY_PORT: '0', ASSAY_FEED_HOURS: '0' },
        ...{ ASSAY_FIRST_LOOK: '0', ASSAY_SAMPLE: '0', ASSAY_WEBHOOK_HOSTS: '127.0.0.1', ...environment },
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    running.add(child);
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
    const exited = new Promise<NodeJS.Signals | null>((resolve) =>
      child.once('exit', (_, signal) => {
        running.delete(child);
        resolve(signal);
      }),
    );
    await until(
      () => {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${role} ended at its start:\n${text}`);
        return text.includes('started again, Assay goes on');
      },
      { within: 60_000, what: () => `${role} to be ready:\n${text}` },
    );
    return {
      child,
      address: /console +(https?:\/\/\S+)/.exec(text)?.[1] ?? '',
      credentialsFile: path.join(data, 'credentials'),
      async arm(point) {
        rmSync(report, { force: true });
        const armed = new Promise((resolve) => child.once('message', resolve));
        child.send({ crash: { ...point, report } });
        await armed;
      },
      hit: () => (existsSync(report) ? readFileSync(report, 'utf8') : undefined),
      exited,
      output: () => text,
    };
  }

  let published: Advisories | undefined;
  return {
    ...{ folder, data, pool, postgres, received, places, start },
    async publish(which) {
      if (published === which) return;
      // The blow may be at PostgreSQL while this process speaks to it.
      const installed = (): Promise<boolean> =>
        install(data, places[which], pool).then(
          () => true,
          () => false,
        );
      await until(installed, { within: 60_000 });
      published = which;
    },
    known: async () => ((await readCurrent(pool)) === undefined || published === undefined ? [] : KNOWN[published]),
    async end() {
      for (const child of running) child.kill('SIGKILL');
      server.closeAllConnections();
      server.close();
      await pool.end();
      await postgres.stop();
    },
  };
}

/** Builds both states once; the pointer of the data directory says later which one is current. */
async function buildAdvisories(folder: string, data: string): Promise<Record<Advisories, string>> {
  const pointer = path.join(data, 'db/current');
  const places = {} as Record<Advisories, string>;
  for (const which of ['first', 'second'] as const) {
    const from = path.join(folder, `advisories-${which}`, 'osv-harvest');
    mkdirSync(from, { recursive: true });
    for (const number of KNOWN[which]) writeFileSync(path.join(from, `GHSA-2099-${number}.json`), JSON.stringify(advisory(number)));
    const words = ['db', 'build', '--from', path.dirname(from), '--feed', 'osv', '--accept-shrink'];
    const built = await assay(words, { cwd: folder, environment: { ASSAY_DATA_DIR: data } });
    if (built.code !== 0) throw new Error(`the advisories of the test could not be built: ${built.err}`);
    places[which] = readFileSync(pointer, 'utf8');
  }
  return places;
}

function advisory(number: number): object {
  return {
    id: `GHSA-2099-${number}`,
    aliases: [vulnerability(number)],
    modified: '2099-01-01T00:00:00Z',
    summary: `Made for a test, ${number}`,
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [
      {
        package: { ecosystem: 'npm', name: `fault-${number}` },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
      },
    ],
  };
}

async function install(data: string, pointer: string, pool: pg.Pool): Promise<void> {
  // To go back to what was built earlier must be said.
  writeFileSync(path.join(data, 'db/current'), JSON.stringify({ ...JSON.parse(pointer), rollback: true }));
  const files = advisoryFiles(path.join(data, 'db'), { elapsed: () => performance.now(), now: () => Date.now() });
  await files.publishInstalled(pool);
  files.close();
}

interface Arrived {
  readonly type: string;
  readonly seq: number;
  readonly finding: { readonly arn: string };
}

async function startReceiver(): Promise<{ server: Server; received: Received }> {
  const byFinding = new Map<string, number[]>();
  const all = new Set<number>();
  const state = { down: false };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (state.down) return void response.writeHead(503).end();
      const { events = [] } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { events?: Arrived[] };
      for (const { type, seq, finding } of events) {
        if (type !== 'finding' || all.has(seq)) continue;
        all.add(seq);
        byFinding.set(finding.arn, [...(byFinding.get(finding.arn) ?? []), seq]);
      }
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
  const received: Received = {
    url,
    byFinding,
    has: (seq) => all.has(seq),
    get down() {
      return state.down;
    },
    set down(value) {
      state.down = value;
    },
  };
  return { server, received };
}

/** A sink that gets every event, one by one. */
export async function createSink(door: Process, url: string): Promise<void> {
  const sink = { name: 'faults', kind: 'webhook', config: { url }, secret: 'a secret of this test'.padEnd(32, '.') };
  const { status, body } = await call(door, '/assay/sinks/create', JSON.stringify(sink));
  if (status !== 200) throw new Error(`CreateSink answered ${status}: ${JSON.stringify(body)}`);
}

/** Submits a document with all the vulnerable packages and one that makes it another image. Undefined: not acknowledged. */
export async function submitDocument(door: Process, number: number): Promise<number | undefined> {
  const purls = [...NUMBERS.map((n) => `pkg:npm/fault-${n}@1.0.0`), `pkg:npm/only-in-${number}@1.0.0`];
  const target = `/assay/submissions?${new URLSearchParams({ repository: `faults/app-${number}`, tag: 'v1' })}`;
  try {
    const { status } = await call(door, target, bomOf(purls, `app-${number}`));
    return status === 202 ? number : undefined;
  } catch {
    return undefined;
  }
}
