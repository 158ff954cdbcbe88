import type { ScanFinding, ScanResult } from '@assay/core/scan-result.ts';
import type { Severity } from '@assay/core/severity.ts';
import { printable } from '../bom/printable.ts';

const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  CRITICAL: 'error',
  HIGH: 'error',
  MEDIUM: 'warning',
  LOW: 'note',
  INFORMATIONAL: 'note',
  UNTRIAGED: 'warning',
};
/** Code scanning services sort by this number; where nobody gave a score the middle of the band stands for the word. */
const BAND_MIDDLES: Readonly<Record<Severity, string>> = {
  CRITICAL: '9.5',
  HIGH: '8.0',
  MEDIUM: '5.5',
  LOW: '2.0',
  INFORMATIONAL: '0.0',
  UNTRIAGED: '5.0',
};

/**
 * A SARIF 2.1.0 log (OASIS): one rule for each vulnerability, one result for each finding, gaps as notifications.
 * All words of the scanned thing are made printable: viewers render them.
 */
export function writeSarif(result: ScanResult): unknown {
  const rules = new Map<string, ScanFinding>();
  for (const finding of result.findings) if (!rules.has(finding.vulnerabilityId)) rules.set(finding.vulnerabilityId, finding);
  const indexes = new Map([...rules.keys()].map((id, index) => [id, index]));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Assay',
            version: result.tool.version,
            semanticVersion: result.tool.version,
            rules: [...rules.values()].map(rule),
          },
        },
        invocations: [
          {
            executionSuccessful: !result.gaps.some((gap) => gap.fatal),
            toolExecutionNotifications: result.gaps.map((gap) => ({
              level: gap.fatal ? 'error' : 'warning',
              descriptor: { id: gap.code },
              message: { text: printable(gap.message) },
              ...(gap.path === undefined ? {} : { locations: [location(gap.path)] }),
            })),
          },
        ],
        properties: {
          subject: printable(result.subject.name),
          databaseRevision: result.database.revision,
          databaseBuiltAt: result.database.builtAt,
        },
        results: result.findings.map((finding) => sarifResult(finding, indexes.get(finding.vulnerabilityId)!)),
      },
    ],
  };
}

function rule(finding: ScanFinding) {
  const title = printable(finding.title ?? finding.vulnerabilityId, 300);
  return {
    id: printable(finding.vulnerabilityId, 200),
    name: 'VulnerablePackage',
    shortDescription: { text: title },
    fullDescription: { text: title },
    ...(finding.url === null || !URL.canParse(finding.url) ? {} : { helpUri: new URL(finding.url).href }),
    help: { text: printable([finding.vulnerabilityId, ...finding.aliases].join(', ')) },
    properties: {
      'security-severity': finding.score === null ? BAND_MIDDLES[finding.severity] : finding.score.toFixed(1),
      tags: ['security', 'vulnerability'],
    },
  };
}

function sarifResult(finding: ScanFinding, ruleIndex: number) {
  const { name, version, purl, paths } = finding.package;
  const fix = finding.fixedIn === null ? 'no fix is known' : `fixed in ${finding.fixedIn}`;
  return {
    ruleId: printable(finding.vulnerabilityId, 200),
    ruleIndex,
    level: LEVELS[finding.severity],
    message: { text: printable(`${name} ${version} has ${finding.vulnerabilityId} (${finding.severity.toLowerCase()}); ${fix}.`) },
    locations: [location(paths[0] ?? '', printable(purl))],
    partialFingerprints: { 'assayFinding/v1': printable(`${finding.vulnerabilityId} ${purl} ${paths[0] ?? ''}`, 4000) },
    properties: {
      severity: finding.severity,
      fixedIn: finding.fixedIn,
      advisory: finding.reason.found.advisory,
      range: printable(finding.reason.found.range),
    },
  };
}

function location(path: string, logical?: string) {
  const uri = path
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.' && segment !== '..')
    .map((segment) => encodeURIComponent(segment.toWellFormed()))
    .join('/');
  return {
    physicalLocation: { artifactLocation: { uri: uri === '' ? 'unknown' : uri }, region: { startLine: 1 } },
    ...(logical === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: logical, kind: 'package' }] }),
  };
}
