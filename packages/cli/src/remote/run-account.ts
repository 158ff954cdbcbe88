import type * as assay from '@assay/wire/assay-types.ts';
import type { Wire } from '@assay/wire/wire-json.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { serviceClient } from './client.ts';
import { collected, writeList } from './write-list.ts';

type Account = Wire<assay.Account>;

export async function listAccounts(given: Arguments, cli: Cli): Promise<number> {
  const accounts = await collected(serviceClient(given, cli).all<Account>('/assay/accounts/list', 'accounts'));
  const columns = { ACCOUNT: 'accountId', STATE: 'state', CREATED: 'createdAt', NAME: 'name' } as const;
  return writeList(accounts, { given, cli, columns });
}

export async function createAccount(given: Arguments, cli: Cli): Promise<number> {
  const input = { name: given.positionals[0], accountId: given.value('id') };
  const { accountId } = await serviceClient(given, cli).ask<{ accountId: string }>('/assay/accounts/create', input);
  cli.terminal.out.write(`${accountId}\n`);
  return EXIT.ok;
}
