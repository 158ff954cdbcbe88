import type { Advisory, AdvisoryLookup, Enrichment, OsvSeverity } from '@assay/core/advisory.ts';
import { parseCvss } from '@assay/core/cvss.ts';
import { FINDING_KIND } from '@assay/core/finding.ts';
import type { Match } from '@assay/core/match.ts';
import { SEVERITY_CODES, severityOfWord } from '@assay/core/severity.ts';
import type { Queryable } from '../../jobs/queue.ts';
import { DESCRIPTION_FIELDS, retryIssues } from '../../suppression/retry.ts';
import { keepEpssDays } from '../../vulnerabilities/epss-days.ts';
import type { IssueDoc } from '../view.ts';
import { intelligence } from './intelligence.ts';

const KIND = FINDING_KIND.PACKAGE_VULNERABILITY;
const MAX_TEXT = 20_000;
const TITLE_PACKAGES = 3;
const MAX_TITLE = 300;

export interface IssueRow {
  readonly name: string;
  readonly source: string;
  readonly vendorSeverity: number;
  readonly epss: number;
  readonly epssDay: string | null;
  readonly kev: string | null;
  readonly exploit: boolean;
  readonly weaponised: boolean;
  readonly aliases: readonly string[];
  readonly doc: IssueDoc;
}

/**
 * Ids of the vulnerabilities of these matches; makes or refreshes rows that this revision has not described yet.
 * Runs outside the transaction that writes findings: issues are content, an unused one harms nobody.
 */
export async function issueIds(
  db: Queryable,
  matches: Iterable<Match>,
  described: { readonly lookup: AdvisoryLookup; readonly revision: number },
): Promise<Map<string, number>> {
  const first = new Map<string, Match>();
  for (const match of matches) if (!first.has(match.vulnerabilityId)) first.set(match.vulnerabilityId, match);
  const known = await readIssues(db, [...first.keys()]);
  const stale = [...first.values()].filter((match) => (known.get(match.vulnerabilityId)?.revision ?? -1) < described.revision);
  const rows = stale.map((match) => describeIssue(match, described.lookup));
  await writeIssues(db, rows, described.revision);
  await keepEpssDays(db, rows);
  const missing = rows.map((row) => row.name).filter((name) => !known.has(name));
  for (const [name, row] of await readIssues(db, missing)) known.set(name, row);
  return new Map([...known].map(([name, row]) => [name, row.id]));
}

export async function readIssues(db: Queryable, names: readonly string[]): Promise<Map<string, { id: number; revision: number }>> {
  if (names.length === 0) return new Map();
  const { rows } = await db.query<{ name: string; id: number; revision: number }>(
    'select name, id, revision from issue where kind = $1 and name = any($2::text[])',
    [KIND, names],
  );
  return new Map(rows.map((row) => [row.name, row]));
}

/** Sorted by name, so that two writers never wait for each other in a circle. Existing rows first: a conflict would burn an int4 id. */
async function writeIssues(db: Queryable, rows: readonly IssueRow[], revision: number): Promise<void> {
  for (let start = 0; start < rows.length; start += 500) {
    const batch = [...rows.slice(start, start + 500)].sort((a, b) => (a.name < b.name ? -1 : 1));
    await db.query(WRITE, [JSON.stringify(batch), revision]);
  }
}

const WRITE = `
with given as (
  select * from jsonb_to_recordset($1) as g(name text, source text, "vendorSeverity" smallint, epss real, kev date, exploit boolean, weaponised boolean, aliases text[], doc jsonb)
), refreshed as (
  update issue i set source = g.source, vendor_severity = g."vendorSeverity", epss = g.epss, kev = g.kev, exploit = g.exploit, weaponised = g.weaponised, aliases = g.aliases,
    doc = g.doc, revision = $2
  from (select i.id, (i.source, i.vendor_severity, i.epss, i.exploit, i.aliases, i.doc->>'title')
      is distinct from (g.source, g."vendorSeverity", g.epss, g.exploit, g.aliases, g.doc->>'title') as other, g.* from given g join issue i on i.kind = ${KIND} and i.name = g.name and i.revision < $2 order by i.id for update of i) g
  where i.id = g.id returning i.id, g.other
), made as (
insert into issue (kind, name, source, vendor_severity, epss, kev, exploit, weaponised, aliases, doc, revision)
select ${KIND}, name, source, "vendorSeverity", epss, kev, exploit, weaponised, aliases, doc, $2 from given g
where not exists (select from issue i where i.kind = ${KIND} and i.name = g.name) order by name
on conflict (kind, name) do nothing)
${retryIssues('refreshed where other', DESCRIPTION_FIELDS)}`;

/** Everything a page says about a vulnerability, as this revision knows it. */
function describeIssue(
  match: Pick<Match, 'vulnerabilityId' | 'advisory' | 'feed' | 'aliases' | 'severity' | 'cvss' | 'malicious'>,
  lookup: AdvisoryLookup,
): IssueRow {
  const name = match.vulnerabilityId;
  const enrichment = lookup.enrichment(name);
  const { doc: known, ...columns } = intelligence(enrichment);
  const own = lookup.document(match.advisory);
  const document = lookup.document(name) ?? own;
  return {
    name,
    source: document?.assay?.feed ?? match.feed,
    vendorSeverity: SEVERITY_CODES[match.severity === undefined ? 'UNTRIAGED' : severityOfWord(match.severity)],
    ...columns,
    aliases: [...new Set([...match.aliases, ...(document?.aliases ?? [])])].filter((alias) => alias !== name).slice(0, 100),
    doc: { ...describe(name, document, { own, enrichment, cvss: match.cvss, malicious: match.malicious === true }), ...known },
  };
}

function describe(
  name: string,
  document: Advisory | undefined,
  more: {
    readonly own: Advisory | undefined;
    readonly enrichment: Enrichment | undefined;
    readonly cvss: readonly OsvSeverity[] | undefined;
    readonly malicious: boolean;
  },
): IssueDoc {
  const cve = more.enrichment?.cve;
  const text = (value: string | undefined): string | undefined =>
    value === undefined || value === '' ? undefined : value.slice(0, MAX_TEXT);
  const references = [...(document?.references?.map((reference) => reference.url) ?? []), ...(cve?.references ?? [])];
  const url = document?.assay?.url ?? references[0];
  const doc: { -readonly [Key in keyof IssueDoc]: IssueDoc[Key] | undefined } = {
    title: titleOf(name, more.own, document?.summary ?? cve?.title),
    description: text(document?.details ?? document?.summary ?? cve?.description ?? cve?.title),
    references: [...new Set(references)].slice(0, 100),
    url,
    cvss: vectors(more.cvss, cve?.severities),
    cwes: document?.assay?.cwes ?? cve?.cwes,
    published: document?.published ?? cve?.published,
    modified: document?.modified ?? cve?.modified,
    malicious: more.malicious || undefined,
  };
  return doc as IssueDoc; // undefined members vanish in JSON
}

/** Inspector's way, `CVE-2024-24790 - stdlib`, and after a colon what is wrong, for whoever reads a list. */
function titleOf(name: string, own: Advisory | undefined, summary: string | undefined): string {
  const packages = [...new Set(own?.affected.map((one) => one.package.name) ?? [])];
  const more = packages.length > TITLE_PACKAGES ? ' …' : '';
  const named = packages.length === 0 ? name : `${name} - ${packages.slice(0, TITLE_PACKAGES).join(', ')}${more}`;
  return (summary === undefined || summary === '' ? named : `${named}: ${summary}`).slice(0, MAX_TITLE);
}

/** Every readable vector once, whoever gave it; scores are ours. */
function vectors(own: readonly OsvSeverity[] | undefined, record: readonly OsvSeverity[] | undefined): IssueDoc['cvss'] {
  const found = new Map<string, NonNullable<IssueDoc['cvss']>[number]>();
  for (const [list, fallback] of [
    [own, 'advisory'],
    [record, 'CVE'],
  ] as const) {
    for (const { score: text, source = fallback } of list ?? []) {
      const cvss = parseCvss(text);
      if (cvss !== undefined) found.set(cvss.vector, { source, version: cvss.version, vector: cvss.vector, score: cvss.baseScore });
    }
  }
  return found.size === 0 ? undefined : [...found.values()].slice(0, 20);
}
