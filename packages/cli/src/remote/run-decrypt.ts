import { createReadStream, readFileSync } from 'node:fs';
import { AssayError } from '@assay/core/errors.ts';
import type { EncryptedHeader } from '@assay/formats/encrypted/container.ts';
import { decryptFile } from '@assay/formats/encrypted/decrypt.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { serviceClient } from './client.ts';
import { writeOutput } from './whole-output.ts';

export async function runDecrypt(given: Arguments, cli: Cli): Promise<number> {
  const [file = ''] = given.positionals;
  const unwrap = given.value('server') === undefined ? withKeyFile(given, cli) : withService(given, cli);
  await writeOutput(given, cli, decryptFile(bytesOf(file), unwrap));
  return EXIT.ok;
}

async function* bytesOf(file: string): AsyncIterable<Uint8Array> {
  try {
    yield* createReadStream(file, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Uint8Array>;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    throw new AssayError('unreadable', `${file} cannot be read; name an encrypted file.`, { cause });
  }
}

type Unwrap = (header: EncryptedHeader) => Promise<Uint8Array>;

/** LOCAL keys come from the master key alone, so neither a service nor a database is needed. */
function withKeyFile(given: Arguments, cli: Cli): Unwrap {
  return async ({ keyArn, wrappedKey, context }) => {
    const file = given.value('key-file') ?? `${cli.environment.dataDir}/master.key`;
    const { localKeys } = await import('@assay/server/keys/local-keys.ts');
    const key = { arn: keyArn, provider: 'LOCAL', name: '', version: 1 } as const;
    return localKeys(readMasterKey(file)).unwrap(key, wrappedKey, context);
  };
}

function readMasterKey(file: string): Buffer {
  let text = '';
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (cause) {
    throw new AssayError('master-key', `${file} cannot be read; name the master key with --key-file, or a service with --server.`, {
      cause,
    });
  }
  if (!/^[0-9a-f]{64}$/i.test(text))
    throw new AssayError('master-key', `${file} is no master key of Assay; it holds 64 hexadecimal digits.`);
  return Buffer.from(text, 'hex');
}

function withService(given: Arguments, cli: Cli): Unwrap {
  return async (header) => {
    const body = Buffer.from(JSON.stringify(header));
    const { dataKey } = await serviceClient(given, cli).call<{ dataKey: string }>('/assay/keys/decrypt-data-key', body);
    return Buffer.from(dataKey, 'base64');
  };
}
