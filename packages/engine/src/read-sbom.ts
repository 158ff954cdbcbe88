import { createHash } from 'node:crypto';
import type { Distro, Inventory } from '@assay/core/inventory.ts';
import type { ReleaseWords } from '@assay/formats/sbom/contents.ts';
import { readSbom } from '@assay/formats/sbom/read.ts';
import { canonicalDistroId, namespaceOfRelease } from '@assay/scan/distro/namespaces.ts';

/** The inventory that an SBOM describes, whatever tool wrote it. `fallbackName` is used where the document names nothing. */
export function inventoryOfSbom(bytes: Buffer, fallbackName: string): Inventory {
  const contents = readSbom(bytes, { resolveDistro });
  const unknown = contents.distro !== null && contents.distro.namespace === undefined ? [unknownRelease(contents.distro)] : [];
  return {
    subject: {
      kind: 'sbom',
      name: contents.name === '' ? fallbackName : contents.name,
      format: contents.format,
      digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    },
    distro: contents.distro,
    packages: contents.packages,
    gaps: [...unknown, ...contents.gaps],
    catalogers: {},
  };
}

/** A release as an SBOM words it, with the advisory namespace that scanning would give it. */
export function resolveDistro(words: ReleaseWords): Distro {
  const id = canonicalDistroId(words.id);
  const facts = { id, version: words.version, ...(words.codename === undefined ? {} : { codename: words.codename }) };
  const namespace = namespaceOfRelease(facts);
  return { ...facts, prettyName: `${id} ${words.version}`.trim(), ...(namespace === undefined ? {} : { namespace }) };
}

function unknownRelease(distro: Distro) {
  return {
    code: 'unsupported-distribution' as const,
    message: `No advisories are known for ${distro.prettyName}: its operating system packages were not checked.`,
  };
}
