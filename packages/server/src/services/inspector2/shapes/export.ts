import { randomUUID } from 'node:crypto';
import { invalidField, resourceNotFound, validationError } from '@assay/wire/errors.ts';
import type { In } from '@assay/wire/operation-types.ts';
import { withAccounts } from '../../../db/pool.ts';
import { cancelExport, type ExportKind, findExport, type StoredExport } from '../../../exports/export-store.ts';
import { requestExport } from '../../../exports/request.ts';
import { isBucketName, isKeyPrefix } from '../../../objects/object-store.ts';
import { type ServerContext, seenAccounts } from '../../context.ts';

type Destination = In<'CreateFindingsReport'>['s3Destination'];

export interface WantedExport {
  readonly kind: ExportKind;
  readonly format: string;
  readonly criteria: unknown;
  readonly destination: Destination;
}

/** Queues an export and returns its id. */
export async function createExport(wanted: WantedExport, context: ServerContext): Promise<string> {
  const { bucketName, keyPrefix = '', kmsKeyArn } = wanted.destination ?? {};
  if (bucketName === undefined || !isBucketName(bucketName))
    throw invalidField('s3Destination.bucketName', 'must be the name of an S3 bucket');
  if (!isKeyPrefix(keyPrefix))
    throw invalidField('s3Destination.keyPrefix', 'must be at most 512 bytes of path without . at the start of a part');
  if (kmsKeyArn === undefined || kmsKeyArn.length > 2048) throw invalidField('s3Destination.kmsKeyArn', 'must be the ARN of a key');
  const { account } = context;
  const id = randomUUID();
  const accounts = await seenAccounts(context);
  const accepted = await withAccounts(context.pool, [account], (tx) =>
    requestExport(tx, {
      account,
      id,
      kind: wanted.kind,
      format: wanted.format,
      criteria: wanted.criteria ?? {},
      accounts,
      bucket: bucketName,
      prefix: keyPrefix,
      keyArn: kmsKeyArn,
      actor: context.principal.arn,
      createdAt: new Date(context.now()),
    }),
  );
  if (!accepted) throw validationError('OTHER', 'One such export is in progress already; wait for it, or cancel it.');
  return id;
}

export async function readExport(context: ServerContext, kind: ExportKind, reportId: string | undefined): Promise<StoredExport> {
  const id = reportId === undefined ? undefined : uuidOf(reportId);
  const one = await withAccounts(context.pool, [context.account], (tx) => findExport(tx, context.account, { kind, id }));
  if (one === undefined) throw resourceNotFound(`There is no report ${reportId ?? 'yet'}.`);
  return one;
}

export async function stopExport(context: ServerContext, kind: ExportKind, reportId: string): Promise<void> {
  const wanted = { kind, id: uuidOf(reportId), at: new Date(context.now()) };
  const status = await withAccounts(context.pool, [context.account], (tx) => cancelExport(tx, context.account, wanted));
  if (status === undefined) throw resourceNotFound(`There is no report ${reportId}.`);
  if (status === 'SUCCEEDED' || status === 'FAILED')
    throw validationError('OTHER', `The report is ${status} and can no longer be cancelled.`);
}

/** The model allows text around the id. */
function uuidOf(reportId: string): string {
  if (!/^[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}$/.test(reportId)) throw resourceNotFound(`There is no report ${reportId}.`);
  return reportId;
}

export function destinationOf(one: StoredExport): Destination {
  return { bucketName: one.bucket, ...(one.prefix === '' ? {} : { keyPrefix: one.prefix }), kmsKeyArn: one.keyArn };
}

export function problemOf<Code extends string>(one: StoredExport): { errorCode?: Code; errorMessage?: string } {
  return one.errorCode === null ? {} : { errorCode: one.errorCode as Code, errorMessage: one.errorMessage ?? 'unknown' };
}
