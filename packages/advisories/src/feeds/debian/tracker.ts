import type { Advisory, AdvisoryStatus, Affected, AffectedExtra } from '@assay/core/advisory.ts';
import { severityWordOf } from '@assay/core/severity.ts';
import { DROP, type Tally } from '../../feed.ts';
import { asId, asObject, asProse, asText, isCve, type Json } from '../../osv/reading.ts';
import { jsonMembers } from './json-members.ts';
import { debianEcosystem } from './releases.ts';

/** The tracker's table carries no dates. */
const NO_DATE = '1970-01-01T00:00:00Z';

interface Gathered {
  description?: string | undefined;
  readonly affected: Affected[];
}

/** The tracker's table, gathered by vulnerability. `releases` are the ecosystems that the table speaks of. */
export class TrackerTable {
  readonly releases = new Set<string>();
  readonly #byId = new Map<string, Gathered>();

  /** Adds source package → CVE → release; one record = one (package, CVE) pair. */
  add(bytes: Buffer, tally: Tally): void {
    for (const [source, text] of jsonMembers(bytes)) {
      const entries = parseMember(text);
      if (entries === undefined) tally.drop(DROP.unreadable);
      else for (const [id, entry] of Object.entries(entries)) this.#addPair(source, { id, entry }, tally);
    }
  }

  #addPair(source: string, pair: { readonly id: string; readonly entry: unknown }, tally: Tally): void {
    const id = asId(pair.id);
    const entry = asObject(pair.entry);
    if (id === undefined || entry === undefined) {
      tally.drop(DROP.unreadable);
      return;
    }
    const affected: Affected[] = [];
    for (const [codename, release] of Object.entries(asObject(entry['releases']) ?? {})) {
      const ecosystem = debianEcosystem(codename);
      const statement = ecosystem === undefined ? undefined : releaseStatement({ ecosystem, name: source }, asObject(release) ?? {});
      if (ecosystem === undefined) tally.trim('unknown release');
      else this.releases.add(ecosystem);
      if (statement !== undefined) affected.push(statement);
    }
    if (affected.length === 0) {
      tally.drop(DROP.noStatement);
      return;
    }
    tally.keep();
    const gathered = this.#byId.get(id) ?? { affected: [] };
    const description = asProse(entry['description']);
    // The derived table has a note of its making where the tracker has words about the vulnerability.
    if (description?.startsWith('(derived from') === false) gathered.description ??= description;
    gathered.affected.push(...affected);
    this.#byId.set(id, gathered);
  }

  *advisories(feed: string, tally: Tally): Generator<Advisory> {
    for (const [id, { description, affected }] of this.#byId) {
      tally.emitted += 1;
      yield {
        id: `DEBIAN-${id}`,
        modified: NO_DATE,
        aliases: [id],
        ...(description === undefined ? {} : { details: description }),
        affected,
        references: isCve(id) ? [{ type: 'ADVISORY', url: `https://security-tracker.debian.org/tracker/${id}` }] : [],
        assay: { feed },
      };
    }
  }
}

function parseMember(text: string): Json | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function releaseStatement(pkg: Affected['package'], release: Json): Affected | undefined {
  const fixed = asText(release['fixed_version']);
  const urgency = asText(release['urgency']) ?? '';
  const severity = severityWordOf(urgency);
  const extra = (status: AdvisoryStatus): AffectedExtra => ({
    status,
    ...(severity === undefined ? {} : { severity }),
    ...(urgency === 'unimportant' ? { note: 'unimportant' } : {}),
  });
  if (release['status'] === 'resolved') {
    if (fixed === undefined) return undefined;
    const range = { type: 'ECOSYSTEM' as const, events: [{ introduced: '0' }, { fixed }] };
    return { package: pkg, ranges: [range], assay: extra(fixed === '0' ? 'not-affected' : 'fixed') };
  }
  const status = openStatus(release, urgency);
  return status === undefined
    ? undefined
    : { package: pkg, ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }] }], assay: extra(status) };
}

function openStatus(release: Json, urgency: string): AdvisoryStatus | undefined {
  if (release['status'] === 'undetermined') return 'under-investigation';
  if (release['status'] !== 'open') return undefined;
  if (urgency === 'end-of-life') return 'end-of-life';
  if (release['nodsa_reason'] === 'ignored') return 'will-not-fix';
  if (release['nodsa_reason'] === 'postponed') return 'deferred';
  return 'affected';
}
