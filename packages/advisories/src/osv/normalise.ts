import type { Advisory, Affected, AffectedExtra, OsvEvent, OsvRange, OsvSeverity, SeverityWord } from '@assay/core/advisory.ts';
import { namespaceOfEcosystem, normalizeName } from '@assay/core/namespace.ts';
import { severityWordOf } from '@assay/core/severity.ts';
import { coversNamespace, DROP, type FeedSubject, type Tally } from '../feed.ts';
import { asId, asIds, asList, asObject, asProse, asText, isCve, type Json } from './reading.ts';

/** What differs between publishers of OSV documents. */
export interface OsvDialect {
  readonly feed: string;
  readonly subject: FeedSubject;
  readonly namespaces: readonly string[];
  /** True for advisories that bundle several vulnerabilities: their `related` CVEs become `upstream`. */
  readonly bundles?: boolean;
  /** Reason to drop a whole document, beyond the common ones. */
  readonly reject?: (document: Json) => string | undefined;
  /** Reason to leave out one affected entry. */
  readonly rejectEntry?: (entry: Json) => string | undefined;
  readonly extra?: (entry: Json, document: Json) => AffectedExtra;
}

const MAX_REFERENCES = 40;

/**
 * One OSV document (https://ossf.github.io/osv-schema/) as an {@link Advisory}, or undefined with the reason counted in `tally`.
 * Git ranges are left out: nothing installed carries a commit. An entry without versions and ranges says nothing.
 */
export function normaliseOsv(document: Json, dialect: OsvDialect, tally: Tally): Advisory | undefined {
  const id = asId(document['id']);
  const problem = id === undefined ? DROP.noId : rejectReason(document, id, dialect);
  if (id === undefined || problem !== undefined) {
    tally.drop(problem ?? DROP.noId);
    return undefined;
  }
  const affected: Affected[] = [];
  const left: string[] = [];
  for (const item of asList(document['affected'])) {
    const entry = readAffected(item, document, dialect);
    if (typeof entry === 'string') left.push(entry);
    else affected.push(entry);
  }
  if (affected.length === 0) {
    tally.drop(dominant(left));
    return undefined;
  }
  tally.keep();
  tally.emitted += 1;
  for (const reason of left) tally.trim(reason);
  return assemble(id, document, { dialect, affected });
}

function rejectReason(document: Json, id: string, dialect: OsvDialect): string | undefined {
  if (asText(document['withdrawn']) !== undefined) return DROP.withdrawn;
  if (dialect.subject === 'vulnerability' && id.startsWith('MAL-')) return DROP.malware;
  return dialect.reject?.(document);
}

/** Of several reasons why entries were left out, the one that explains the document best. */
function dominant(reasons: readonly string[]): string {
  return reasons.find((reason) => reason !== DROP.foreign) ?? reasons[0] ?? DROP.noVersions;
}

function assemble(id: string, document: Json, made: { readonly dialect: OsvDialect; readonly affected: readonly Affected[] }): Advisory {
  const { dialect, affected } = made;
  const related = asIds(document['related']);
  const upstream = [...new Set([...asIds(document['upstream']), ...(dialect.bundles === true ? related.filter(isCve) : [])])];
  const specific = asObject(document['database_specific']);
  const cwes = asIds(specific?.['cwe_ids'] ?? specific?.['cwes']).filter((cwe) => /^CWE-[0-9]{1,6}$/.test(cwe));
  const url = asText(specific?.['url']);
  const published = asText(document['published']);
  const summary = asProse(document['summary']);
  const details = asProse(document['details']);
  const severity = readSeverity(document['severity'], dialect.feed);
  const references = readReferences(document['references']);
  const aliases = asIds(document['aliases']).filter((alias) => alias !== id);
  return {
    id,
    modified: asText(document['modified']) ?? published ?? '',
    ...(published === undefined ? {} : { published }),
    ...(aliases.length === 0 ? {} : { aliases }),
    ...(upstream.length === 0 ? {} : { upstream }),
    ...(related.length === 0 || dialect.bundles === true ? {} : { related }),
    ...(summary === undefined ? {} : { summary }),
    ...(details === undefined ? {} : { details }),
    ...(severity.length === 0 ? {} : { severity }),
    affected,
    ...(references.length === 0 ? {} : { references }),
    assay: {
      feed: dialect.feed,
      ...(dialect.subject === 'malware' ? { malicious: true } : {}),
      ...(cwes.length === 0 ? {} : { cwes }),
      ...(url === undefined ? {} : { url }),
    },
  };
}

function readAffected(item: unknown, document: Json, dialect: OsvDialect): Affected | string {
  const entry = asObject(item);
  const pkg = asObject(entry?.['package']);
  const ecosystem = asText(pkg?.['ecosystem']);
  const name = asText(pkg?.['name']);
  if (entry === undefined || ecosystem === undefined || name === undefined || name.length > 500) return DROP.noVersions;
  const namespace = namespaceOfEcosystem(ecosystem);
  if (namespace === undefined || !coversNamespace(dialect.namespaces, namespace)) return DROP.foreign;
  const reject = dialect.rejectEntry?.(entry);
  if (reject !== undefined) return reject;
  const ranges = readRanges(entry);
  const versions = asList(entry['versions'])
    .map(asText)
    .filter((version) => version !== undefined && version.length <= 200) as string[];
  if (ranges.length === 0 && versions.length === 0) return DROP.noVersions;
  const purl = asText(pkg?.['purl']);
  const severity = readSeverity(entry['severity'], dialect.feed);
  const word = severityOf(asObject(entry['database_specific'])?.['severity'] ?? asObject(document['database_specific'])?.['severity']);
  const extra = { ...(word === undefined ? {} : { severity: word }), ...dialect.extra?.(entry, document) };
  return {
    package: { ecosystem, name: normalizeName(namespace, name), ...(purl === undefined ? {} : { purl }) },
    ...(ranges.length === 0 ? {} : { ranges }),
    ...(versions.length === 0 ? {} : { versions }),
    ...(severity.length === 0 ? {} : { severity }),
    ...(Object.keys(extra).length === 0 ? {} : { assay: extra }),
  };
}

function readRanges(entry: Json): readonly OsvRange[] {
  const ranges: OsvRange[] = [];
  const lastKnown = asText(asObject(entry['database_specific'])?.['last_known_affected_version_range']);
  for (const item of asList(entry['ranges'])) {
    const range = asObject(item);
    const type = range?.['type'];
    if (type !== 'SEMVER' && type !== 'ECOSYSTEM') continue;
    const events = asList(range?.['events'])
      .map(readEvent)
      .filter((event) => event !== undefined);
    if (events.length > 0) ranges.push({ type, events: boundLastKnown(events, lastKnown) });
  }
  return ranges;
}

function readEvent(item: unknown): OsvEvent | undefined {
  const event = asObject(item);
  for (const key of ['introduced', 'fixed', 'last_affected', 'limit'] as const) {
    const version = asText(event?.[key]);
    if (version !== undefined && version.length <= 200) return { [key]: version };
  }
  return undefined;
}

/** GitHub writes an upper bound without a fix beside the range (`<= 1.2.3`, `< 2.0`); without it everything later would match for ever. */
function boundLastKnown(events: readonly OsvEvent[], lastKnown: string | undefined): readonly OsvEvent[] {
  if (lastKnown === undefined || events.some((event) => event.introduced === undefined)) return events;
  const bound = /^(<=|<) ?([^\s,<>=]{1,100})$/.exec(lastKnown.trim());
  if (bound === null) return events;
  // `<` is a limit and no promise of a fix.
  return [...events, bound[1] === '<=' ? { last_affected: bound[2]! } : { limit: bound[2]! }];
}

function readSeverity(value: unknown, source: string): readonly OsvSeverity[] {
  return asList(value).flatMap((item) => {
    const type = asText(asObject(item)?.['type']);
    const score = asText(asObject(item)?.['score']);
    return type === undefined || score === undefined || score.length > 300 ? [] : [{ type, score, source }];
  });
}

function readReferences(value: unknown): readonly { readonly type: string; readonly url: string }[] {
  return asList(value)
    .slice(0, MAX_REFERENCES)
    .flatMap((item) => {
      const url = asText(asObject(item)?.['url']);
      return url === undefined || url.length > 2000 || !/^https?:\/\//i.test(url)
        ? []
        : [{ type: asText(asObject(item)?.['type']) ?? 'WEB', url }];
    });
}

function severityOf(word: unknown): SeverityWord | undefined {
  return typeof word === 'string' ? severityWordOf(word) : undefined;
}
