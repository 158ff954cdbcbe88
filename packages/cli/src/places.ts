import { fileURLToPath } from 'node:url';

/** Folder of the starter advisory database: beside this package in a checkout, beside the built program when installed. */
export function snapshotDir(): string {
  const here = import.meta.url;
  return fileURLToPath(new URL(here.endsWith('.ts') ? '../../snapshot/data' : './snapshot', here));
}
