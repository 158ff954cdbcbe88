import type { Cataloger, ExtractContext, FoundPackage, WantedFile } from '../../cataloger.ts';
import { wholeBytes } from '../../reading/byte-source.ts';
import { universalParts } from '../../reading/executable/macho.ts';
import { GO_MARK, readGoBuildInfo } from './build-info.ts';
import { modulesOfBuildInfo, standardLibraryVersion } from './modules.ts';

/**
 * Go programs: the modules compiled in and the standard library of their toolchain, from the build information that the linker embeds
 * (Go's debug/buildinfo and runtime/debug packages). It survives stripping, but not packers.
 */
export const goBinary: Cataloger<FoundPackage> = {
  id: 'go-binary',
  title: 'Go programs',
  formats: ['Go build information in ELF, Mach-O and PE files (Go debug/buildinfo)'],
  version: 1,
  wants: { magic: 'executable', marks: [GO_MARK], maxBytes: 512 * 1024 * 1024 },
  extract: extractGoBinary,
};

function* extractGoBinary(file: WantedFile, ctx: ExtractContext): Iterable<FoundPackage> {
  const seen = new Set<string>();
  for (const part of universalParts(file.source ?? wholeBytes(file.bytes))) {
    const info = readGoBuildInfo(part);
    if (info === null) continue;
    const standard = standardLibraryVersion(info.goVersion);
    const modules = modulesOfBuildInfo(info.modules, ctx.maxEntries);
    for (const { path, version } of standard === null ? modules : [{ path: 'stdlib', version: standard }, ...modules]) {
      const key = `${path}\0${version}`;
      if (seen.has(key)) continue;
      seen.add(key);
      yield { type: 'golang', name: path, version, paths: [file.path], packageManager: 'GOBINARY', confidence: 'high' };
    }
  }
}
