import { AssayError } from '@assay/core/errors.ts';
import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import { enabledBy, readConfig, readSecret } from '../collect/given-settings.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { usage } from '../parse-arguments.ts';
import { type ServiceClient, serviceClient } from './client.ts';
import { collected, writeList, writeProblems } from './write-list.ts';

type Collector = Wire<assay.CollectorSummary>;

export async function addCluster(given: Arguments, cli: Cli): Promise<number> {
  const [name = ''] = given.positionals;
  const kind = given.value('kind') ?? 'push';
  const file = given.value('secret-file');
  const wish = { name, kind, config: readConfig(given), ...(file === undefined ? {} : { secret: readSecret(cli, file) }) };
  const { token } = await serviceClient(given, cli).ask<{ token?: string }>('/assay/collectors/create', wish);
  if (token === undefined) cli.terminal.out.write(`The service watches ${name} itself; "assay cluster list" shows how it does.\n`);
  else giveToken(token, given, cli);
  return EXIT.ok;
}

/** The token alone goes where a pipe takes it. */
function giveToken(token: string, given: Arguments, { terminal }: Cli): void {
  terminal.out.write(`${token}\n`);
  terminal.err.write(
    'Keep this token, it is not shown again. Where the containers run:\n' +
      `  assay collect --server ${given.value('server')} --kind kubernetes|docker|containerd|nomad --token-file FILE\n` +
      '  or deploy/helm/assay-collector with it in a secret, see docs/collectors.md\n',
  );
}

export async function listClusters(given: Arguments, cli: Cli): Promise<number> {
  const client = serviceClient(given, cli);
  const rows: (Collector & { readonly clusters: string })[] = [];
  for (const collector of await collectorsOf(client)) {
    const { clusters } = await client.ask<{ clusters: { name: string }[] }>('/assay/collectors/get', {
      collectorArn: collector.collectorArn,
    });
    rows.push({ ...collector, clusters: clusters.map((one) => one.name).join(', ') });
  }
  const columns = { NAME: 'name', KIND: 'kind', STATUS: 'status', SEEN: 'seenAt', CLUSTERS: 'clusters' } as const;
  writeList(rows, { given, cli, columns });
  writeProblems(rows, { given, cli });
  return EXIT.ok;
}

/** The settings that are not named stay. */
export async function updateCluster(given: Arguments, cli: Cli): Promise<number> {
  const client = serviceClient(given, cli);
  const { collectorArn, name, config } = await named(client, given);
  const settings = readConfig(given);
  const file = given.value('secret-file');
  const change = {
    ...(Object.keys(settings).length === 0 ? {} : { config: { ...config, ...settings } }),
    ...(file === undefined ? {} : { secret: readSecret(cli, file) }),
    ...enabledBy(given),
  };
  if (Object.keys(change).length === 0) throw usage('assay cluster update', 'name what to change');
  await client.ask('/assay/collectors/update', { collectorArn, ...change });
  cli.terminal.out.write(`${name} is changed; "assay cluster list" shows how it does.\n`);
  return EXIT.ok;
}

export async function renewToken(given: Arguments, cli: Cli): Promise<number> {
  const client = serviceClient(given, cli);
  const { collectorArn } = await named(client, given);
  const { token } = await client.ask<{ token: string }>('/assay/collectors/update', { collectorArn, renewToken: true });
  giveToken(token, given, cli);
  return EXIT.ok;
}

export async function removeCluster(given: Arguments, cli: Cli): Promise<number> {
  const client = serviceClient(given, cli);
  const { collectorArn, name } = await named(client, given);
  await client.ask('/assay/collectors/delete', { collectorArn });
  cli.terminal.out.write(`${name} is removed; what it reported stays, and ages no further.\n`);
  return EXIT.ok;
}

const collectorsOf = (client: ServiceClient): Promise<Collector[]> =>
  collected(client.all<Collector>('/assay/collectors/list', 'collectors'));

async function named(client: ServiceClient, given: Arguments): Promise<Collector> {
  const [wanted = ''] = given.positionals;
  const collectors = await collectorsOf(client);
  const found = collectors.find(({ collectorArn, name }) => collectorArn === wanted || name === wanted);
  if (found !== undefined) return found;
  const names = collectors.map(({ name }) => name).join(', ');
  throw new AssayError('not-there', `There is no collector ${wanted}; ${names === '' ? 'the account has none' : `there are ${names}`}.`);
}
