import type { Inventory } from '@assay/core/inventory.ts';
import { inventoriesOf } from '@assay/engine/inventories.ts';
import { registryOptions } from '@assay/engine/registries.ts';
import { printable } from '@assay/formats/bom/printable.ts';
import type { Arguments, Cli } from '../command.ts';
import { megabytes, ProgressLine } from '../terminal/progress.ts';

/** Inventories of the TARGET on the command line, with progress on a terminal. */
export async function* inventoriesOfArguments(given: Arguments, { terminal, ctx, environment }: Cli): AsyncIterable<Inventory> {
  const [target = ''] = given.positionals;
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
