import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AssayError } from '@assay/core/errors.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { ProgressLine } from '../terminal/progress.ts';
import { type ServiceClient, serviceClient } from './client.ts';
import { downloadPieces, firstKey, waitForExport } from './wait-for-export.ts';

const FORMATS: Readonly<Record<string, string>> = { cyclonedx: 'CYCLONEDX_1_4', spdx: 'SPDX_2_3' };
/** What the service makes of ids; anything else could leave the folder. */
const SAFE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/;

export async function runExportSbom(given: Arguments, cli: Cli): Promise<number> {
  const client = serviceClient(given, cli);
  const criteria = criteriaOf(given);
  const input = {
    reportFormat: FORMATS[given.value('format') ?? ''],
    s3Destination: { bucketName: given.value('bucket'), kmsKeyArn: given.value('key') ?? (await firstKey(client)) },
    ...(Object.keys(criteria).length === 0 ? {} : { resourceFilterCriteria: criteria }),
  };
  const { reportId } = await client.ask<{ reportId: string }>('/sbomexport/create', input, 'inspector2');
  const { itemCount } = await waitForExport(client, reportId, cli);
  const name = given.value('output') ?? '';
  const folder = resolve(cli.cwd, name);
  mkdirSync(folder, { recursive: true });
  const line = new ProgressLine(cli.terminal.err, cli.ctx.now);
  let written = 0;
  try {
    const covered = { input: { filterCriteria: criteria }, service: 'inspector2' } as const;
    for await (const { resourceId } of client.all<{ resourceId: string }>('/coverage/list', 'coveredResources', covered)) {
      written += (await fetchOne(client, { reportId, resourceId }, folder)) ? 1 : 0;
      line.show(`Fetching: ${written} of ${itemCount} …`);
    }
  } finally {
    line.clear();
  }
  cli.terminal.out.write(`Wrote ${written} SBOMs to ${name}.\n`);
  if (written >= itemCount) return EXIT.ok;
  throw new AssayError('export', `${itemCount - written} of the ${itemCount} exported SBOMs are gone from the service; ask again.`);
}

function criteriaOf(given: Arguments): Record<string, object> {
  const equals = (values: readonly string[]) => values.map((value) => ({ comparison: 'EQUALS', value }));
  const [repositories, resources] = [given.values('repository'), given.values('resource')];
  return {
    ...(repositories.length === 0 ? {} : { ecrRepositoryName: equals(repositories) }),
    ...(resources.length === 0 ? {} : { resourceId: equals(resources) }),
  };
}

/** False for a resource that has no SBOM: nothing was inside it, or nobody has looked yet. */
async function fetchOne(client: ServiceClient, what: { reportId: string; resourceId: string }, folder: string): Promise<boolean> {
  const partial = join(folder, `${what.reportId}.partial`);
  let name = '';
  try {
    for await (const { fileName, content } of downloadPieces(client, what)) {
      if (!SAFE_NAME.test(fileName)) throw new AssayError('export', 'The service names a file that this folder cannot hold.');
      name = fileName;
      await appendFile(partial, Buffer.from(content, 'base64'), { mode: 0o600 });
    }
    renameSync(partial, join(folder, name));
    return true;
  } catch (error) {
    rmSync(partial, { force: true });
    if (error instanceof AssayError && error.code === 'not-there') return false;
    throw error;
  }
}
