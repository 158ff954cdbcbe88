import type { FindingCriteria, FindingFacts } from './criteria.ts';
import { matchesCriteria, matchesPackage, matchesStrings } from './matches.ts';

/**
 * What the criteria of a suppression rule ask of a finding. A rule decides the status, so a criterion on the status is read as if the
 * finding were open. Undefined: no finding can match.
 */
export function ruleCriteria({ findingStatus, ...rest }: FindingCriteria): FindingCriteria | undefined {
  return matchesStrings(findingStatus, 'ACTIVE') ? rest : undefined;
}

/**
 * Whether a rule hides a finding. A vulnerability is meant by each of its names, so a rule about GHSA-… hides its CVE too, and the reverse.
 * SQL has a second implementation (`server/src/suppression/rule-predicate.ts`); a property test holds the two equal.
 * `everyPackage`: only a finding each of whose packages the criteria name.
 */
export function ruleMatches(criteria: FindingCriteria, facts: FindingFacts, everyPackage = false): boolean {
  const asked = ruleCriteria(criteria);
  if (asked === undefined) return false;
  const named = asked.vulnerablePackages ?? [];
  if (everyPackage && named.length > 0 && !facts.packages.every((one) => named.some((filter) => matchesPackage(filter, one)))) return false;
  const { vulnerabilityId, relatedVulnerabilities } = facts.strings;
  if (vulnerabilityId === undefined) return matchesCriteria(asked, facts);
  const names = [vulnerabilityId, relatedVulnerabilities ?? []].flat();
  return matchesCriteria(asked, { ...facts, strings: { ...facts.strings, vulnerabilityId: names } });
}
