import { keepHeapSmall } from '@assay/connectors/clusters/small-heap.ts';
import { machineKeys } from '@assay/connectors/machine-keys.ts';
import { pumpReports, type SendReport } from '@assay/connectors/report/pump.ts';
import type { Context } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import { localMachine } from '@assay/engine/local-machine.ts';
import { fetcherOf, sleepFor } from '@assay/engine/network.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { logLines } from '../terminal/log-lines.ts';
import { readSettings } from './collector-settings.ts';
import { readSecret } from './given-settings.ts';
import { type CollectorState, openHealth } from './health.ts';
import { sendReports } from './send-report.ts';

/** Tells a service what runs here, until Ctrl-C or SIGTERM. */
export async function runCollect(given: Arguments, cli: Cli): Promise<number> {
  keepHeapSmall();
  const { kind, config, secret } = readSettings(given, cli);
  const server = given.value('server') ?? '';
  if (!/^https?:\/\//.test(server) || !URL.canParse(server))
    throw new AssayError('usage', `--server ${server} is not a URL; write https://assay.example.com.`);
  const token = readToken(given, cli);
  const log = logLines(cli.terminal, cli.environment.debug ? 'debug' : 'info', cli.ctx.now);
  const signal = cli.ctx.signal ?? new AbortController().signal;
  const ctx: Context = { now: cli.ctx.now, log, signal };
  const fetcher = fetcherOf(cli.environment, ctx);
  const state: CollectorState = { takenAt: undefined, problem: undefined };
  const health = given.value('health');
  const door = health === undefined ? undefined : await openHealth(health, state, ctx.now);
  const shared = { now: ctx.now, random: Math.random, sleep: sleepFor, log };
  const machine = { ...localMachine(ctx), awsKeys: machineKeys(log) };
  log.info('collecting', { kind: kind.id, server, ...(door === undefined ? {} : { health: door.port }) });
  try {
    await pumpReports({
      ...shared,
      signal,
      epoch: ctx.now(),
      watch: (until) => kind.watch(config, { ...shared, fetcher, machine, secret, signal: until }),
      send: noting(sendReports(fetcher, { server, token, insecure: given.flag('insecure') }), state, ctx),
    });
  } finally {
    door?.close();
  }
  log.info('stopped');
  return EXIT.ok;
}

/** What /readyz tells. */
function noting(send: SendReport, state: CollectorState, { now, log }: Context): SendReport {
  return async (report, signal) => {
    try {
      const answer = await send(report, signal);
      if (answer === 'taken' && report.part === 'snapshot-end') log.info('told everything', { cluster: report.cluster.name });
      if (answer === 'taken') state.takenAt = now();
      state.problem = answer === 'paused' ? 'somebody paused this collector' : undefined;
      return answer;
    } catch (error) {
      state.problem = (error as Error).message;
      throw error;
    }
  };
}

function readToken(given: Arguments, cli: Cli): string {
  const file = given.value('token-file');
  const token = file === undefined ? cli.environment.collectorToken : readSecret(cli, file);
  if (token === undefined || token === '')
    throw new AssayError(
      'usage',
      'There is no token; "assay cluster add NAME" makes one: give it with --token-file or ASSAY_COLLECTOR_TOKEN.',
    );
  if (!/^[A-Za-z0-9_-]{43}$/.test(token))
    throw new AssayError('usage', 'The token is no token of a collector; "assay cluster add NAME" makes one.');
  return token;
}
