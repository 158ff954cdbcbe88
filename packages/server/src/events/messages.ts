import type { FindingMessage, ServiceMessage } from '@assay/connectors/message.ts';
import { FINDING_STATUS, RESOURCE_KIND } from '@assay/core/finding.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import { accountDigits } from '../accounts/identity.ts';
import type { Transaction } from '../db/pool.ts';
import { Params } from '../findings/list/sql.ts';
import { readFindings } from '../findings/read.ts';
import type { FindingView } from '../findings/view.ts';
import { EVENT_KIND } from '../findings/write/event-kind.ts';
import { codeName } from './code-name.ts';
import { coverageDetail } from './coverage-detail.ts';
import { findingPredicate, kindPredicate, type SinkFilter, servicePredicate } from './filter.ts';
import type { Range } from './outbox.ts';
import { SERVICE_EVENT } from './service-events.ts';

/** How findings are told outside. */
export interface Telling {
  readonly region: string;
  /** The ARN by which the API knows a finding. */
  readonly findingArn: (account: number, finding: number) => string;
  /** Inspector's shape with ISO times. */
  readonly describe: (view: FindingView) => Readonly<Record<string, unknown>>;
}

/** What of a range is wanted: `limit` messages, and up to where they reach. */
export interface Page<Message> {
  readonly messages: readonly Message[];
  readonly last: number;
}

/** SQL condition over the alias `e` that is true for the events of a range. */
export function inRange(range: Range, p: Params): string {
  return `e.account = ${p.add(range.account)}::bigint and e.tx >= ${p.add(range.horizon)}::xid8 and e.tx < ${p.add(range.until)}::xid8
    and e.seq > ${p.add(range.after)}::bigint and e.seq <= ${p.add(range.last)}::bigint`;
}

/** The finding as it is now, beside what changed then. */
export async function findingMessages(
  tx: Transaction,
  range: Range,
  wanted: { readonly filter: SinkFilter; readonly limit: number; readonly telling: Telling },
): Promise<Page<FindingMessage>> {
  const p = new Params();
  const { rows } = await tx.query<FindingEventRow>(
    `select e.account, e.finding, e.seq, e.at, e.kind, e.actor, e.change, f.status, f.severity, f.score, i.name, i.doc->>'title' as title,
       r.kind as resource_kind, r.arn, r.repository
     from finding_event e left join finding f on f.account = e.account and f.id = e.finding left join issue i on i.id = f.issue
     left join resource r on r.account = f.account and r.id = f.resource
     where ${inRange(range, p)} and ${kindPredicate(wanted.filter, EVENT_KIND, p)} and ${findingPredicate(wanted.filter, p)}
     order by e.seq limit ${wanted.limit}`,
    p.values,
  );
  const views = await readFindings(
    tx,
    [...new Set(rows.map((row) => row.finding))].map((id) => ({ account: range.account, id })),
  );
  const details = new Map(views.map((view) => [view.id, wanted.telling.describe(view)]));
  return {
    messages: rows.map((row) => findingMessage(row, wanted.telling, details.get(row.finding) ?? null)),
    last: rows.length < wanted.limit ? range.last : rows.at(-1)!.seq,
  };
}

interface FindingEventRow {
  account: number;
  finding: number;
  seq: number;
  at: Date;
  kind: number;
  actor: string;
  change: Record<string, unknown>;
  status: number | null;
  severity: number | null;
  score: number | null;
  name: string | null;
  title: string | null;
  resource_kind: number | null;
  arn: string | null;
  repository: string | null;
}

function findingMessage(row: FindingEventRow, telling: Telling, detail: FindingMessage['detail']): FindingMessage {
  return {
    type: 'finding',
    seq: row.seq,
    account: accountDigits(row.account),
    region: telling.region,
    at: row.at.toISOString(),
    kind: codeName(EVENT_KIND, row.kind),
    actor: row.actor,
    finding: {
      arn: telling.findingArn(row.account, row.finding),
      status: codeName(FINDING_STATUS, row.status),
      severity: codeName(SEVERITY_CODES, row.severity),
      score: row.score === null || row.score < 0 ? null : row.score,
    },
    vulnerability: { id: row.name ?? '', title: row.title },
    resource: { type: codeName(RESOURCE_KIND, row.resource_kind), id: row.arn ?? '', repository: row.repository },
    change: row.change,
    detail,
  };
}

export async function serviceMessages(
  tx: Transaction,
  range: Range,
  wanted: { readonly filter: SinkFilter; readonly limit: number; readonly telling: Telling },
): Promise<Page<ServiceMessage>> {
  const p = new Params();
  const { rows } = await tx.query<{ seq: number; at: Date; kind: number; actor: string; subject: string; body: Record<string, unknown> }>(
    `select e.seq, e.at, e.kind, e.actor, e.subject, e.body from service_event e
     where ${inRange(range, p)} and ${servicePredicate(wanted.filter, p)} order by e.seq limit ${wanted.limit}`,
    p.values,
  );
  const account = accountDigits(range.account);
  return {
    messages: rows.map((row) => ({
      ...{ type: 'service', seq: row.seq, account, region: wanted.telling.region, at: row.at.toISOString() },
      ...{ kind: codeName(SERVICE_EVENT, row.kind), actor: row.actor, subject: row.subject },
      body: row.kind === SERVICE_EVENT.COVERAGE ? coverageDetail(row.subject, row.at, row.body) : row.body,
    })),
    last: rows.length < wanted.limit ? range.last : rows.at(-1)!.seq,
  };
}
