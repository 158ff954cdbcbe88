import { setTimeout as pause } from 'node:timers/promises';
import type { LocalMachine, SourceContext } from '@assay/connectors/source.ts';
import { silentLogger } from '@assay/core/context.ts';
import { grpcOverSocket } from '@assay/net/grpc.ts';
import { createFetcher, type FetcherOptions } from '@assay/net/guarded-fetch.ts';

const sleep = async (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  void (await pause(milliseconds, undefined, signal === undefined ? {} : { signal }));
const options: FetcherOptions = { now: Date.now, sleep, random: () => 0.5 };

/** What a source lives on, with a real clock and a network that reaches loopback. */
export function sourceContext(over: Partial<SourceContext> = {}): SourceContext {
  const signal = new AbortController().signal;
  return { secret: '', now: Date.now, random: () => 0.5, sleep, signal, log: silentLogger, fetcher: createFetcher(options), ...over };
}

/** This machine, as an administrator's collector sees it. */
export function localMachine(over: Partial<LocalMachine> = {}): LocalMachine {
  return {
    id: 'machine-0001',
    name: 'testhost',
    platform: 'linux/amd64',
    readFile: async (path) => Promise.reject(new Error(`nobody should read ${path}`)),
    socket: (socketPath) => createFetcher({ ...options, socketPath }),
    grpc: grpcOverSocket,
    awsKeys: async () => Promise.reject(new Error('nobody should ask who this machine is to AWS')),
    ...over,
  };
}
