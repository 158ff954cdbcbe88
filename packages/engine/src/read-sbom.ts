import { createHash } from 'node:crypto';
import type { Gap } from '@assay/core/gap.ts';
import type { Distro, Inventory } from '@assay/core/inventory.ts';
import type { InventoryPackage } from '@assay/core/package.ts';
import type { ReleaseWords } from '@assay/formats/sbom/contents.ts';
import { readSbom } from '@assay/formats/sbom/read.ts';
import { canonicalDistroId, namespaceOfRelease } from '@assay/scan/distro/namespaces.ts';
import { isStorableIdentity, storableText } from './storable.ts';

const MAX_NAME = 512;
const MAX_RELEASE = 100;

/** The inventory that an SBOM describes, whatever tool wrote it. `fallbackName` is used where the document names nothing. */
export function inventoryOfSbom(bytes: Buffer, fallbackName: string): Inventory {
  const contents = readSbom(bytes, { resolveDistro });
  const unknown = contents.distro !== null && contents.distro.namespace === undefined ? [unknownRelease(contents.distro)] : [];
  const packages = contents.packages.filter((one) => isStorableIdentity(one.identity));
  const refused = contents.packages.length - packages.length;
  return {
    subject: {
      kind: 'sbom',
      name: contents.name === '' ? fallbackName : storableText(contents.name, MAX_NAME),
      format: contents.format,
      digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
    },
    distro: contents.distro,
    packages: packages.map(withStorablePlaces),
    gaps: [...unknown, ...contents.gaps, ...(refused === 0 ? [] : [unstorable(refused)])].map((gap) => ({
      ...gap,
      message: storableText(gap.message),
    })),
    catalogers: {},
  };
}

function withStorablePlaces(item: InventoryPackage): InventoryPackage {
  const evidence = item.evidence.map((place) => ({
    ...place,
    path: storableText(place.path),
    ...(place.layer === undefined ? {} : { layer: storableText(place.layer) }),
  }));
  return { ...item, evidence };
}

function unstorable(count: number): Gap {
  const what = count === 1 ? '1 component was' : `${count} components were`;
  return { code: 'unsupported-package', message: `${what} not checked: a name is too long or is no valid text.` };
}

/** A release as an SBOM words it, with the advisory namespace that scanning would give it. */
export function resolveDistro(words: ReleaseWords): Distro {
  const id = canonicalDistroId(storableText(words.id, MAX_RELEASE));
  const version = storableText(words.version, MAX_RELEASE);
  const facts = { id, version, ...(words.codename === undefined ? {} : { codename: storableText(words.codename, MAX_RELEASE) }) };
  const namespace = namespaceOfRelease(facts);
  return { ...facts, prettyName: `${id} ${version}`.trim(), ...(namespace === undefined ? {} : { namespace }) };
}

function unknownRelease(distro: Distro) {
  return {
    code: 'unsupported-distribution' as const,
    message: `No advisories are known for ${distro.prettyName}: its operating system packages were not checked.`,
  };
}
