import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { serviceClient } from './client.ts';

export async function runSignIn(given: Arguments, cli: Cli): Promise<number> {
  const { path } = await serviceClient(given, cli).call<{ path: string }>('/assay/sign-in/create', Buffer.from('{}'));
  cli.terminal.out.write(`${new URL(path, given.value('server')).href}\n`);
  return EXIT.ok;
}
