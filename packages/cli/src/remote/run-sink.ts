import { setTimeout as pause } from 'node:timers/promises';
import { AssayError } from '@assay/core/errors.ts';
import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { type ServiceClient, serviceClient } from './client.ts';
import { collected, writeList } from './write-list.ts';

type Sink = Wire<assay.SinkSummary>;

const POLL_MS = 250;
/** A receiver may take ten seconds to refuse. */
const POLLS = 80;

export async function listSinks(given: Arguments, cli: Cli): Promise<number> {
  const client = serviceClient(given, cli);
  const rows: (Sink & { readonly deadLetterCount: number })[] = [];
  for (const { sinkArn } of await sinksOf(client)) {
    const { sink, deadLetterCount } = await state(client, sinkArn);
    rows.push({ ...sink, deadLetterCount });
  }
  const columns = {
    NAME: 'name',
    KIND: 'kind',
    STATUS: 'status',
    MODE: 'mode',
    DELIVERED: 'lastDeliveredAt',
    'DEAD LETTERS': 'deadLetterCount',
    'LAST ERROR': 'lastError',
  } as const;
  return writeList(rows, { given, cli, columns });
}

export async function testSink(given: Arguments, cli: Cli): Promise<number> {
  const client = serviceClient(given, cli);
  const before = await named(client, given);
  await client.ask('/assay/sinks/test', { sinkArn: before.sinkArn });
  let { lastError } = before;
  for (let poll = 0; poll < POLLS; poll += 1) {
    await pause(POLL_MS, undefined, cli.ctx.signal === undefined ? {} : { signal: cli.ctx.signal });
    const { sink } = await state(client, before.sinkArn);
    if (sink.lastDeliveredAt !== before.lastDeliveredAt) {
      cli.terminal.out.write(`${sink.name} took the test message.\n`);
      return EXIT.ok;
    }
    lastError = sink.lastError;
    if (lastError !== undefined && lastError !== before.lastError) break;
  }
  throw new AssayError(
    'sink',
    `${before.name} did not take the test message: ${lastError ?? 'no worker has sent it yet; is one running?'}`,
  );
}

export async function replaySink(given: Arguments, cli: Cli): Promise<number> {
  const client = serviceClient(given, cli);
  const { sinkArn, name } = await named(client, given);
  const { deadLetterCount } = await client.ask<{ deadLetterCount: number }>('/assay/sinks/dead-letters/replay', { sinkArn });
  cli.terminal.out.write(
    deadLetterCount === 0 ? `${name} has no dead letters.\n` : `${deadLetterCount} dead letters go to ${name} again.\n`,
  );
  return EXIT.ok;
}

const sinksOf = (client: ServiceClient): Promise<Sink[]> => collected(client.all<Sink>('/assay/sinks/list', 'sinks'));

const state = (client: ServiceClient, sinkArn: string): Promise<{ sink: Sink; deadLetterCount: number }> =>
  client.ask('/assay/sinks/get', { sinkArn });

async function named(client: ServiceClient, given: Arguments): Promise<Sink> {
  const [wanted = ''] = given.positionals;
  const sinks = await sinksOf(client);
  const found = sinks.find(({ sinkArn, name }) => sinkArn === wanted || name === wanted);
  if (found !== undefined) return found;
  const names = sinks.map(({ name }) => name).join(', ');
  throw new AssayError('sink', `There is no sink ${wanted}; ${names === '' ? 'the account has none' : `there are ${names}`}.`);
}
