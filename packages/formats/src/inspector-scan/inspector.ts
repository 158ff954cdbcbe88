import type { CvssVersion } from '@assay/core/cvss.ts';
import { type AnsweredVulnerability, CLEAN, countsOf, priorityOf, type SbomAnswer, SEVERITY_WORDS, SKIPPED } from './answer.ts';
import { instant } from './cyclonedx.ts';

/** The INSPECTOR document of ScanSbom: what was said of components that have nothing, counts, and one entry for each vulnerability. */
export function writeInspectorAnswer(answer: SbomAnswer): Record<string, unknown> {
  const components = new Map(answer.components.map((one) => [one.ref, one]));
  return {
    messages: answer.components.flatMap(({ name, purl, outcome }) =>
      outcome === 'skipped' || outcome === 'clean'
        ? [{ name, ...(purl === '' ? {} : { purl }), info: outcome === 'clean' ? CLEAN : SKIPPED }]
        : [],
    ),
    vulnerability_count: countsOf(answer),
    vulnerabilities: answer.vulnerabilities.map((one) => ({
      id: one.id,
      severity: SEVERITY_WORDS[one.severity],
      source: one.source.url ?? one.source.name,
      related: one.aliases,
      description: one.description,
      references: one.references,
      ...(one.created === undefined ? {} : { created: one.created }),
      ...(one.updated === undefined ? {} : { updated: one.updated }),
      properties: properties(one),
      affects: one.affects.map(({ ref, fixedIn }) => {
        const { purl = '', path } = components.get(ref) ?? {};
        return {
          installed_version: purl,
          ...(fixedIn === null ? {} : { fixed_version: fixedIn }),
          ...(path === undefined ? {} : { path }),
        };
      }),
    })),
  };
}

const MEMBERS: Readonly<Record<CvssVersion, string>> = { '2.0': 'cvss2', '3.0': 'cvss3', '3.1': 'cvss3', '4.0': 'cvss4' };

function properties(one: AnsweredVulnerability): Record<string, unknown> {
  const { kev, epss, exploitLastSeen } = one;
  const bySource = new Map<string, Record<string, unknown>>();
  for (const { source, version, score, vector } of one.ratings) {
    const entry = bySource.get(source) ?? { source };
    const member = MEMBERS[version];
    bySource.set(source, { [`${member}_base_score`]: score, [`${member}_base_vector`]: vector.replace(/^CVSS:\d\.\d\//, ''), ...entry });
  }
  return {
    ...(kev === undefined ? {} : { cisa_kev_date_added: instant(kev.dateAdded), cisa_kev_date_due: instant(kev.dateDue) }),
    cwes: one.cwes,
    cvss: [...bySource.values()],
    ...(epss === undefined ? {} : { epss: epss.score }),
    exploit_available: one.exploit,
    ...(exploitLastSeen === undefined ? {} : { exploit_last_seen_in_public: instant(exploitLastSeen) }),
    ...(one.malicious ? { is_malicious: true } : {}),
    priority: priorityOf(one),
    priority_intelligence: one.weaponised ? 'VERIFIED' : 'UNVERIFIED',
  };
}
