import { setTimeout as pause } from 'node:timers/promises';
import { AssayError } from '@assay/core/errors.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { type ServiceClient, serviceClient } from './client.ts';
import { writeOutput } from './whole-output.ts';

const POLL_MS = 250;

export async function runReport(given: Arguments, cli: Cli): Promise<number> {
  const client = serviceClient(given, cli);
  const { reportId } = await client.call<{ reportId: string }>(
    '/reporting/create',
    json({
      reportFormat: given.value('format')?.toUpperCase(),
      s3Destination: { bucketName: given.value('bucket'), kmsKeyArn: given.value('key') ?? (await firstKey(client)) },
    }),
    'inspector2',
  );
  for (;;) {
    const { status, errorMessage } = await client.call<{ status: string; errorMessage?: string }>(
      '/reporting/status/get',
      json({ reportId }),
      'inspector2',
    );
    if (status === 'SUCCEEDED') break;
    if (status !== 'IN_PROGRESS') throw new AssayError('report', `The report is ${status}: ${errorMessage ?? 'somebody cancelled it'}`);
    await pause(POLL_MS);
  }
  await writeOutput(given, cli, download(client, reportId));
  return EXIT.ok;
}

async function firstKey(client: ServiceClient): Promise<string> {
  const { keys } = await client.call<{ keys: readonly { keyArn: string }[] }>('/assay/keys/list', json({ maxResults: 1 }));
  return keys[0]?.keyArn ?? (await client.call<{ keyArn: string }>('/assay/keys/create', json({ description: 'Reports' }))).keyArn;
}

async function* download(client: ServiceClient, reportId: string): AsyncIterable<Uint8Array> {
  let nextToken: string | undefined;
  do {
    const piece: { content: string; nextToken?: string } = await client.call('/assay/exports/download', json({ reportId, nextToken }));
    yield Buffer.from(piece.content, 'base64');
    nextToken = piece.nextToken;
  } while (nextToken !== undefined);
}

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
