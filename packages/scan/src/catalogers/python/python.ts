import { normalizeName } from '@assay/core/namespace.ts';
import type { Cataloger, ExtractContext, FileFacts, Found, WantedFile } from '../../cataloger.ts';
import { readStanzas } from '../../reading/stanza.ts';
import { isPlainName, isPlainVersion } from '../../reading/text.ts';
import { readRecord } from './record.ts';

interface Metadata {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

type PythonFact = { readonly metadata: Metadata } | { readonly record: readonly string[] };

const MIB = 1024 * 1024;
const WANTED: ReadonlySet<string> = new Set(['name', 'version', 'license', 'license-expression']);

/**
 * Installed Python packages: `*.dist-info/METADATA` with its RECORD (core metadata and "Recording installed projects" of
 * packaging.python.org), `*.egg-info/PKG-INFO`, the single `*.egg-info` file of distutils, and `EGG-INFO/PKG-INFO` of unpacked eggs;
 * at any depth, so that the root of a function's zip counts too.
 */
export const python: Cataloger<PythonFact> = {
  id: 'python',
  title: 'Python packages',
  formats: ['*.dist-info/METADATA and RECORD (core metadata)', '*.egg-info/PKG-INFO', '*.egg-info', 'EGG-INFO/PKG-INFO'],
  version: 1,
  wants: {
    suffixes: [
      '.dist-info/METADATA',
      '.dist-info/RECORD',
      '.DIST-INFO/METADATA',
      '.egg-info/PKG-INFO',
      '.EGG-INFO/PKG-INFO',
      '/EGG-INFO/PKG-INFO',
      '.egg-info',
    ],
    maxBytes: 32 * MIB,
  },
  extract: extractPython,
  assemble: assemblePython,
};

function* extractPython(file: WantedFile, ctx: ExtractContext): Iterable<PythonFact> {
  if (file.path.endsWith('/RECORD')) {
    yield { record: readRecord(file.bytes, { folder: sitePackagesOf(file.path), maxEntries: ctx.maxEntries }) };
    return;
  }
  const metadata = readMetadata(file.bytes);
  // The interpreter's own standard library leaves such a file beside its extension modules.
  if (metadata === null || metadata.name === 'python') return;
  yield { metadata };
}

/** Only the headers count: what follows the first empty line is a readme that may look the same. */
function readMetadata(bytes: Buffer): Metadata | null {
  const first = readStanzas(skipBlankLines(bytes), WANTED).next();
  if (first.done) return null;
  const name = first.value.get('name');
  const version = first.value.get('version');
  if (!isPlainName(name) || !isPlainVersion(version)) throw new Error('The package metadata has no usable name or version.');
  const license = first.value.get('license-expression') ?? first.value.get('license');
  const short = isPlainName(license) && license.length <= 128 && license !== 'UNKNOWN';
  return { name: normalizeName('pypi', name), version, ...(short ? { license } : {}) };
}

function skipBlankLines(bytes: Buffer): Buffer {
  let start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (start < bytes.length && (bytes[start] === 10 || bytes[start] === 13)) start++;
  return bytes.subarray(start);
}

function metadataFolder(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

function sitePackagesOf(path: string): string {
  const folder = metadataFolder(path);
  return folder.slice(0, Math.max(folder.lastIndexOf('/'), 0));
}

function* assemblePython(files: readonly FileFacts<PythonFact>[]): Iterable<Found> {
  const records = new Map<string, readonly string[]>();
  for (const file of files) {
    for (const fact of file.facts) if ('record' in fact) records.set(metadataFolder(file.path), fact.record);
  }
  for (const file of files) {
    for (const fact of file.facts) {
      if (!('metadata' in fact)) continue;
      const { license, ...identity } = fact.metadata;
      const owns = records.get(metadataFolder(file.path));
      yield {
        package: {
          type: 'pypi',
          ...identity,
          ...(license === undefined ? {} : { licenses: [license] }),
          paths: [file.path],
          packageManager: 'PYTHONPKG',
          confidence: 'high',
          ...(owns === undefined ? {} : { owns }),
        },
      };
    }
  }
}
