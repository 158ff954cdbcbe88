import type { AssembleContext, Cataloger, ExtractContext, FileFacts, Found, GapFact, WantedFile } from '../../cataloger.ts';
import { parseJsonObject } from '../../reading/json.ts';
import { type LockedPackage, readLock } from './lock.ts';

const MIB = 1024 * 1024;

/**
 * npm packages that a lockfile names: `package-lock.json` and `npm-shrinkwrap.json`, lockfile versions 1, 2 and 3 (npm's
 * package-lock.json documentation). Lockfiles inside `node_modules` describe the development of a dependency and are left alone; a
 * shrinkwrap goes before a lockfile in the same folder, as in npm.
 */
export const npmLock: Cataloger<LockedPackage> = {
  id: 'npm-lock',
  title: 'npm lockfiles',
  formats: ['package-lock.json v1, v2, v3', 'npm-shrinkwrap.json'],
  version: 1,
  wants: { basenames: ['package-lock.json', 'npm-shrinkwrap.json'], maxBytes: 100 * MIB },
  extract: extractLock,
  assemble: assembleLock,
};

function* extractLock(file: WantedFile, ctx: ExtractContext): Iterable<LockedPackage | GapFact> {
  if (`/${file.path}`.includes('/node_modules/')) return;
  const { packages, truncated, recognised } = readLock(parseJsonObject(file.bytes), ctx.maxEntries);
  yield* packages;
  if (truncated)
    yield { gap: { code: 'limit-reached', message: `The lockfile has more than ${ctx.maxEntries} packages or is nested too deeply.` } };
  if (!recognised) yield { gap: { code: 'unparsable-file', message: 'The file has no list of packages that a lockfile has.' } };
}

function* assembleLock(files: readonly FileFacts<LockedPackage>[], ctx: AssembleContext): Iterable<Found> {
  for (const file of files) {
    const folder = file.path.slice(0, file.path.lastIndexOf('/') + 1);
    if (!file.path.endsWith('npm-shrinkwrap.json') && ctx.exists(`${folder}npm-shrinkwrap.json`)) continue;
    for (const { name, version, dev, sure } of file.facts) {
      yield {
        package: {
          type: 'npm',
          name,
          version,
          ...(dev ? { dev } : {}),
          paths: [file.path],
          packageManager: 'NPM',
          confidence: sure ? 'high' : 'low',
        },
      };
    }
  }
}
