import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AssayError } from '@assay/core/errors.ts';
import { versionParts } from '@assay/core/evr.ts';
import type { FindingFacts, PackageFacts } from '@assay/core/filter/criteria.ts';
import { ruleMatches } from '@assay/core/filter/rule.ts';
import type { ScanFinding } from '@assay/core/scan-result.ts';
import type { Cli } from '../command.ts';
import { readIgnoreRules } from './ignore-rules.ts';

const MAX_BYTES = 1024 * 1024;

/** Which findings the rules of a file leave out today; says how many have expired. AssayError `ignore-file`. */
export function ignoredBy(name: string, { cwd, ctx, terminal }: Cli): (finding: ScanFinding) => boolean {
  const all = readIgnoreRules(textOf(resolve(cwd, name), name), name);
  const rules = all.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > ctx.now());
  const expired = all.length - rules.length;
  if (expired > 0) terminal.err.write(`assay: ${expired} of the ${all.length} rules of ${name} have expired and leave nothing out.\n`);
  return (finding) => {
    const facts = factsOf(finding);
    return rules.some(({ filterCriteria }) => ruleMatches(filterCriteria, facts));
  };
}

function textOf(file: string, name: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat?.isFile() !== true) throw new AssayError('ignore-file', `${name} is no file; name a file of ignore rules.`);
  if (stat.size > MAX_BYTES) throw new AssayError('ignore-file', `${name} is larger than 1 MB; ignore rules are shorter.`);
  return readFileSync(file, 'utf8');
}

function factsOf(finding: ScanFinding): FindingFacts {
  return {
    strings: {
      findingType: 'PACKAGE_VULNERABILITY',
      vulnerabilityId: finding.vulnerabilityId,
      relatedVulnerabilities: finding.aliases,
      severity: finding.severity,
      fixAvailable: finding.fixedIn === null ? 'NO' : 'YES',
    },
    dates: {},
    numbers: finding.epss === null ? {} : { epssScore: finding.epss },
    resourceTags: new Map(),
    packages: packagesOf(finding),
  };
}

/** One for each place where it was seen. */
function packagesOf({ package: { type, name, version, paths, layer } }: ScanFinding): PackageFacts[] {
  const one = { name, ...versionParts(type, version), ...(layer === null ? {} : { sourceLayerHash: layer }) };
  return paths.length === 0 ? [one] : paths.map((filePath) => ({ ...one, filePath }));
}
