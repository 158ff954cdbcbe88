import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import type { Context } from '@assay/core/context.ts';
import { processArchitecture } from '@assay/core/platform.ts';
import { grpcOverSocket } from '@assay/net/grpc.ts';
import { socketFetcherOf } from './network.ts';

/** What a source of connectors may ask of the machine that this process runs on. */
export function localMachine(ctx: Context) {
  return {
    id: machineId(),
    name: os.hostname(),
    platform: `${os.platform()}/${processArchitecture(os.arch())}`,
    readFile: (path: string) => readFile(path, 'utf8'),
    socket: (path: string) => socketFetcherOf(path, ctx),
    grpc: grpcOverSocket,
  };
}

/** Not the machine id itself: machine-id(5) asks not to give it to a network. */
function machineId(): string | undefined {
  for (const file of ['/etc/machine-id', '/var/lib/dbus/machine-id']) {
    try {
      const text = readFileSync(file, 'utf8').trim();
      if (text !== '') return createHash('sha256').update(`assay collector ${text}`).digest('hex').slice(0, 32);
    } catch {
      // the next one
    }
  }
  return undefined;
}
