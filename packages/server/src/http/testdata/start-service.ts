import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { registryKindOf } from '@assay/connectors/registries.ts';
import { type Logger, silentLogger } from '@assay/core/context.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { createPagingTokens } from '@assay/wire/paging-token.ts';
import { type AccessKey, createAccessKeys, type NewAccessKey } from '../../accounts/access-keys.ts';
import { type FirstStart, prepareFirstAccount } from '../../accounts/first-start.ts';
import { ensureAccount } from '../../accounts/settings.ts';
import { createTokens, type TokenOwner, type TokenStore } from '../../accounts/tokens.ts';
import { openJournal } from '../../audit/journal.ts';
import { createSight } from '../../accounts/sight.ts';
import { findingArns } from '../../findings/arn.ts';
import { directoryBlobs } from '../../blobs/blobs.ts';
import { keyRing } from '../../keys/key-ring.ts';
import { localKeys } from '../../keys/local-keys.ts';
import { directoryObjects } from '../../objects/directory-objects.ts';
import { type Inbox, openInbox } from '../../registries/inbox.ts';
import { deriveKey, openMasterKey } from '../../secrets/master-key.ts';
import { createSealer } from '../../secrets/sealer.ts';
import type { ServerDependencies } from '../../services/context.ts';
import { createServiceGateway } from '../../services/gateway.ts';
import { type HttpServer, type HttpServerOptions, startHttpServer } from '../http-server.ts';
import { loadStaticFiles } from '../static-files.ts';

export type AssayCaller = (path: string, input?: unknown) => Promise<{ readonly status: number; readonly body: Record<string, unknown> }>;

export interface TestService {
  readonly folder: string;
  readonly db: TestDatabase;
  readonly server: HttpServer;
  readonly tokens: TokenStore;
  /** What every start does: account, key, credentials file, sign-in link. */
  readonly start: () => Promise<FirstStart>;
  readonly first: FirstStart;
  /** Calls operations of the service `assay` with a bearer token; makes the account when it is new. */
  readonly callerOf: (owner: TokenOwner) => Promise<AssayCaller>;
  /** An access key of an account that exists. */
  readonly accessKeyOf: (owner: NewAccessKey) => Promise<AccessKey>;
  readonly masterKey: Buffer;
  readonly dependencies: ServerDependencies;
  readonly inbox: Inbox;
  /** Writes the audit records that still wait. */
  readonly flush: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The service's front (accounts, gateway, port) on a fresh database; `prepare` may put files into the folder, `dist` is the console. */
export async function startTestService(options: {
  now: () => number;
  log?: Logger;
  prepare?: (folder: string) => void;
  dependencies?: Partial<ServerDependencies>;
  onAnswer?: HttpServerOptions['onAnswer'];
  /** Dropped at the end; a fresh one unless given. */
  db?: TestDatabase;
}): Promise<TestService> {
  const { now, log = silentLogger } = options;
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-service-'));
  options.prepare?.(folder);
  const db = options.db ?? (await createTestDatabase());
  const masterKey = openMasterKey(path.join(folder, 'master.key'));
  const sealer = createSealer(masterKey);
  const keys = createAccessKeys({ pool: db.api, sealer, now });
  const tokens = createTokens({ pool: db.api, now });
  const start = () => prepareFirstAccount({ pool: db.api, keys, tokens, account: 0, credentialsFile: path.join(folder, 'credentials') });
  const first = await start();
  const region = 'us-east-1';
  const paging = createPagingTokens(deriveKey(masterKey, 'paging'));
  const arns = findingArns(deriveKey(masterKey, 'finding-arn'), region);
  const objects = directoryObjects(path.join(folder, 'exports'), randomUUID);
  // Advisories and the like stay out unless given: most tests ask who may call, and how.
  const dependencies = {
    pool: db.api,
    sight: createSight(db.api, now),
    sealer,
    region,
    paging,
    arns,
    blobs: directoryBlobs(path.join(folder, 'blobs')),
    keys: keyRing({ LOCAL: localKeys(masterKey) }),
    objectsOf: async () => objects,
    prices: {},
    firstAccount: 0,
    mostFilters: 10_000,
    retention: { closedFindings: 0, auditRecords: 400 },
    ...options.dependencies,
  } as unknown as ServerDependencies;
  const journal = openJournal({ pool: db.api, log, reads: true });
  const gateway = await createServiceGateway({ dependencies, keys, tokens, now, log, observers: [journal.observe] });
  const staticFiles = loadStaticFiles(path.join(folder, 'dist'));
  const elapsed = () => performance.now();
  const { onAnswer } = options;
  const inbox = openInbox({ pool: db.api, sourceOf: registryKindOf, log });
  const site = { gateway, tokens, inbox, staticFiles, notReady: () => undefined, log, elapsed, ...(onAnswer ? { onAnswer } : {}) };
  const server = await startHttpServer(site, { host: '127.0.0.1', port: 0 });
  const stop = async () => {
    await server.close(100);
    await inbox.stop();
    await journal.stop();
    await db.drop();
    rmSync(folder, { recursive: true, force: true });
  };
  const callerOf = async (owner: TokenOwner): Promise<AssayCaller> => {
    await ensureAccount(db.api, owner.account, 'test');
    const token = await tokens.create('bearer', owner);
    return async (path, input = {}) => {
      const headers = { authorization: `Bearer ${token}`, 'x-assay-service': 'assay' };
      const answer = await fetch(server.address + path, { method: 'POST', headers, body: JSON.stringify(input) });
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
    };
  };
  const accessKeyOf = (owner: NewAccessKey) => keys.create(owner);
  return { folder, db, server, tokens, start, first, callerOf, accessKeyOf, masterKey, dependencies, inbox, flush: journal.stop, stop };
}
