import type { AdvisoryRecord, OsvSeverity } from '@assay/core/advisory.ts';
import type { Match } from '@assay/core/match.ts';
import type { VersionSchemeId } from '@assay/core/package-type.ts';
import { compareVersions } from '@assay/core/versions.ts';

/** Other names of this one vulnerability. A bundle of several has none: its id names all of them. */
export function aliasesFor(record: AdvisoryRecord, vulnerability: string): string[] {
  if (record.vulnerabilities.length > 1) return [];
  const same = record.aliases.includes(vulnerability) || record.advisory.endsWith(vulnerability);
  return [...new Set([...(same ? [record.advisory] : []), ...record.aliases])].filter((id) => id !== vulnerability).sort();
}

/**
 * The match that explains best, with what the others add: malicious before all, then one that knows a fix, the nearest fix first
 * (each is above the installed version), then what the vendor says about not fixing, then by advisory id so that order does not matter.
 */
export function bestOf(matches: readonly Match[], scheme: VersionSchemeId): Match | undefined {
  if (matches.length < 2) return matches[0];
  const sorted = [...matches].sort((a, b) => compareMatches(a, b, scheme));
  const best = sorted[0] as Match;
  const severity = sorted.find((match) => match.severity !== undefined)?.severity;
  const cvss = uniqueScores(sorted.flatMap((match) => match.cvss ?? []));
  return {
    ...best,
    aliases: [...new Set(sorted.flatMap((match) => match.aliases))].sort(),
    ...(severity === undefined ? {} : { severity }),
    ...(cvss.length === 0 ? {} : { cvss }),
  };
}

function compareMatches(a: Match, b: Match, scheme: VersionSchemeId): number {
  return (
    Number(b.malicious ?? false) - Number(a.malicious ?? false) ||
    Number(b.fixedIn !== null) - Number(a.fixedIn !== null) ||
    (a.fixedIn === null || b.fixedIn === null ? 0 : (compareVersions(scheme, a.fixedIn, b.fixedIn) ?? 0)) ||
    Number(a.status === 'affected') - Number(b.status === 'affected') ||
    (a.advisory < b.advisory ? -1 : a.advisory > b.advisory ? 1 : 0) ||
    (a.reason.found.range < b.reason.found.range ? -1 : 1)
  );
}

function uniqueScores(scores: readonly OsvSeverity[]): OsvSeverity[] {
  const seen = new Set<string>();
  return scores.filter((entry) => !seen.has(entry.score) && seen.add(entry.score));
}

/**
 * Advisories without a CVE join the match whose names they share (PYSEC-1 lists GHSA-x, which another database names CVE-1), but only
 * when exactly one does: chains of aliases must never join two CVEs.
 */
export function mergeAliases(matches: readonly Match[], scheme: VersionSchemeId): Match[] {
  const loose = matches
    .filter((match) => !match.vulnerabilityId.startsWith('CVE-'))
    .sort((a, b) => (a.vulnerabilityId < b.vulnerabilityId ? 1 : -1));
  if (loose.length === 0 || matches.length < 2) return [...matches];
  const groups = new Map<string, Match[]>(matches.map((match) => [match.vulnerabilityId, [match]]));
  const owners = new Map<string, Set<string>>();
  for (const match of matches) {
    for (const id of [match.vulnerabilityId, ...match.aliases]) owners.set(id, (owners.get(id) ?? new Set()).add(match.vulnerabilityId));
  }
  // A match that moved answers under its new id, so that the order of moving does not matter.
  const home = new Map<string, string>();
  for (const { vulnerabilityId: own, aliases } of loose) {
    const targets = new Set([own, ...aliases].flatMap((id) => [...(owners.get(id) ?? [])]).map((id) => home.get(id) ?? id));
    targets.delete(own);
    const [target] = targets;
    if (target === undefined || targets.size > 1) continue;
    groups.get(target)?.push(...(groups.get(own) ?? []));
    groups.delete(own);
    for (const [id, at] of home) if (at === own) home.set(id, target);
    home.set(own, target);
  }
  return [...groups].map(([id, group]) => renamed(bestOf(group, scheme) as Match, id, group));
}

function renamed(match: Match, id: string, group: readonly Match[]): Match {
  if (group.length === 1) return match;
  const aliases = new Set([...match.aliases, ...group.map((member) => member.vulnerabilityId)]);
  aliases.delete(id);
  return { ...match, vulnerabilityId: id, aliases: [...aliases].sort() };
}
