import type { AssembleContext, Cataloger, ExtractContext, FileFacts, Found, GapFact, WantedFile } from '../../cataloger.ts';
import { ownerClassOf } from '../../distro/owner-class.ts';
import { ownedPaths } from '../../reading/owned.ts';
import { rootOf } from '../../reading/root.ts';
import { type ApkPackage, readInstalled } from './installed.ts';

const MIB = 1024 * 1024;

/**
 * Alpine packages (also Wolfi, Chainguard, MinimOS, postmarketOS) from apk's database `lib/apk/db/installed`, which newer systems keep
 * below `usr`. Advisories are keyed by the origin (`o:`), which shares the version. Format: apk-tools, apk-package(5) field letters.
 */
export const apk: Cataloger<ApkPackage> = {
  id: 'apk',
  title: 'Alpine packages',
  formats: ['apk installed database (apk-tools)'],
  version: 1,
  wants: { suffixes: ['/lib/apk/db/installed'], maxBytes: 100 * MIB },
  extract: extractApk,
  assemble: assembleApk,
};

function* extractApk(file: WantedFile, ctx: ExtractContext): Iterable<ApkPackage | GapFact> {
  const { packages, broken, truncated } = readInstalled(file.bytes, ctx.maxEntries);
  yield* packages;
  if (truncated) yield { gap: { code: 'limit-reached', message: `The package database has more than ${ctx.maxEntries} packages.` } };
  if (broken > 0)
    yield { gap: { code: 'unparsable-file', message: `${broken} entries of the package database have no usable name or version.` } };
  if (packages.length === 0 && broken === 0 && file.bytes.length > 0) {
    yield { gap: { code: 'unreadable-package-database', message: 'The apk database has no readable entry.' } };
  }
}

function* assembleApk(files: readonly FileFacts<ApkPackage>[], ctx: AssembleContext): Iterable<Found> {
  const seen = new Set<string>();
  for (const file of files) {
    const root = rootOf(file.path, '/lib/apk/db/');
    const distro = root === '' ? ctx.distro : (ctx.distroOf?.(root) ?? null);
    for (const { name, version, arch, origin, license, files: owned } of file.facts) {
      const key = [root, name, arch ?? '', version].join('\0');
      if (seen.has(key)) continue;
      seen.add(key);
      yield {
        package: {
          type: 'apk',
          name,
          version,
          sourceName: origin,
          sourceVersion: version,
          ...(arch === undefined ? {} : { arch }),
          ...(license === undefined ? {} : { licenses: [license] }),
          ...(root === '' ? {} : { root }),
          paths: [file.path],
          packageManager: 'OS',
          confidence: 'high',
          owns: ownedPaths(root, owned),
          ownerClass: ownerClassOf(distro),
        },
      };
    }
  }
}
