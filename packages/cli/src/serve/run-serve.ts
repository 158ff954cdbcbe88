import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Context } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import { type Config, readConfig } from '@assay/server/config.ts';
import type { LookState } from '@assay/server/service/look-states.ts';
import { type Role, type RunningService, startService } from '@assay/server/service/serve.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { logLines } from '../terminal/log-lines.ts';
import { styled, type Terminal } from '../terminal/terminal.ts';

/** Runs until Ctrl-C, SIGTERM, or the end of the program that started us. */
export async function runServe(given: Arguments, cli: Cli): Promise<number> {
  const config = readConfig();
  const ended = endOf(cli.ctx.signal);
  const ctx: Context = { now: cli.ctx.now, log: logLines(cli.terminal, config.logLevel, cli.ctx.now) };
  const role = given.value('role') as Role;
  if (role !== 'all' && config.databaseUrl === undefined) {
    throw new AssayError('config', `--role ${role} needs ASSAY_DATABASE_URL: the embedded PostgreSQL belongs to one process.`);
  }
  const service = await startService({
    role,
    config,
    ctx,
    consoleFolder: consoleFolder(),
    startedIn: cli.cwd,
    updateCommand: [process.execPath, process.argv[1] ?? '', 'db', 'update'],
    onStep: (step) => cli.terminal.err.write(`${step} …\n`),
  });
  greet(service, config, cli.terminal);
  // Only tells how far the looks are: a database that is busy for a moment must not end the service.
  followLooks(service, cli.terminal).catch((error: Error) => ctx.log.warn('the first looks cannot be followed', { error: error.message }));
  await ended;
  cli.terminal.err.write('Stopping …\n');
  await service.stop();
  return EXIT.ok;
}

/** `npm start` holds a channel to us: when it is killed we stop, and PostgreSQL with us. */
function endOf(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    signal?.addEventListener('abort', () => resolve(), { once: true });
    if (process.connected === true) {
      process.once('disconnect', resolve);
      process.channel?.unref(); // listening holds the channel open, and with it this process after its work is done
    }
    process.once('SIGHUP', () => resolve());
  });
}

function consoleFolder(): string {
  const places = ['../../../console/dist', '../console'].map((place) => fileURLToPath(new URL(place, import.meta.url)));
  const folder = places.find((place) => existsSync(`${place}/index.html`));
  if (folder === undefined)
    throw new AssayError('console-missing', 'The console is not built; run "npm run build -w packages/console" first.');
  return folder;
}

function greet(service: RunningService, config: Config, { out }: Terminal): void {
  const line = (name: string, text: string): string => `  ${styled(out, 'dim', name.padEnd(10))} ${text}\n`;
  out.write(`\n${styled(out, 'bold', 'Assay is ready.')}\n\n`);
  if (service.door !== undefined) {
    const { address, signInLink, credentialsFile } = service.door;
    const keys = `AWS_SHARED_CREDENTIALS_FILE=${credentialsFile}`;
    out.write(line('console', address));
    out.write(line('sign in', `${signInLink}   (once, within 15 minutes)`));
    out.write(line('keys', credentialsFile));
    out.write(line('AWS CLI', `${keys} aws --endpoint-url ${address} --region ${config.region} inspector2 list-findings`));
  }
  out.write(line('advisories', service.advisories));
  out.write('\nCtrl-C stops everything; started again, Assay goes on.\n\n');
}

const LOOK_WORDS: Readonly<Record<string, string>> = {
  sample: 'the sample (Debian 12 without security updates)',
  host: 'this machine',
  checkout: 'the folder it was started in',
};

/** One line for everything the service looks at by itself, as each is done. */
async function followLooks(service: RunningService, { out }: Terminal): Promise<void> {
  const told = new Set<string>();
  for (;;) {
    const looks = await service.looks();
    for (const one of looks) {
      if (told.has(one.key) || !['DONE', 'FAILED'].includes(one.state)) continue;
      told.add(one.key);
      out.write(`${lookLine(one)}\n`);
    }
    if (looks.every((one) => told.has(one.key))) return;
    await new Promise((resolve) => setTimeout(resolve, 500).unref());
  }
}

function lookLine(one: LookState): string {
  const what = LOOK_WORDS[one.key] ?? one.key;
  if (one.state === 'FAILED') return `Could not look at ${what}: ${one.error ?? 'unknown reason'}`;
  const gaps = one.gaps === 0 ? '' : `, ${one.gaps} ${one.gaps === 1 ? 'gap' : 'gaps'}`;
  return `Looked at ${what}: ${one.packages} packages, ${one.findings} findings${gaps}.`;
}
