import { readFileSync } from 'node:fs';
import { openDatabase } from '@assay/advisories/database/open.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import { matchInventory } from '@assay/match/match.ts';

/**
 * Arguments: database, inventory. The first match of a process, and the median of the ten after it, and the processor's
 * time of all of them, in milliseconds.
 */
const [database = '', inventoryFile = ''] = process.argv.slice(2);
const inventory = JSON.parse(readFileSync(inventoryFile, 'utf8')) as Pick<Inventory, 'packages'>;
const opened = openDatabase(database);

const times: number[] = [];
const before = process.cpuUsage();
let matches = 0;
for (let n = 0; n < 11; n++) {
  const started = performance.now();
  const result = matchInventory(inventory, opened);
  times.push(performance.now() - started);
  matches = result.packages.reduce((sum, one) => sum + one.matches.length, 0);
}
const [cold = 0, ...warm] = times;
const used = process.cpuUsage(before);
const cpu = (used.user + used.system) / 1000;
console.log(JSON.stringify({ cold, warm: warm.sort((a, b) => a - b)[5], matches, cpu }));
