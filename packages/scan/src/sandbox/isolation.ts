import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** How a reader process is started, strongest first; which one holds on this machine is found by starting it. */
export interface IsolationLevel {
  /** Words for the scan record. */
  readonly name: string;
  /** Programs that set the process up and then become it. */
  readonly prefix: readonly string[];
  readonly uid?: number;
  readonly gid?: number;
}

const NOBODY = 65534;
const BASE = 'process, empty environment, file system denied';

export function isolationLevels(machine: { readonly platform: string; readonly uid: number | undefined }): readonly IsolationLevel[] {
  const none: IsolationLevel = { name: BASE, prefix: [] };
  if (machine.platform !== 'linux') return [none];
  const unshare = findProgram('unshare');
  const setpriv = findProgram('setpriv');
  // The reader must not outlive us, whatever it is doing.
  const follow = setpriv === undefined ? [] : [setpriv, '--pdeathsig', 'KILL', '--'];
  if (machine.uid !== 0) {
    return unshare === undefined ? [none] : [{ name: `${BASE}, no network`, prefix: [unshare, '-r', '-n', '--', ...follow] }, none];
  }
  const drop = ['--pdeathsig', 'KILL', '--reuid', `${NOBODY}`, '--regid', `${NOBODY}`, '--clear-groups', '--no-new-privs', '--'];
  const levels: IsolationLevel[] = [];
  if (unshare !== undefined && setpriv !== undefined) {
    levels.push({ name: `${BASE}, no network, uid ${NOBODY}`, prefix: [unshare, '-n', '--', setpriv, ...drop] });
  }
  levels.push({ name: `${BASE}, uid ${NOBODY}`, prefix: [], uid: NOBODY, gid: NOBODY });
  if (unshare !== undefined) levels.push({ name: `${BASE}, no network`, prefix: [unshare, '-n', '--'] });
  return [...levels, none];
}

function findProgram(name: string): string | undefined {
  return ['/usr/bin', '/bin', '/usr/sbin', '/sbin'].map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Node's flags: nothing but our own code can be read, no workers, no children, no add-ons, a bounded heap. */
export function nodeFlags(entry: string, heapMegabytes: number): readonly string[] {
  return [
    '--permission',
    ...readableFor(entry).map((path) => `--allow-fs-read=${path}`),
    `--max-old-space-size=${heapMegabytes}`,
    '--no-warnings',
    '--disable-proto=delete',
    entry,
  ];
}

/** A bundle needs its own folder; sources need the packages and what these import. */
function readableFor(entry: string): readonly string[] {
  if (!entry.endsWith('.ts')) return [`${dirname(entry)}/*`];
  let root = dirname(entry);
  while (!existsSync(join(root, 'node_modules')) && dirname(root) !== root) root = dirname(root);
  return [
    ...new Set([`${resolve(root, 'packages')}/*`, `${join(root, 'node_modules')}/*`, join(root, 'package.json'), `${dirname(entry)}/*`]),
  ];
}
