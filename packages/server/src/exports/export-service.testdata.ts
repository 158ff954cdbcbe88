import { createReadStream, readdirSync } from 'node:fs';
import path from 'node:path';
import { silentLogger } from '@assay/core/context.ts';
import { decryptFile } from '@assay/formats/encrypted/decrypt.ts';
import { Inspector2Client } from '@aws-sdk/client-inspector2';
import { type Estate, insertEstate, makeEstate } from '../findings/list/estate.testdata.ts';
import { type AssayCaller, startTestService, type TestService } from '../http/testdata/start-service.ts';
import { claim, type Job } from '../jobs/queue.ts';
import type { ObjectStore } from '../objects/object-store.ts';
import { reportCriteria, reportText } from '../services/inspector2/shapes/report.ts';
import { EXPORT_LANE, type ExportWorld, writeExport } from './write-export.ts';

/** A service with an estate, and a worker that does one export when told to. For tests only. */
export interface ExportService {
  readonly service: TestService;
  readonly estate: Estate;
  readonly world: ExportWorld;
  readonly clientOf: (account: number, role?: 'viewer' | 'operator' | 'admin') => Promise<Inspector2Client>;
  readonly callerOf: (account: number, role?: 'viewer' | 'operator' | 'admin') => Promise<AssayCaller>;
  /** A new LOCAL key of the account. */
  readonly newKey: (account: number) => Promise<string>;
  claimed(): Promise<Job | undefined>;
  /** Does the next job, if there is one; the store in place of the directory when given. */
  work(objects?: ObjectStore, signal?: AbortSignal): Promise<void>;
  /** Files below a bucket, with their paths there. */
  files(bucket: string): string[];
  decrypt(file: string): Promise<string>;
}

export async function startExportService(options: { batch?: number } = {}): Promise<ExportService> {
  const service = await startTestService({ now: Date.now });
  const { db, dependencies, folder } = service;
  const estate = makeEstate(41);
  await insertEstate(db.owner, estate);
  const world: ExportWorld = {
    pool: db.worker,
    region: dependencies.region,
    arns: dependencies.arns,
    blobs: dependencies.blobs,
    keys: dependencies.keys,
    objectsOf: dependencies.objectsOf,
    reportText: (format) => reportText(format, { region: dependencies.region, now: Date.now }),
    criteriaOf: reportCriteria,
    ctx: { now: Date.now, log: silentLogger },
    ...options,
  };
  const claimed = () => claim(db.worker, EXPORT_LANE, { worker: 'test', leaseMs: 60_000 });
  const callerOf = (account: number, role: 'viewer' | 'operator' | 'admin' = 'admin') => service.callerOf({ account, name: role, role });
  return {
    service,
    estate,
    world,
    callerOf,
    async clientOf(account, role = 'operator') {
      const credentials = await service.accessKeyOf({ account, name: role, role });
      return new Inspector2Client({ endpoint: service.server.address, region: 'us-east-1', credentials, maxAttempts: 1 });
    },
    async newKey(account) {
      return (await (await callerOf(account))('/assay/keys/create', {})).body['keyArn'] as string;
    },
    claimed,
    async work(objects, signal = new AbortController().signal) {
      const job = await claimed();
      if (job === undefined) return;
      await writeExport(job, objects === undefined ? world : { ...world, objectsOf: async () => objects }, signal);
    },
    files(bucket) {
      const root = path.join(folder, 'exports', bucket);
      return readdirSync(root, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
        .sort();
    },
    async decrypt(file) {
      const source = createReadStream(path.join(folder, 'exports', file));
      const plain: Buffer[] = [];
      const unwrap = (header: { keyArn: string; wrappedKey: string; context: Readonly<Record<string, string>> }) =>
        world.keys.unwrap({ arn: header.keyArn, provider: 'LOCAL', name: '', version: 0 }, header.wrappedKey, header.context);
      for await (const piece of decryptFile(source, unwrap)) plain.push(piece);
      return Buffer.concat(plain).toString('utf8');
    },
  };
}
