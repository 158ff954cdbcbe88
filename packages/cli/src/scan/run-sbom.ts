import type { Inventory } from '@assay/core/inventory.ts';
import { packageOf } from '@assay/engine/result.ts';
import { ASSAY_VERSION } from '@assay/engine/version.ts';
import type { BomInput } from '@assay/formats/bom/document.ts';
import { printable } from '@assay/formats/bom/printable.ts';
import { writeCycloneDx } from '@assay/formats/cyclonedx/write.ts';
import { writeSpdx } from '@assay/formats/spdx/write.ts';
import type { Arguments, Cli } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { inventoriesOfArguments } from './inventories.ts';
import { isDecisive } from './verdict.ts';
import { jsonText } from './write-answer.ts';
import { writeDocuments } from './write-results.ts';

export async function runSbom(given: Arguments, cli: Cli): Promise<number> {
  const inventories: Inventory[] = [];
  for await (const inventory of inventoriesOfArguments(given, cli)) inventories.push(inventory);
  const format = given.value('format');
  const text = (inventory: Inventory): string => {
    if (format === 'json') return jsonText(inventory);
    const input: BomInput = {
      tool: { name: 'assay', version: ASSAY_VERSION },
      createdAt: new Date(cli.ctx.now()).toISOString(),
      subject: inventory.subject,
      distro: inventory.distro,
      packages: inventory.packages.map(packageOf),
      gaps: inventory.gaps,
    };
    return jsonText(format === 'spdx' ? writeSpdx(input) : writeCycloneDx(input));
  };
  writeDocuments(inventories, { file: given.value('output'), text }, cli);
  const decisive = inventories.flatMap((inventory) => inventory.gaps.filter(isDecisive));
  for (const gap of decisive.slice(0, 5)) cli.terminal.err.write(`assay: not looked at: ${printable(gap.message, 400)} [${gap.code}]\n`);
  return decisive.length > 0 ? EXIT.notLooked : EXIT.ok;
}
