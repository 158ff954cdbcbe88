import type { Advisory, AdvisoryRecord, AdvisoryStatus, Affected, OsvRange, OsvSeverity, SeverityWord } from './advisory.ts';
import { namespaceOfEcosystem, normalizeName, splitNamespace } from './namespace.ts';
import { severityWordOf } from './severity.ts';

/**
 * Flattens an advisory into one record per `affected[]` entry, keyed by (namespace, normalised name).
 * Withdrawn advisories give none; entries of an ecosystem we do not know give none (see {@link unknownEcosystems}).
 * A stream (`ubuntu:22.04/pro`) becomes the record's `stream`: records are keyed by the release that packages carry.
 */
export function recordsOfAdvisory(advisory: Advisory): AdvisoryRecord[] {
  if (advisory.withdrawn !== undefined) return [];
  const vulnerabilities = vulnerabilitiesOf(advisory);
  const records: AdvisoryRecord[] = [];
  for (const affected of advisory.affected) {
    const namespace = namespaceOfEcosystem(affected.package.ecosystem);
    if (namespace === undefined) continue;
    records.push(recordOf(advisory, affected, { namespace, vulnerabilities }));
  }
  return records;
}

/** Ecosystems of `affected[]` that have no namespace, for the caller's count of dropped entries. */
export function unknownEcosystems(advisory: Advisory): string[] {
  return advisory.affected.map((entry) => entry.package.ecosystem).filter((ecosystem) => namespaceOfEcosystem(ecosystem) === undefined);
}

/**
 * The vulnerabilities that an advisory names, one finding each. A bundle (`upstream` of DSA, USN, ALSA) is one per CVE;
 * an alias is the same vulnerability only when it is the single CVE among the aliases, otherwise the advisory keeps its own id.
 */
export function vulnerabilitiesOf(advisory: Advisory): string[] {
  const upstream = unique((advisory.upstream ?? []).map(cveIn).filter((id) => id !== undefined));
  if (upstream.length > 0) return upstream;
  const own = cveIn(advisory.id);
  if (own !== undefined) return [own];
  const aliases = unique((advisory.aliases ?? []).map(cveIn).filter((id) => id !== undefined));
  if (aliases.length === 1) return aliases;
  const other = unique(advisory.upstream ?? []);
  return aliases.length === 0 && other.length > 0 ? other : [advisory.id];
}

/** The CVE id that `id` is, or wraps as `UBUNTU-CVE-…`, `DEBIAN-CVE-…`, `ALPINE-CVE-…` do; undefined for other ids. */
function cveIn(id: string): string | undefined {
  return /^(?:[A-Z]{1,16}-)?(CVE-\d{4}-\d{4,19})$/.exec(id)?.[1];
}

function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)];
}

function recordOf(
  advisory: Advisory,
  affected: Affected,
  known: { readonly namespace: string; readonly vulnerabilities: readonly string[] },
): AdvisoryRecord {
  const extra = affected.assay;
  const { base, stream } = splitNamespace(known.namespace);
  const severities = affected.severity?.length ? affected.severity : (advisory.severity ?? []);
  const cvss = severities.filter((entry) => entry.type.startsWith('CVSS_'));
  const severity = extra?.severity ?? wordAmong(severities);
  return {
    namespace: base,
    name: normalizeName(base, affected.package.name),
    advisory: advisory.id,
    feed: advisory.assay?.feed ?? 'osv',
    vulnerabilities: known.vulnerabilities,
    aliases: advisory.aliases ?? [],
    status: extra?.status ?? statusOf(affected),
    ...(affected.ranges?.length ? { ranges: affected.ranges } : {}),
    ...(affected.versions?.length ? { versions: affected.versions } : {}),
    ...(severity === undefined ? {} : { severity }),
    ...(cvss.length > 0 ? { cvss } : {}),
    ...(extra?.arch?.length ? { arch: extra.arch } : {}),
    ...(extra?.module === undefined ? {} : { module: extra.module }),
    ...((extra?.stream ?? stream) === undefined ? {} : { stream: (extra?.stream ?? stream) as string }),
    ...(advisory.assay?.malicious || advisory.id.startsWith('MAL-') ? { malicious: true } : {}),
  };
}

/** OSV documents of Ubuntu carry `{type: "Ubuntu", score: "medium"}`: a word where others have a vector. */
function wordAmong(severities: readonly OsvSeverity[]): SeverityWord | undefined {
  for (const { type, score } of severities) {
    const word = type.startsWith('CVSS_') ? undefined : severityWordOf(score);
    if (word !== undefined) return word;
  }
  return undefined;
}

/** `fixed` when some event fixes it, `not-affected` when every fix is "0" (distributions say "never affected" so), else `affected`. */
function statusOf(affected: Affected): AdvisoryStatus {
  const fixes = (affected.ranges ?? []).filter(isVersionRange).flatMap((range) => range.events.flatMap((event) => event.fixed ?? []));
  if (fixes.length === 0) return 'affected';
  return fixes.every((fix) => fix === '0') && !affected.versions?.length ? 'not-affected' : 'fixed';
}

function isVersionRange(range: OsvRange): boolean {
  return range.type !== 'GIT';
}
