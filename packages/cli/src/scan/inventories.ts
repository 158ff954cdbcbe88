import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AssayError } from '@assay/core/errors.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import { inventoriesOf } from '@assay/engine/inventories.ts';
import { registryOptions } from '@assay/engine/registries.ts';
import { printable } from '@assay/formats/bom/printable.ts';
import type { Arguments, Cli } from '../command.ts';
import { megabytes, ProgressLine } from '../terminal/progress.ts';

/** Inventories of the TARGET on the command line, with progress on a terminal. */
export async function* inventoriesOfArguments(given: Arguments, cli: Cli): AsyncIterable<Inventory> {
  const [target = ''] = given.positionals;
  if (target !== '-') yield* inventoriesOfTarget(target, given, cli);
  else yield* inventoriesOfInput(given, cli);
}

/** Readers of archives go back and forth, so what comes on standard input becomes a file first. */
async function* inventoriesOfInput(given: Arguments, cli: Cli): AsyncIterable<Inventory> {
  const folder = mkdtempSync(join(tmpdir(), 'assay-stdin-'));
  const file = join(folder, 'stdin');
  try {
    const { signal } = cli.ctx;
    await pipeline(cli.input, createWriteStream(file, { mode: 0o600 }), signal === undefined ? {} : { signal });
    if (statSync(file).size === 0) throw new AssayError('no-input', 'Standard input is empty; give it an SBOM or an image archive.');
    for await (const inventory of inventoriesOfTarget(file, given, cli)) {
      const { subject } = inventory;
      yield subject.name.startsWith(folder) ? { ...inventory, subject: { ...subject, name: 'stdin' } } : inventory;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function* inventoriesOfTarget(target: string, given: Arguments, { terminal, ctx, environment }: Cli): AsyncIterable<Inventory> {
  const platform = given.value('platform');
  const line = new ProgressLine(terminal.err, ctx.now);
  const label = printable(target, 60);
  line.show(`Looking at ${label} …`);
  try {
    const options = {
      ...(given.flag('offline') ? {} : { registry: registryOptions(environment, given.flag('insecure'), ctx) }),
      ...(platform === undefined ? {} : { platform }),
      onProgress: ({
        bytes,
        totalBytes,
        layers,
        totalLayers,
      }: {
        bytes: number;
        totalBytes: number | undefined;
        layers: number;
        totalLayers: number;
      }) => {
        const size = totalBytes === undefined ? megabytes(bytes) : `${megabytes(bytes)} of ${megabytes(totalBytes)}`;
        line.show(`Looking at ${label}: ${bytes > 0 ? size : `layer ${layers} of ${totalLayers}`}`);
      },
    };
    for await (const inventory of inventoriesOf(target, options, ctx)) {
      line.clear();
      yield inventory;
    }
  } finally {
    line.clear();
  }
}
