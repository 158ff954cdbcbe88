import { execFileSync, spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { freePort } from './free-port.ts';
import { until } from './processes.ts';

const quiet = { stdio: ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'], maxBuffer: 1 << 26 };

export interface BuiltImage {
  /** OCI layout folder; tag `base` has one layer, tag `app` two more, the last of which deletes. */
  readonly layout: string;
  /** The root file system of `app` as a folder; of `base` only dpkg's database. */
  readonly rootOf: Readonly<Record<'base' | 'app', string>>;
}

/** A Debian 12 as its release was, without documentation, in the tools that people build images with. */
export function buildDebian(folder: string): BuiltImage {
  const layout = path.join(folder, 'layout');
  const bundle = path.join(folder, 'bundle');
  const root = path.join(bundle, 'rootfs');
  const tar = path.join(folder, 'debian.tar');
  const without = ['share/doc', 'share/locale', 'share/man', 'share/zoneinfo', 'share/i18n', 'lib/x86_64-linux-gnu/gconv'].map(
    (name) => `--dpkgopt=path-exclude=/usr/${name}/*`,
  );
  const options = [
    '--variant=essential',
    '--include=libcurl4',
    '--dpkgopt=force-unsafe-io',
    ...without,
    '--aptopt=Acquire::Languages "none"',
  ];
  execFileSync('mmdebstrap', [...options, 'bookworm', tar, `deb ${aptMirror()} bookworm main`], quiet);
  execFileSync('umoci', ['init', '--layout', layout], quiet);
  execFileSync('umoci', ['new', '--image', `${layout}:base`], quiet);
  const rootless = process.getuid?.() === 0 ? [] : ['--rootless'];
  execFileSync('umoci', ['unpack', ...rootless, '--image', `${layout}:base`, bundle], quiet);
  execFileSync('tar', ['xf', tar, '-C', root, '--exclude=./dev/*'], quiet);
  execFileSync('umoci', ['repack', '--refresh-bundle', '--image', `${layout}:base`, bundle], quiet);
  const base = path.join(folder, 'base-root');
  cpSync(path.join(root, 'var/lib/dpkg'), path.join(base, 'var/lib/dpkg'), { recursive: true });

  writeApplication(root);
  execFileSync('umoci', ['repack', '--refresh-bundle', '--image', `${layout}:app`, bundle], quiet);
  // A package removed by its own tool, an application replaced: files of lower layers disappear.
  execFileSync('dpkg', ['--root', root, '--log=/dev/null', '--force-all', '--remove', 'libcurl4'], quiet);
  rmSync(path.join(root, 'srv/old'), { recursive: true });
  execFileSync('umoci', ['repack', '--refresh-bundle', '--image', `${layout}:app`, bundle], quiet);
  rmSync(tar);
  return { layout, rootOf: { base, app: root } };
}

function writeApplication(root: string): void {
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  };
  write('srv/app/node_modules/lodash/package.json', JSON.stringify({ name: 'lodash', version: '4.17.15' }));
  write('srv/app/lib/python3/site-packages/Django-3.2.0.dist-info/METADATA', 'Metadata-Version: 2.1\nName: Django\nVersion: 3.2.0\n');
  write('srv/old/node_modules/minimist/package.json', JSON.stringify({ name: 'minimist', version: '1.2.0' }));
}

/** What dpkg itself says of a root file system: `name version architecture`, sorted. */
export function dpkgOf(root: string): string[] {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholders are dpkg-query's
  const format = '${db:Status-Status} ${Package} ${Version} ${Architecture}\\n';
  const admin = path.join(root, 'var/lib/dpkg');
  const said = execFileSync('dpkg-query', [`--admindir=${admin}`, '-W', '-f', format], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const installed = said.split('\n').filter((line) => line.startsWith('installed '));
  return installed.map((line) => line.slice('installed '.length)).sort();
}

export function skopeo(...words: readonly string[]): void {
  execFileSync('skopeo', ['--insecure-policy', ...words], quiet);
}

export interface Registry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  close(): void;
}

export const READER = {
  user: 'reader',
  password: 'pass:word',
  line: 'reader:$2b$05$1GSkuDC6cm3fmG4D7F2J8.IXa6kEBp00mRrNxCc9DP3OeazbNU0Ga',
};

export interface RegistryExtras {
  /** Default: Debian's. */
  readonly program?: string;
  /** Further lines of its configuration. */
  readonly lines?: readonly string[];
  /** Default: a free port of this machine. */
  readonly host?: string;
  /** Lines instead of an address alone below `http`. */
  readonly http?: string;
}

/** A registry on loopback over `storage`, open or with a password. */
export async function startRegistry(storage: string, auth: 'open' | 'basic', extras: RegistryExtras = {}): Promise<Registry> {
  const { program = 'docker-registry', http = '' } = extras;
  const host = extras.host ?? (await freeHost());
  const lines = [
    'version: 0.1',
    'log: {level: error}',
    `storage: {filesystem: {rootdirectory: ${storage}}, delete: {enabled: true}}`,
    `http: {addr: "${host}"${http}}`,
    ...(extras.lines ?? []),
  ];
  if (auth === 'basic') {
    writeFileSync(`${storage}.passwords`, `${READER.line}\n`);
    lines.push(`auth: {htpasswd: {realm: test, path: ${storage}.passwords}}`);
  }
  writeFileSync(`${storage}-${auth}.yml`, `${lines.join('\n')}\n`);
  const child = spawn(program, ['serve', `${storage}-${auth}.yml`], { stdio: 'ignore' });
  await until(() => isOpen(host));
  return { host, close: () => void child.kill('SIGKILL') };
}

function isOpen(host: string): Promise<boolean> {
  const [address, port] = host.split(':');
  return new Promise((resolve) => {
    const socket = connect(Number(port), address, () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

export async function freeHost(): Promise<string> {
  return `127.0.0.1:${await freePort()}`;
}

/** Docker's `config.json` with the reader's password for a registry. */
export function writeDockerConfig(folder: string, host: string): string {
  mkdirSync(folder, { recursive: true });
  const auth = Buffer.from(`${READER.user}:${READER.password}`).toString('base64');
  writeFileSync(path.join(folder, 'config.json'), JSON.stringify({ auths: { [host]: { auth } } }));
  return folder;
}

export function readText(file: string): string {
  return readFileSync(file, 'utf8');
}

/** Where apt on this machine gets bookworm from. */
export function aptMirror(): string {
  const args = ['indextargets', '--format', '$(REPO_URI) $(CODENAME)', 'Created-By: Packages'];
  const line = execFileSync('apt-get', args, { encoding: 'utf8' })
    .split('\n')
    .find((target) => target.endsWith(' bookworm'));
  if (line === undefined) throw new Error('apt on this machine has no source for bookworm; run apt-get update first');
  return line.split(' ')[0] ?? '';
}
