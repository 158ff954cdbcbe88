import { setTimeout as pause } from 'node:timers/promises';
import { AssayError } from '@assay/core/errors.ts';
import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import type { Cli } from '../command.ts';
import { megabytes, ProgressLine } from '../terminal/progress.ts';
import type { ServiceClient } from './client.ts';

type Export = Wire<assay.Export>;

const FIRST_MS = 100;
const LAST_MS = 2000;

/** Waits until the service has written a report or SBOMs; progress on a terminal. AssayError `export`. */
export async function waitForExport(client: ServiceClient, reportId: string, { terminal, ctx }: Cli): Promise<Export> {
  const line = new ProgressLine(terminal.err, ctx.now);
  try {
    for (let wait = FIRST_MS; ; wait = Math.min(wait * 1.5, LAST_MS)) {
      const one = await findExport(client, reportId);
      if (one.status === 'SUCCEEDED') return one;
      if (one.status !== 'IN_PROGRESS')
        throw new AssayError('export', `The export ${one.status.toLowerCase()}: ${one.errorMessage ?? 'somebody cancelled it'}`);
      line.show(`The service is writing: ${one.itemCount} done, ${megabytes(one.sizeInBytes)} …`);
      await pause(wait, undefined, ctx.signal === undefined ? {} : { signal: ctx.signal });
    }
  } finally {
    line.clear();
  }
}

/** It is among the newest, which come first. */
async function findExport(client: ServiceClient, reportId: string): Promise<Export> {
  for await (const one of client.all<Export>('/assay/exports/list', 'exports')) if (one.reportId === reportId) return one;
  throw new AssayError('export', `The service no longer knows the export ${reportId}; ask again.`);
}

export async function firstKey(client: ServiceClient): Promise<string> {
  const { keys } = await client.ask<{ keys: readonly { keyArn: string }[] }>('/assay/keys/list', { maxResults: 1 });
  return keys[0]?.keyArn ?? (await client.ask<{ keyArn: string }>('/assay/keys/create', { description: 'Reports' })).keyArn;
}

export type Piece = Wire<assay.DownloadExportResponse>;

/** The pieces of a report, or of a resource's SBOM, in plain text. AssayError `not-there` when the export has none of the resource. */
export async function* downloadPieces(client: ServiceClient, what: { reportId: string; resourceId?: string }): AsyncIterable<Piece> {
  let nextToken: string | undefined;
  do {
    const piece: Piece = await client.ask('/assay/exports/download', { ...what, nextToken });
    yield piece;
    nextToken = piece.nextToken;
  } while (nextToken !== undefined);
}
