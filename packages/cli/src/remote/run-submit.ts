import { readFileSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { AssayError } from '@assay/core/errors.ts';
import type { InventoryDocument } from '@assay/engine/read-inventory.ts';
import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { inventoriesOfArguments } from '../scan/inventories.ts';
import { type ServiceClient, serviceClient } from './client.ts';

/** `--no-wait` knows only that it is queued. */
type Submitted = Wire<Pick<assay.GetSubmissionResponse, 'jobId' | 'status'> & Partial<assay.GetSubmissionResponse>>;

const MAX_DOCUMENT = 100 * 1024 * 1024;
const POLL_MS = 250;

export async function runSubmit(given: Arguments, cli: Cli): Promise<number> {
  const client = serviceClient(given, cli);
  let code: number = EXIT.ok;
  for await (const { document, name, unseen } of documents(given, cli)) {
    refuseLarge(document.length);
    const done = await submitOne(client, { given, document, name });
    cli.terminal.out.write(given.value('format') === 'json' ? `${JSON.stringify(done)}\n` : `${sentence(done)}\n`);
    if (done.status === 'FAILED' || unseen) code = EXIT.notLooked;
  }
  return code;
}

interface Document {
  readonly document: Buffer;
  readonly name: string;
  /** Nothing of it could be looked at: kept as such, and no success. */
  readonly unseen: boolean;
}

/** An SBOM goes as it is, so that the service keeps what its tool wrote; anything else is scanned here. */
async function* documents(given: Arguments, cli: Cli): AsyncIterable<Document> {
  const [target = ''] = given.positionals;
  const file = /\.(json|spdx|cdx)$/i.test(target) ? statSync(target, { throwIfNoEntry: false }) : undefined;
  if (file?.isFile() === true) {
    refuseLarge(file.size);
    yield { document: readFileSync(target), name: target, unseen: false };
    return;
  }
  for await (const inventory of inventoriesOfArguments(given, cli)) {
    const document: InventoryDocument = { assayInventory: 1, inventory };
    const unseen = inventory.gaps.some((gap) => gap.fatal === true);
    yield { document: Buffer.from(JSON.stringify(document)), name: inventory.subject.name, unseen };
  }
}

function refuseLarge(bytes: number): void {
  if (bytes > MAX_DOCUMENT) throw new AssayError('too-large', 'The inventory is larger than 100 MB; submit parts of it.');
}

async function submitOne(client: ServiceClient, what: Omit<Document, 'unseen'> & { readonly given: Arguments }): Promise<Submitted> {
  const { given, document, name } = what;
  const query = new URLSearchParams({ name });
  for (const option of ['repository', 'tag']) {
    const value = given.value(option);
    if (value !== undefined) query.set(option, value);
  }
  const { jobId } = await client.call<{ jobId: string }>(`/assay/submissions?${query}`, document);
  if (given.flag('no-wait')) return { jobId, status: 'QUEUED' };
  for (;;) {
    const state = await client.call<Submitted>(`/assay/submissions/${jobId}`);
    if (state.status === 'SUCCEEDED' || state.status === 'FAILED') return state;
    await pause(POLL_MS);
  }
}

function sentence(done: Submitted): string {
  if (done.status === 'FAILED') return `The service could not take it: ${done.error?.message ?? 'unknown reason'}`;
  if (done.status !== 'SUCCEEDED') return `Submitted as job ${done.jobId}.`;
  const { all = 0, critical = 0, high = 0 } = done.findingCounts ?? {};
  const gaps = done.gapCount ? `, ${done.gapCount} gaps` : '';
  return `${done.resourceArn}: ${done.packageCount} packages, ${all} findings (${critical} critical, ${high} high)${gaps}.`;
}
