import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { type ServiceClient, serviceClient } from './client.ts';
import { downloadPieces, firstKey, waitForExport } from './wait-for-export.ts';
import { writeOutput } from './whole-output.ts';

export async function runReport(given: Arguments, cli: Cli): Promise<number> {
  const client = serviceClient(given, cli);
  const input = {
    reportFormat: given.value('format')?.toUpperCase(),
    s3Destination: { bucketName: given.value('bucket'), kmsKeyArn: given.value('key') ?? (await firstKey(client)) },
  };
  const { reportId } = await client.ask<{ reportId: string }>('/reporting/create', input, 'inspector2');
  await waitForExport(client, reportId, cli);
  await writeOutput(given, cli, download(client, reportId));
  return EXIT.ok;
}

async function* download(client: ServiceClient, reportId: string): AsyncIterable<Uint8Array> {
  for await (const { content } of downloadPieces(client, { reportId })) yield Buffer.from(content, 'base64');
}
