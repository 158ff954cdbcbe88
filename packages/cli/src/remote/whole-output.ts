import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import type { Arguments, Cli } from '../command.ts';

/** Writes to --output, where the file appears only when all of it is there, or to standard output. */
export async function writeOutput(given: Arguments, cli: Cli, source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  const output = given.value('output');
  if (output === undefined) {
    // Reports and SBOMs are texts; a character may lie across two pieces.
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    for await (const bytes of source) cli.terminal.out.write(decoder.decode(bytes, { stream: true }));
    return;
  }
  const file = resolve(cli.cwd, output);
  const partial = `${file}.partial`;
  try {
    const out = createWriteStream(partial, { mode: 0o600 });
    for await (const bytes of source) if (!out.write(bytes)) await once(out, 'drain');
    out.end();
    await finished(out);
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
