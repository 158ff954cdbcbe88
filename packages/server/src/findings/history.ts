import type { FindingCriteria, NumberFilter } from '@assay/core/filter/criteria.ts';
import { FINDING_STATUS, type FindingStatus } from '@assay/core/finding.ts';
import { SEVERITY_CODES, type Severity } from '@assay/core/severity.ts';
import type { Transaction } from '../db/pool.ts';
import { nameOfCode } from './code-name.ts';
import { findingPredicate } from './list/finding-predicate.ts';
import { allOf, anyOf, Params, type Predicate } from './list/sql.ts';
import { codePredicate } from './list/string-predicate.ts';
import type { FindingNaming } from './naming.ts';
import type { FindingChange } from './write/event-kind.ts';

export interface HistoryEvent {
  readonly seq: number;
  readonly at: Date;
  /** EVENT_KIND. */
  readonly kind: number;
  readonly actor: string;
  /** Digest of the advisories it was decided with. */
  readonly revision: string | null;
  readonly change: FindingChange;
  /** purl of each package by its id. */
  readonly packages: Readonly<Record<number, string>>;
}

/** What happened to a finding, oldest first. */
export async function readHistory(
  tx: Transaction,
  finding: { readonly account: number; readonly id: number },
  page: { readonly after: number; readonly limit: number },
): Promise<HistoryEvent[]> {
  const { rows } = await tx.query<Omit<HistoryEvent, 'packages'>>(
    `select e.seq, e.at, e.kind, e.actor, encode(r.digest, 'hex') as revision, e.change
     from finding_event e left join revision r on r.id = e.revision
     where e.account = $1 and e.finding = $2 and e.seq > $3 order by e.seq limit $4`,
    [finding.account, finding.id, page.after, page.limit],
  );
  const ids = rows.flatMap((row) => [...(row.change.added ?? []), ...(row.change.removed ?? [])]);
  const { rows: packages } = await tx.query<{ id: number; purl: string }>('select id, purl from package where id = any($1::int[])', [ids]);
  const named = Object.fromEntries(packages.map((row) => [row.id, row.purl]));
  return rows.map((row) => ({ ...row, packages: named }));
}

export interface FindingThen {
  readonly account: number;
  readonly id: number;
  readonly name: string;
  readonly title: string | null;
  readonly arn: string;
  readonly status: FindingStatus;
  readonly severity: Severity;
  readonly score: number | null;
  /** When this life of it began. */
  readonly since: Date;
}

export interface AtRequest {
  readonly at: Date;
  readonly accounts: readonly number[];
  /** Status, severity, score and fix are those of that moment; everything else is asked of resources and vulnerabilities as they are now. */
  readonly criteria: FindingCriteria;
  readonly naming: FindingNaming;
  readonly after: { readonly account: number; readonly id: number } | undefined;
  readonly limit: number;
}

/** Findings looked at in one statement, and statements for one page. */
const LOOKED_AT = 2_000;
const MOST_LOOKS = 10;

export interface AtPage {
  readonly findings: readonly FindingThen[];
  /** Where to go on; undefined: that was all. */
  readonly next: { readonly account: number; readonly id: number } | undefined;
}

/**
 * What was known at a moment, in the order of (account, id). A field had the value that the first later event which changes it says it was, or
 * has it still: so the answer needs no more history than the time since, and a finding that opened later is not in it.
 * A page may be short, even empty, while there is more.
 */
export async function findingsAt(tx: Transaction, request: AtRequest): Promise<AtPage> {
  const found: FindingThen[] = [];
  let after = request.after ?? { account: -1, id: 0 };
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const rows = await look(tx, { ...request, after });
    for (const row of rows) {
      if (row.held) found.push(toFinding(row));
      after = { account: row.account, id: row.id };
      if (found.length === request.limit) return { findings: found, next: after };
    }
    if (rows.length < LOOKED_AT) return { findings: found, next: undefined };
  }
  return { findings: found, next: after };
}

interface Row {
  account: number;
  id: number;
  name: string;
  title: string | null;
  arn: string;
  status: number | null;
  severity: number;
  score: number;
  first_at: Date;
  held: boolean;
}

const scored =
  ({ lowerInclusive = 0, upperInclusive = 10 }: NumberFilter): Predicate =>
  (p) =>
    `t.score >= 0 and t.score between ${p.add(lowerInclusive)}::real and ${p.add(upperInclusive)}::real`;

const THEN = (field: string, type: string): string =>
  `left join lateral (select true as changed, (e.change->'${field}'->>0)::${type} as was from finding_event e
     where e.account = f.account and e.finding = f.id and e.at > $1 and e.change ? '${field}' order by e.seq limit 1) ${field} on true`;

async function look(tx: Transaction, request: AtRequest & { readonly after: { account: number; id: number } }): Promise<Row[]> {
  const { severity, findingStatus, inspectorScore, fixAvailable, ...now } = request.criteria;
  const params = new Params();
  params.add(request.at);
  const place = [params.add(request.after.account), params.add(request.after.id)];
  const where = findingPredicate(now, { accounts: request.accounts, ...request.naming })(params);
  const held: Predicate[] = [() => 't.status is not null'];
  const codes = (filters: typeof severity, column: string, names: Readonly<Record<string, number>>): void => {
    if (filters !== undefined) held.push(codePredicate(filters, { sql: `t.${column}`, type: 'smallint' }, Object.entries(names)));
  };
  codes(severity, 'severity', SEVERITY_CODES);
  codes(findingStatus, 'status', FINDING_STATUS);
  codes(fixAvailable, 'fix', { NO: 0, PARTIAL: 1, YES: 2 });
  if (inspectorScore !== undefined) held.push((p) => anyOf(inspectorScore.map(scored), p));
  const fields = ['status', 'severity', 'fix'].map(
    (field) => `case when ${field}.changed then ${field}.was else f.${field} end as ${field}`,
  );
  const { rows } = await tx.query<Row>(
    `select t.*, coalesce(${allOf(held, params)}, false) as held from (
       select f.account, f.id, f.first_at, i.name, i.title, r.arn, ${fields.join(', ')}, case when score.changed then score.was else f.score end as score
       from (select f.* from finding f where (f.account, f.id) > (${place.join(', ')}) and ${where} order by f.account, f.id limit ${LOOKED_AT}) f
       ${THEN('status', 'smallint')} ${THEN('severity', 'smallint')} ${THEN('fix', 'smallint')} ${THEN('score', 'real')}
       join issue i on i.id = f.issue join resource r on r.account = f.account and r.id = f.resource) t order by t.account, t.id`,
    params.values,
  );
  return rows;
}

function toFinding(row: Row): FindingThen {
  const { account, id, name, title, arn } = row;
  return {
    ...{ account, id, name, title, arn, since: row.first_at },
    status: nameOfCode(FINDING_STATUS, row.status!),
    severity: nameOfCode(SEVERITY_CODES, row.severity),
    score: row.score < 0 ? null : row.score,
  };
}
