import { readFileSync } from 'node:fs';
import { AssayError } from '@assay/core/errors.ts';
import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import { enabledBy, readConfig } from '../collect/given-settings.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../parse-arguments.ts';
import { type ServiceClient, serviceClient } from './client.ts';
import { readInput } from './read-input.ts';
import { collected, writeList, writeProblems } from './write-list.ts';

type Hook = Pick<assay.CreateRegistryResponse, 'notificationPath' | 'notificationToken'>;
type Registry = Wire<assay.RegistrySummary>;

const MOST_SECRET = 8192;

export async function addRegistry(given: Arguments, cli: Cli): Promise<number> {
  const client = serviceClient(given, cli);
  const secret = await secretOf(given.value('secret-file'), cli);
  const include = given.values('include');
  const made = await client.ask<Hook & { registryArn: string }>('/assay/registries/create', {
    name: given.positionals[0],
    kind: given.value('kind'),
    config: readConfig(given),
    ...(secret === undefined ? {} : { secret }),
    ...(include.length === 0 ? {} : { include }),
    ...numberOf(given, 'recent-days', 'recentDays'),
    ...numberOf(given, 'crawl-minutes', 'crawlMinutes'),
  });
  cli.terminal.out.write(`${made.registryArn}\n`);
  cli.terminal.out.write('It is looked at now; "assay registry list" shows how it does.\n');
  tellHook(made, given, cli);
  return EXIT.ok;
}

function tellHook({ notificationPath, notificationToken }: Hook, given: Arguments, { terminal: { out } }: Cli): void {
  if (notificationPath === undefined || notificationToken === undefined) return;
  out.write('To hear of pushes at once, let the registry send its notifications to\n');
  out.write(`  ${given.value('server')?.replace(/\/+$/, '')}${notificationPath}\n`);
  out.write(`with the header, shown this once, Authorization: Bearer ${notificationToken}\n`);
}

/** The settings that are not named stay. */
export async function updateRegistry(given: Arguments, cli: Cli): Promise<number> {
  const client = serviceClient(given, cli);
  const { registryArn, name, config } = await named(client, given);
  const secret = await secretOf(given.value('secret-file'), cli);
  const settings = readConfig(given);
  const include = given.values('include');
  const change = {
    ...(Object.keys(settings).length === 0 ? {} : { config: { ...config, ...settings } }),
    ...(secret === undefined ? {} : { secret }),
    ...(include.length === 0 ? {} : { include }),
    ...numberOf(given, 'recent-days', 'recentDays'),
    ...numberOf(given, 'crawl-minutes', 'crawlMinutes'),
    ...enabledBy(given),
    ...(given.flag('new-token') ? { newNotificationToken: true } : {}),
  };
  if (Object.keys(change).length === 0) throw usage('assay registry update', 'name what to change');
  const hook = await client.ask<Hook>('/assay/registries/update', { registryArn, ...change });
  cli.terminal.out.write(`${name} is changed; "assay registry list" shows how it does.\n`);
  tellHook(hook, given, cli);
  return EXIT.ok;
}

export async function listRegistries(given: Arguments, cli: Cli): Promise<number> {
  const columns = {
    NAME: 'name',
    KIND: 'kind',
    HOST: 'host',
    STATUS: 'status',
    CRAWLED: 'lastCrawledAt',
    MISSING: 'missingImages',
  } as const;
  const registries = await registriesOf(serviceClient(given, cli));
  writeList(registries, { given, cli, columns });
  writeProblems(registries, { given, cli });
  return EXIT.ok;
}

export async function crawlRegistry(given: Arguments, cli: Cli): Promise<number> {
  const client = serviceClient(given, cli);
  const { registryArn, name } = await named(client, given);
  const repository = given.value('repository');
  await client.ask('/assay/registries/crawl', {
    registryArn,
    ...(repository === undefined ? {} : { repository }),
    ...(given.flag('accept-missing') ? { acceptMissing: true } : {}),
  });
  cli.terminal.out.write(`${name} is looked at now.\n`);
  return EXIT.ok;
}

export async function removeRegistry(given: Arguments, cli: Cli): Promise<number> {
  const client = serviceClient(given, cli);
  const { registryArn, name } = await named(client, given);
  await client.ask('/assay/registries/delete', { registryArn });
  cli.terminal.out.write(`${name} is watched no longer.\n`);
  return EXIT.ok;
}

/** Never from the command line, where every user of the machine could read it. */
async function secretOf(file: string | undefined, cli: Cli): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const text = file === '-' ? (await readInput(cli, MOST_SECRET)).toString('utf8') : readSecretFile(file);
  return text.replace(/\r?\n$/, '');
}

function readSecretFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new AssayError('secret-file', `${file} cannot be read; name a file with the password or token.`, { cause });
  }
}

function numberOf(given: Arguments, option: string, member: string): Record<string, number> {
  const text = given.value(option);
  if (text === undefined) return {};
  if (!/^\d{1,6}$/.test(text)) throw new AssayError('usage', `--${option} ${text} must be a whole number.`);
  return { [member]: Number(text) };
}

const registriesOf = (client: ServiceClient): Promise<Registry[]> =>
  collected(client.all<Registry>('/assay/registries/list', 'registries'));

async function named(client: ServiceClient, given: Arguments): Promise<Registry> {
  const [wanted = ''] = given.positionals;
  const registries = await registriesOf(client);
  const found = registries.find(({ registryArn, name }) => registryArn === wanted || name === wanted);
  if (found !== undefined) return found;
  const names = registries.map(({ name }) => name).join(', ');
  throw new AssayError('registry', `There is no registry ${wanted}; ${names === '' ? 'the account has none' : `there are ${names}`}.`);
}
