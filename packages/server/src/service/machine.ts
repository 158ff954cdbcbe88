import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import os from 'node:os';

/** Stable for a machine; containers often have none, then its name has to do. */
export function machineId(): string {
  for (const file of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    try {
      const id = readFileSync(file, 'utf8').trim();
      if (id !== '') return id;
    } catch {
      // the next one
    }
  }
  return os.hostname();
}

/** Tells machines apart in keys and lanes of jobs. */
export function machineKey(): string {
  return createHash('sha256').update(machineId()).digest('hex').slice(0, 12);
}
