import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ageInDays } from '@assay/advisories/database/info.ts';
import { registryKindOf } from '@assay/connectors/registries.ts';
import { sendOver } from '@assay/connectors/send.ts';
import type { Context } from '@assay/core/context.ts';
import { fetcherOf } from '@assay/engine/network.ts';
import { starterAdvisories, starterEnrichments } from '@assay/snapshot/files.ts';
import { createPagingTokens } from '@assay/wire/paging-token.ts';
import { createAccessKeys } from '../accounts/access-keys.ts';
import { prepareFirstAccount } from '../accounts/first-start.ts';
import { createOidc, type Oidc } from '../accounts/oidc.ts';
import { createSight } from '../accounts/sight.ts';
import { createTokens } from '../accounts/tokens.ts';
import { type Journal, openJournal } from '../audit/journal.ts';
import { keepAudit } from '../audit/retention.ts';
import { directoryBlobs } from '../blobs/blobs.ts';
import { expireCollectorLeases } from '../collectors/lease.ts';
import type { Config } from '../config.ts';
import { type Database, embeddedTarget, openDatabase, urlTarget } from '../db/database.ts';
import { startEmbeddedPostgres } from '../db/postgres/supervisor.ts';
import { expireSinkLeases } from '../events/lease.ts';
import { findingArns } from '../findings/arn.ts';
import type { FindingArns } from '../findings/list/arn-predicate.ts';
import { type HttpServer, refuseTakenPort, startHttpServer } from '../http/http-server.ts';
import { startProbe } from '../http/probe.ts';
import { createRateLimit } from '../http/rate-limit.ts';
import { loadStaticFiles } from '../http/static-files.ts';
import { expireLeases } from '../jobs/queue.ts';
import { type Inbox, openInbox } from '../registries/inbox.ts';
import { advisoryFiles } from '../revisions/advisory-files.ts';
import { readCurrent } from '../revisions/revisions.ts';
import { deriveKey, openMasterKey } from '../secrets/master-key.ts';
import type { Sealer } from '../secrets/sealer.ts';
import { createServiceGateway } from '../services/gateway.ts';
import { databaseGauges } from '../telemetry/database-gauges.ts';
import { processGauges } from '../telemetry/process-gauges.ts';
import { createTelemetry, type Telemetry } from '../telemetry/telemetry.ts';
import { startCollecting } from './collect.ts';
import { startDelivering } from './deliver.ts';
import { startFeeds } from './feeds.ts';
import { prepareLooks } from './first-looks.ts';
import { type LookState, readLookStates } from './look-states.ts';
import { watchReadiness } from './readiness.ts';
import { openVault } from './vault.ts';
import { startWatching } from './watch.ts';
import { startWork } from './work.ts';
import type { World } from './world.ts';

/** Which part of the service a process is; several processes share one PostgreSQL and one data directory. */
export type Role = 'all' | 'api' | 'worker' | 'collector';

export interface ServeOptions {
  readonly role: Role;
  readonly config: Config;
  readonly ctx: Context;
  /** Folder of the built console. */
  readonly consoleFolder: string;
  /** Program and arguments that update the advisories; none: never. */
  readonly updateCommand: readonly string[];
  /** The folder to take stock of on first start. */
  readonly startedIn: string;
  /** Told what is being done, in a few words. */
  readonly onStep: (step: string) => void;
}

export interface RunningService {
  /** Absent for a worker and a collector. */
  readonly door?: {
    readonly address: string;
    /** Good for one sign-in within 15 minutes. */
    readonly signInLink: string;
    readonly credentialsFile: string;
  };
  /** How old the advisories are and where they come from, in one line. */
  readonly advisories: string;
  looks(): Promise<LookState[]>;
  /** Finishes what runs, then stops everything, PostgreSQL last. */
  stop(): Promise<void>;
}

type Cleanup = () => Promise<void> | void;

/** Brings the whole service up in one process. What was started is stopped again when a later step fails. */
export async function startService(options: ServeOptions): Promise<RunningService> {
  const cleanups: Cleanup[] = [];
  const stop = async (): Promise<void> => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    return { ...(await start(options, cleanups)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: ServeOptions, cleanups: Cleanup[]): Promise<Omit<RunningService, 'stop'>> {
  const { config, ctx, onStep } = options;
  mkdirSync(config.dataDirectory, { recursive: true, mode: 0o700 });
  const opensDoor = options.role === 'all' || options.role === 'api';
  if (opensDoor) await refuseTakenPort(config);
  const masterKey = openMasterKey(config.masterKeyFile);
  onStep('Starting the database');
  const database = await openData(config, ctx, cleanups);
  const revisions = advisoryFiles(path.join(config.dataDirectory, 'db'), { elapsed: () => performance.now(), now: ctx.now });
  cleanups.push(() => revisions.close());
  const arns = findingArns(deriveKey(masterKey, 'finding-arn'), config.region);
  const vault = await openVault({ config, ctx, masterKey, database });
  const world: World = {
    config,
    worker: database.worker,
    api: database.api,
    blobs: directoryBlobs(path.join(config.dataDirectory, 'blobs')),
    vault,
    revisions,
    ctx,
    naming: { region: config.region, arns },
    startedIn: options.startedIn,
    telemetry: observe(database, cleanups),
  };
  await exportTelemetry(world, cleanups);
  onStep('Opening the advisories');
  revisions.installStarter({ advisories: starterAdvisories, enrichments: starterEnrichments }, randomUUID());
  await revisions.publishInstalled(world.worker);
  const { sealer } = vault;
  const keys = createAccessKeys({ pool: world.api, sealer, now: ctx.now });
  const tokens = createTokens({ pool: world.api, now: ctx.now });
  const credentialsFile = path.join(config.dataDirectory, 'credentials');
  const first = await prepareFirstAccount({ pool: world.api, keys, tokens, account: config.account, credentialsFile });
  let door: RunningService['door'];
  if (opensDoor) {
    onStep('Opening the door');
    const readiness = watchReadiness(world.api);
    cleanups.push(() => readiness.stop());
    const journal = openJournal({ pool: world.api, log: ctx.log, reads: config.auditReads });
    cleanups.push(() => journal.stop());
    const inbox = openInbox({ pool: world.api, sourceOf: registryKindOf, log: ctx.log });
    cleanups.push(() => inbox.stop());
    const server = await openDoor(options, { world, masterKey, sealer, arns, keys, tokens, journal, inbox, notReady: readiness.problem });
    cleanups.push(() => server.close(10_000, config.drainSeconds * 1000));
    door = { address: server.address, signInLink: `${server.address}/sign-in#${first.signInToken}`, credentialsFile };
  }
  if (!opensDoor && config.probePort !== undefined) {
    const readiness = watchReadiness(world.worker);
    cleanups.push(() => readiness.stop());
    const metrics = { metrics: world.telemetry.metrics, token: config.metricsToken };
    const probe = await startProbe({ notReady: readiness.problem, metrics }, { host: config.host, port: config.probePort });
    cleanups.push(() => probe.close());
  }
  if (options.role === 'all' || options.role === 'worker') await startBackground(world, { ...options, sealer, arns }, cleanups);
  if (options.role === 'all' || options.role === 'collector') {
    const collecting = startCollecting(world);
    cleanups.push(() => collecting.stop());
  }
  const looks = (): Promise<LookState[]> => readLookStates(world.worker, config.account);
  return { ...(door === undefined ? {} : { door }), advisories: await describeAdvisories(world), looks };
}

/** Nothing of it is loaded unless somebody wants it. */
async function exportTelemetry({ config, ctx, telemetry }: World, cleanups: Cleanup[]): Promise<void> {
  const endpoint = config.otlpEndpoint;
  if (endpoint === undefined) return;
  const { startOtlp } = await import('../telemetry/otlp.ts');
  const over = sendOver(fetcherOf(config.network, ctx), [new URL(endpoint).host]);
  const headers = { 'content-type': 'application/json' };
  const send = async (url: string, body: Buffer): Promise<number> =>
    (await over({ url, headers, body }, AbortSignal.timeout(10_000))).status;
  const otlp = startOtlp({
    endpoint,
    send,
    metrics: telemetry.metrics,
    now: () => performance.timeOrigin + performance.now(),
    log: ctx.log,
  });
  cleanups.push(() => otlp.stop());
}

/** Counts of this process, and what the database knows of them all. */
function observe({ worker, api }: Database, cleanups: Cleanup[]): Telemetry {
  const telemetry = createTelemetry();
  const own = processGauges({ worker, api });
  cleanups.push(() => own.stop());
  telemetry.metrics.gauges(own);
  telemetry.metrics.gauges(databaseGauges(worker, () => performance.now()));
  return telemetry;
}

async function startBackground(
  world: World,
  options: ServeOptions & { readonly sealer: Sealer; readonly arns: FindingArns },
  cleanups: Cleanup[],
): Promise<void> {
  await keepAudit(world.worker, world.config.auditDays);
  await prepareLooks(world);
  const runner = startWork(world);
  cleanups.push(() => runner.stop());
  const watching = startWatching(world);
  cleanups.push(() => watching.stop());
  const delivery = startDelivering(world, options);
  cleanups.push(() => delivery.stop());
  const feeds = startFeeds(world, options.updateCommand);
  cleanups.push(() => feeds.stop());
}

async function describeAdvisories({ worker, revisions, ctx }: World): Promise<string> {
  const current = await readCurrent(worker);
  const info = current === undefined ? undefined : (await revisions.open(current))?.info;
  if (info === undefined) return 'none yet; run `assay db update`';
  const age = ageInDays(info, ctx.now()) ?? 0;
  const old = age === 0 ? 'built today' : age === 1 ? '1 day old' : `${age} days old`;
  return `${info.documents} from ${info.sources.length} feeds, ${old}; \`assay db update\` refreshes them`;
}

async function openData(config: Config, ctx: Context, cleanups: Cleanup[]): Promise<Database> {
  if (config.databaseUrl !== undefined) {
    const database = await openDatabase(urlTarget(config.databaseUrl, config.databaseUrls), ctx.log);
    cleanups.push(() => database.close());
    return database;
  }
  const postgres = await startEmbeddedPostgres({
    dataDirectory: config.dataDirectory,
    tempDirectory: os.tmpdir(),
    systemUser: config.pgUser,
    log: ctx.log,
  });
  cleanups.push(() => postgres.stop());
  const database = await openDatabase(embeddedTarget(postgres), ctx.log);
  cleanups.push(() => database.close());
  await expireLeases(database.worker);
  await expireSinkLeases(database.worker);
  await expireCollectorLeases(database.worker);
  return database;
}

interface Door {
  readonly world: World;
  readonly masterKey: Buffer;
  readonly sealer: Sealer;
  readonly arns: FindingArns;
  readonly journal: Journal;
  readonly inbox: Inbox;
  readonly notReady: () => string | undefined;
  readonly keys: ReturnType<typeof createAccessKeys>;
  readonly tokens: ReturnType<typeof createTokens>;
}

async function openDoor(options: ServeOptions, door: Door): Promise<HttpServer> {
  const { world, masterKey, sealer, arns, keys, tokens, journal, inbox, notReady } = door;
  const { config, ctx } = options;
  const gateway = await createServiceGateway({
    dependencies: {
      pool: world.api,
      sight: createSight(world.api, ctx.now),
      region: config.region,
      paging: createPagingTokens(deriveKey(masterKey, 'paging')),
      arns,
      blobs: world.blobs,
      ...world.vault,
      revisions: world.revisions,
      sealer,
      startedAt: new Date(ctx.now()),
      firstAccount: config.account,
      prices: config.prices,
      mostFilters: config.mostFilters,
      retention: { closedFindings: config.closedDays, auditRecords: config.auditDays },
    },
    keys,
    tokens,
    now: ctx.now,
    log: ctx.log,
    rateLimit: createRateLimit(config.rateLimit, () => performance.now()),
    observers: [journal.observe],
    elapsed: () => performance.now(),
  });
  return startHttpServer(
    {
      gateway,
      tokens,
      inbox,
      oidc: oidcOf(options, sealer),
      staticFiles: loadStaticFiles(options.consoleFolder),
      notReady,
      metrics: { metrics: world.telemetry.metrics, token: config.metricsToken },
      onAnswer: world.telemetry.request,
      ...(config.tls === undefined ? {} : { tls: config.tls }),
      ...(config.hostNames === undefined ? {} : { hostNames: config.hostNames }),
      log: ctx.log,
      elapsed: () => performance.now(),
    },
    { host: config.host, port: config.port },
  );
}

function oidcOf({ config, ctx }: ServeOptions, sealer: Sealer): Oidc | undefined {
  const { oidc: settings, account, network } = config;
  return settings && createOidc({ settings, account, send: fetcherOf(network, ctx), sealer, now: ctx.now, log: ctx.log });
}
