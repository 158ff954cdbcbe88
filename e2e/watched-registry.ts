import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { assay } from './cli.ts';
import { freeHost, READER, type Registry, startRegistry } from './images.ts';
import type { Service } from './service.ts';

export interface Watching {
  readonly service: Service;
  readonly folder: string;
  /** Of the registry, in the service. */
  readonly name: string;
}

/** Debian's registry with a password, which the service knows by name and which notifies it of every push. */
export async function startWatchedRegistry({ service, folder, name }: Watching): Promise<Registry> {
  const host = await freeHost();
  const secret = path.join(folder, 'secret');
  writeFileSync(secret, `${READER.password}\n`);
  const config = ['--set', `url=${host}`, '--set', `username=${READER.user}`, '--secret-file', secret];
  const door = ['--server', service.address, '--credentials', service.credentialsFile];
  const { code, out, err } = await assay(['registry', 'add', name, ...config, ...door], { cwd: folder });
  if (code !== 0 || err !== '') throw new Error(`assay registry add ended with ${code}: ${err}`);
  const url = /notifications to\s+(http\S+)/.exec(out)?.[1];
  const token = /Bearer (\S+)/.exec(out)?.[1];
  if (url === undefined || token === undefined) throw new Error(`assay registry add names no address for notifications: ${out}`);
  const headers = `{Authorization: ["Bearer ${token}"]}`;
  const endpoint = `{name: assay, url: "${url}", headers: ${headers}, timeout: 2s, threshold: 9, backoff: 1s}`;
  return startRegistry(path.join(folder, 'storage'), 'basic', { host, lines: [`notifications: {endpoints: [${endpoint}]}`] });
}
