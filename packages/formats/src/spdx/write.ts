import type { ScanPackage } from '@assay/core/scan-result.ts';
import { type BomInput, contentUuid, subjectVersion } from '../bom/document.ts';

/** An SPDX 2.3 JSON document (https://spdx.github.io/spdx-spec/v2.3/). Findings have no place in SPDX 2.3 and are left out. */
export function writeSpdx(input: BomInput): unknown {
  const packages = input.packages.map((item, index) => spdxPackage(item, `SPDXRef-Package-${index + 1}`));
  const version = subjectVersion(input.subject);
  const root = {
    SPDXID: 'SPDXRef-Subject',
    name: input.subject.name,
    ...(version === undefined ? {} : { versionInfo: version }),
    ...NOT_SAID,
    primaryPackagePurpose:
      input.subject.kind === 'image' ? 'CONTAINER' : input.subject.kind === 'host' ? 'OPERATING_SYSTEM' : 'APPLICATION',
  };
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: 'SPDXRef-DOCUMENT',
    name: input.subject.name,
    documentNamespace: `https://spdx.org/spdxdocs/assay-${contentUuid(input)}`,
    creationInfo: { created: input.createdAt.replace(/\.\d+Z$/, 'Z'), creators: [`Tool: ${input.tool.name}-${input.tool.version}`] },
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

function spdxPackage(item: ScanPackage, id: string) {
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
    externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: item.purl }],
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
