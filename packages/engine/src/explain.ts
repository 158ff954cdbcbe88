import type { ScanFinding } from '@assay/core/scan-result.ts';

/** Why a finding is one, in sentences that a person can check: what was asked, what was found, what follows. */
export function explainFinding(finding: ScanFinding): readonly string[] {
  const { searchedBy, found, rule } = finding.reason;
  const asked =
    searchedBy.via === 'source'
      ? `its source package ${searchedBy.name} ${searchedBy.version}`
      : `${searchedBy.name} ${searchedBy.version}`;
  return [
    `${finding.package.name} ${finding.package.version} was looked up in ${searchedBy.namespace} as ${asked}.`,
    `${found.advisory} (${found.feed}) speaks of ${found.range}: ${RULE_WORDS[rule]}.`,
    finding.fixedIn === null ? `No fixed version is known (${finding.status}).` : `Version ${finding.fixedIn} fixes it.`,
    finding.severityReason,
  ];
}

const RULE_WORDS: Readonly<Record<ScanFinding['reason']['rule'], string>> = {
  'version-in-range': 'the version lies in that range',
  'version-listed': 'the version is listed',
  'all-versions': 'every version is affected',
  'no-fix-available': 'every version is affected until a fix is published',
};
