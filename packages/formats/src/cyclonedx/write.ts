import type { Subject } from '@assay/core/inventory.ts';
import type { ScanFinding, ScanPackage } from '@assay/core/scan-result.ts';
import type { Severity } from '@assay/core/severity.ts';
import { type BomInput, contentUuid, subjectVersion } from '../bom/document.ts';

const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  UNTRIAGED: 'unknown',
  INFORMATIONAL: 'info',
  LOW: 'low',
  MEDIUM: 'medium',
  HIGH: 'high',
  CRITICAL: 'critical',
};
const SUBJECT_TYPES: Readonly<Record<Subject['kind'], string>> = {
  image: 'container',
  directory: 'application',
  host: 'operating-system',
  sbom: 'application',
};

/** A CycloneDX JSON document (https://cyclonedx.org/docs/1.6/json/, or 1.4); findings become its `vulnerabilities`. */
export function writeCycloneDx(input: BomInput, specVersion: '1.4' | '1.6' = '1.6'): unknown {
  const refs = new Map<string, string[]>();
  const components = input.packages.map((item, index) => {
    const ref = `package-${index + 1}`;
    refs.set(item.purl, [...(refs.get(item.purl) ?? []), ref]);
    return component(item, ref);
  });
  const version = subjectVersion(input.subject);
  return {
    $schema: `http://cyclonedx.org/schema/bom-${specVersion}.schema.json`,
    bomFormat: 'CycloneDX',
    specVersion,
    serialNumber: `urn:uuid:${contentUuid(input)}`,
    version: 1,
    metadata: {
      timestamp: input.createdAt,
      tools:
        specVersion === '1.4'
          ? [{ name: input.tool.name, version: input.tool.version }]
          : { components: [{ type: 'application', name: input.tool.name, version: input.tool.version }] },
      component: {
        'bom-ref': 'subject',
        type: SUBJECT_TYPES[input.subject.kind],
        name: input.subject.name,
        ...(version === undefined ? {} : { version }),
      },
      properties: [
        ...(input.properties ?? []),
        ...input.gaps.map((gap) => ({
          name: `assay:gap:${gap.code}`,
          value: gap.path === undefined ? gap.message : `${gap.path}: ${gap.message}`,
        })),
      ],
    },
    components: [...(input.distro === null ? [] : [operatingSystem(input.distro)]), ...components],
    dependencies: [{ ref: 'subject', dependsOn: components.map((item) => item['bom-ref']) }],
    ...(input.findings === undefined ? {} : { vulnerabilities: vulnerabilities(input.findings, refs) }),
  };
}

function component(item: ScanPackage, ref: string) {
  const properties = [
    ...item.paths.map((path) => ({ name: 'assay:path', value: path })),
    ...(item.layer === null ? [] : [{ name: 'assay:layer', value: item.layer }]),
    ...(item.sourceName === undefined ? [] : [{ name: 'assay:source:name', value: item.sourceName }]),
    ...(item.sourceVersion === undefined ? [] : [{ name: 'assay:source:version', value: item.sourceVersion }]),
  ];
  return {
    'bom-ref': ref,
    type: 'library',
    name: item.name,
    version: item.version,
    purl: item.purl,
    ...(item.licenses.length === 0 ? {} : { licenses: item.licenses.map((name) => ({ license: { name } })) }),
    ...(properties.length === 0 ? {} : { properties }),
  };
}

function operatingSystem(distro: NonNullable<BomInput['distro']>) {
  return {
    'bom-ref': 'operating-system',
    type: 'operating-system',
    name: distro.id,
    version: distro.version,
    ...(distro.prettyName === '' ? {} : { description: distro.prettyName }),
  };
}

/** One entry for each vulnerability; the fix is a recommendation, because it differs by package. */
function vulnerabilities(findings: readonly ScanFinding[], refs: ReadonlyMap<string, readonly string[]>) {
  const byId = new Map<string, ScanFinding[]>();
  for (const finding of findings) byId.set(finding.vulnerabilityId, [...(byId.get(finding.vulnerabilityId) ?? []), finding]);
  return [...byId].map(([id, group]) => {
    const first = group[0]!;
    const affected = new Set(group.flatMap((finding) => refs.get(finding.package.purl) ?? []));
    const fixes = new Set(group.flatMap((finding) => (finding.fixedIn === null ? [] : [`${finding.package.name} ${finding.fixedIn}`])));
    return {
      'bom-ref': `vulnerability-${id}`,
      id,
      source: { name: first.reason.found.feed, ...(first.url === null ? {} : { url: first.url }) },
      references: first.aliases.map((alias) => ({ id: alias, source: { name: first.reason.found.feed } })),
      ratings: ratings(first),
      ...(first.title === null ? {} : { description: first.title }),
      ...(fixes.size === 0 ? {} : { recommendation: `Update to ${[...fixes].join(', ')}` }),
      affects: [...affected].map((ref) => ({ ref })),
    };
  });
}

const METHODS: readonly (readonly [string, string])[] = [
  ['CVSS:4', 'CVSSv4'],
  ['CVSS:3.1', 'CVSSv31'],
  ['CVSS:3.0', 'CVSSv3'],
  ['AV:', 'CVSSv2'],
];

function ratings(finding: ScanFinding) {
  const vectors = finding.cvss.map(({ score, source }) => ({
    ...(source === undefined ? {} : { source: { name: source } }),
    method: METHODS.find(([prefix]) => score.startsWith(prefix))?.[1] ?? 'other',
    vector: score,
  }));
  return [
    { severity: SEVERITY_WORDS[finding.severity], ...(finding.score === null ? {} : { score: finding.score }), method: 'other' },
    ...vectors,
  ];
}
