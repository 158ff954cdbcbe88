import type { ScanPackage } from '@assay/core/scan-result.ts';
import { type BomInput, contentUuid, subjectVersion } from '../bom/document.ts';

/** Ids of vulnerabilities by the package URL that they affect. */
export type KnownVulnerabilities = ReadonlyMap<string, readonly string[]>;

/**
 * An SPDX 2.3 JSON document (https://spdx.github.io/spdx-spec/v2.3/). Findings have no place of their own in it: vulnerabilities can be
 * named as SECURITY references of the packages.
 */
export function writeSpdx(input: BomInput, known: KnownVulnerabilities = new Map()): unknown {
  const packages = input.packages.map((item, index) => spdxPackage(item, `SPDXRef-Package-${index + 1}`, known));
  const version = subjectVersion(input.subject);
  const root = {
    SPDXID: 'SPDXRef-Subject',
    name: input.subject.name,
    ...(version === undefined ? {} : { versionInfo: version }),
    ...NOT_SAID,
    primaryPackagePurpose:
      input.subject.kind === 'image' ? 'CONTAINER' : input.subject.kind === 'host' ? 'OPERATING_SYSTEM' : 'APPLICATION',
    ...(input.properties === undefined ? {} : { annotations: input.properties.map((property) => annotation(input, property)) }),
  };
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: input.subject.name,
    documentNamespace: `https://spdx.org/spdxdocs/assay-${contentUuid(input)}`,
    creationInfo: { created: wholeSeconds(input.createdAt), creators: [`Tool: ${input.tool.name}-${input.tool.version}`] },
    ...(input.gaps.length === 0 ? {} : { comment: input.gaps.map((gap) => `Not looked at: ${gap.message}`).join('\n') }),
    packages: [root, ...(input.distro === null ? [] : [operatingSystem(input.distro)]), ...packages],
    relationships: [
      { spdxElementId: 'SPDXRef-DOCUMENT', relationshipType: 'DESCRIBES', relatedSpdxElement: 'SPDXRef-Subject' },
      ...packages.map((item) => ({ spdxElementId: 'SPDXRef-Subject', relationshipType: 'CONTAINS', relatedSpdxElement: item.SPDXID })),
    ],
  };
}

const NOT_SAID = {
  downloadLocation: 'NOASSERTION',
  filesAnalyzed: false,
  licenseConcluded: 'NOASSERTION',
  licenseDeclared: 'NOASSERTION',
  copyrightText: 'NOASSERTION',
} as const;

function annotation(input: BomInput, { name, value }: { readonly name: string; readonly value: string }) {
  return {
    annotationDate: wholeSeconds(input.createdAt),
    annotationType: 'OTHER',
    annotator: `Tool: ${input.tool.name}-${input.tool.version}`,
    comment: `${name}: ${value}`,
  };
}

const wholeSeconds = (iso: string): string => iso.replace(/\.\d+Z$/, 'Z');

function spdxPackage(item: ScanPackage, id: string, known: KnownVulnerabilities) {
  const facts = [
    ...(item.paths.length === 0 ? [] : [`found in: ${item.paths.map((path) => `/${path.replace(/^\/+/, '')}`).join(', ')}`]),
    ...(item.licenses.length === 0 ? [] : [`licence as stated: ${item.licenses.join('; ')}`]),
  ];
  return {
    SPDXID: id,
    name: item.name,
    versionInfo: item.version,
    ...NOT_SAID,
    ...(facts.length === 0 ? {} : { sourceInfo: facts.join('; ') }),
    externalRefs: [
      { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: item.purl },
      ...(known.get(item.purl) ?? []).map((vulnerability) => ({
        referenceCategory: 'SECURITY',
        referenceType: 'advisory',
        referenceLocator: advisoryUrl(vulnerability),
        comment: vulnerability,
      })),
    ],
  };
}

function operatingSystem(distro: NonNullable<BomInput['distro']>) {
  return {
    SPDXID: 'SPDXRef-OperatingSystem',
    name: distro.id,
    versionInfo: distro.version,
    ...NOT_SAID,
    primaryPackagePurpose: 'OPERATING_SYSTEM',
  };
}

/** SPDX wants an address for an advisory. */
function advisoryUrl(id: string): string {
  const site = /^CVE-/.test(id) ? 'https://nvd.nist.gov/vuln/detail/' : 'https://osv.dev/vulnerability/';
  return `${site}${encodeURIComponent(id)}`;
}
