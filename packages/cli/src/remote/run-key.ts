import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { serviceClient } from './client.ts';
import type { Key } from './credentials.ts';
import { writeOutput } from './whole-output.ts';
import { collected, writeList } from './write-list.ts';

type AccessKey = Wire<assay.AccessKey>;

export async function createKey(given: Arguments, cli: Cli): Promise<number> {
  const input = { userName: given.positionals[0], role: given.value('role'), accountId: given.value('account') };
  const { accessKeyId, secretAccessKey } = await serviceClient(given, cli).ask<Key>('/assay/access-keys/create', input);
  const text = `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
  await writeOutput(given, cli, [Buffer.from(text)]);
  return EXIT.ok;
}

export async function listKeys(given: Arguments, cli: Cli): Promise<number> {
  const input = { accountId: given.value('account') };
  const keys = await collected(serviceClient(given, cli).all<AccessKey>('/assay/access-keys/list', 'accessKeys', { input }));
  return writeList(keys, { given, cli, columns: { KEY: 'accessKeyId', ROLE: 'role', CREATED: 'createdAt', USER: 'userName' } });
}

export async function deleteKey(given: Arguments, cli: Cli): Promise<number> {
  const [accessKeyId = ''] = given.positionals;
  await serviceClient(given, cli).ask('/assay/access-keys/delete', { accessKeyId, accountId: given.value('account') });
  cli.terminal.out.write(`Deleted ${accessKeyId}.\n`);
  return EXIT.ok;
}
