import type { Distro } from '@assay/core/inventory.ts';
import { ContentsBuilder, MAX_COMPONENTS, type SbomContents, type SbomContext } from '../sbom/contents.ts';
import { identityOfPurl } from '../sbom/identity.ts';
import { asArray, asObject, asText, type Members } from '../sbom/json.ts';
import { operatingSystem } from '../sbom/operating-system.ts';

/** Purposes that make an entry no package to look up: the described image itself, its layers, files. */
const NO_PACKAGE: ReadonlySet<string> = new Set([
  'CONTAINER',
  'OPERATING-SYSTEM',
  'OPERATING_SYSTEM',
  'FILE',
  'SOURCE',
  'ARCHIVE',
  'DEVICE',
]);

/** Reads an SPDX 2.2 or 2.3 JSON document (https://spdx.github.io/spdx-spec/v2.3/). */
export function readSpdx(document: Members, ctx: SbomContext): SbomContents {
  const builder = new ContentsBuilder();
  const all = asArray(document['packages']);
  if (all.length > MAX_COMPONENTS) builder.gap({ code: 'limit-reached', message: `Only the first ${MAX_COMPONENTS} packages were read.` });
  const packages = all.slice(0, MAX_COMPONENTS).map(asObject);
  const described = describedIds(document);
  const os = operatingSystemOf(packages, ctx);
  let distro = os;
  for (const item of packages) {
    const purls = purlsOf(item);
    const label = [asText(item['name']), versionOf(item)].filter((part) => part !== '').join(' ') || 'A package without name';
    if (purls.length === 0) {
      const itself = described.has(asText(item['SPDXID'])) && packages.length > 1;
      if (!itself && !NO_PACKAGE.has(asText(item['primaryPackagePurpose']))) builder.unsupported(label, 'it has no package URL');
      continue;
    }
    distro = addPackage(item, purls, { builder, os, ctx, label }) ?? distro;
  }
  return {
    format: asText(document['spdxVersion']).replace('-', ' '),
    name: asText(document['name']),
    distro: os ?? distro,
    ...builder.finish(),
  };
}

interface Reading {
  readonly builder: ContentsBuilder;
  readonly os: Distro | null;
  readonly ctx: SbomContext;
  readonly label: string;
}

/** Several purls are spellings of one package: the first that can be matched counts. */
function addPackage(item: Members, purls: readonly string[], { builder, os, ctx, label }: Reading): Distro | null {
  let why = '';
  for (const purl of purls) {
    if (purl.startsWith('pkg:oci/') || purl.startsWith('pkg:docker/')) return null;
    const result = identityOfPurl(purl, versionOf(item), { os, ctx });
    if ('why' in result) {
      why ||= result.why;
      continue;
    }
    const licenses = [asText(item['licenseConcluded']), asText(item['licenseDeclared'])].filter(
      (words) => words !== '' && words !== 'NONE' && words !== 'NOASSERTION',
    );
    builder.add({
      identity: result.identity,
      evidence: [{ cataloger: 'sbom', path: pathOf(asText(item['sourceInfo'])) }],
      ...(licenses[0] === undefined ? {} : { licenses: [licenses[0]] }),
    });
    return result.distro;
  }
  builder.unsupported(label, why);
  return null;
}

function purlsOf(item: Members): string[] {
  return asArray(item['externalRefs']).flatMap((reference) => {
    const { referenceType, referenceLocator } = asObject(reference);
    const isPurl = referenceType === 'purl' || asText(referenceType).endsWith('/purl');
    return isPurl && asText(referenceLocator) !== '' ? [asText(referenceLocator)] : [];
  });
}

function versionOf(item: Members): string {
  const version = asText(item['versionInfo']);
  return version === 'NOASSERTION' || version === 'NONE' ? '' : version;
}

function describedIds(document: Members): ReadonlySet<string> {
  const ids = new Set(asArray(document['documentDescribes']).map(asText));
  for (const relationship of asArray(document['relationships'])) {
    const { spdxElementId, relationshipType, relatedSpdxElement } = asObject(relationship);
    if (relationshipType === 'DESCRIBES' && spdxElementId === 'SPDXRef-DOCUMENT') ids.add(asText(relatedSpdxElement));
  }
  return ids;
}

function operatingSystemOf(packages: readonly Members[], ctx: SbomContext): Distro | null {
  const item = packages.find((entry) => /^OPERATING[-_]SYSTEM$/.test(asText(entry['primaryPackagePurpose'])));
  return item === undefined ? null : ctx.resolveDistro(operatingSystem(asText(item['name']), versionOf(item)));
}

/** Syft tells paths in words: `acquired package info from DPKG DB: /var/lib/dpkg/status, …`. */
function pathOf(sourceInfo: string): string {
  const at = sourceInfo.indexOf(': /');
  if (at < 0) return '';
  const paths = sourceInfo
    .slice(at + 2)
    .split(',', 50)
    .map((path) => path.trim());
  return (paths.find((path) => /\/(?:status|installed|Packages|rpmdb\.sqlite)$/.test(path)) ?? paths[0] ?? '').slice(0, 1024);
}
