import type { FindingCriteria } from '@assay/core/filter/criteria.ts';
import { Known } from '../known.ts';
import { readFindings } from '../read.ts';
import type { FindingView } from '../view.ts';
import type { FindingArns } from './arn-predicate.ts';
import { type CompiledCriteria, compileCriteria } from './compile.ts';
import { collect, DEFAULT_CAPS, inTime, type ReadAs, shapeOf } from './page.ts';
import { type Resolved, resolve } from './resolve.ts';
import { allOf, Params, type Predicate } from './sql.ts';
import { elsewhere } from './walk-statements.ts';

export interface StreamRequest {
  readonly criteria: FindingCriteria;
  /** Accounts to read, all of which the caller may see. */
  readonly accounts: readonly number[];
  readonly region: string;
  readonly arns: FindingArns;
  /** In place of `f.status` while a rule is being applied. */
  readonly status?: Predicate | undefined;
  /** Goes on after this finding: the position of the last batch that was dealt with. */
  readonly after?: StreamPosition;
  /** Findings of a batch, at most. */
  readonly size?: number;
  /** Up to this many findings are listed at once; where there are more, every finding of the accounts is looked at in passing. */
  readonly listed?: number;
}

/** Findings come in the order of (account, id), which no change of a finding disturbs. */
export interface StreamPosition {
  readonly account: number;
  readonly id: number;
}

export interface FindingBatch {
  readonly findings: readonly StreamedFinding[];
  readonly position: StreamPosition;
}

export interface StreamedFinding {
  readonly arn: string;
  readonly view: FindingView;
}

const BATCH = 1_000;
/** Rows looked at in one statement. */
const VISITED = 10_000;
const TIMEOUT_MS = 60_000;

/**
 * Every finding that matches, once, in batches, each read in a transaction of its own: memory stays that of a batch, and no snapshot is held
 * while the reader writes elsewhere. A finding that matches throughout is never left out; one that changes meanwhile is shown as it is
 * when its batch is read, or not at all. Nothing stays open between batches, so a reader may stop at any of them and go on later.
 */
export async function* streamFindings(request: StreamRequest, readAs: ReadAs): AsyncGenerator<FindingBatch> {
  const { arns, after, size = BATCH } = request;
  const criteria = compileCriteria(request.criteria, request);
  const accounts = criteria.accounts.filter((account) => account >= (after?.account ?? 0)).sort((a, b) => a - b);
  if (accounts.length === 0) return;
  const resolved = await readAs(accounts, (client) => resolve(client, { ...criteria, accounts }, { cap: DEFAULT_CAPS.resolve }));
  if (resolved === undefined) return;
  const keys = await listKeys({ ...criteria, accounts }, { resolved, cap: request.listed ?? DEFAULT_CAPS.candidates }, readAs);
  const found = keys === undefined ? walk({ accounts, resolved, after }, readAs) : [keys.filter((key) => isAfter(key, after))];
  const known = new Known();
  for await (const some of found) {
    for (let at = 0; at < some.length; at += size) {
      const batch = some.slice(at, at + size);
      const views = await readAs(accounts, (client) => readFindings(client, batch, { status: request.status, known }));
      const findings = views.map((view) => ({ arn: arns.format(view.account, view.id), view }));
      yield { findings, position: batch[batch.length - 1] as StreamPosition };
    }
  }
}

/** Where few findings match, the indexes find them; undefined where there are too many. */
async function listKeys(
  criteria: CompiledCriteria,
  { resolved, cap }: { readonly resolved: Resolved; readonly cap: number },
  readAs: ReadAs,
): Promise<StreamPosition[] | undefined> {
  const caps = { ...DEFAULT_CAPS, candidates: cap };
  const shape = shapeOf({ criteria, sort: {}, descending: false, limit: cap }, resolved, caps);
  const rows = await inTime(() =>
    collect(shape, (read) =>
      readAs(criteria.accounts, async (client) => {
        await client.query(`select set_config('statement_timeout', '${DEFAULT_CAPS.lastTimeoutMs}', true)`);
        return read(client);
      }),
    ),
  );
  return rows?.map(({ account, id }) => ({ account, id })).sort((a, b) => a.account - b.account || a.id - b.id);
}

const isAfter = (key: StreamPosition, after: StreamPosition | undefined): boolean =>
  after === undefined || key.account > after.account || (key.account === after.account && key.id > after.id);

interface Walked {
  readonly accounts: readonly number[];
  readonly resolved: Resolved;
  readonly after: StreamPosition | undefined;
}

/** Along the primary key, account by account. */
async function* walk({ accounts, resolved, after }: Walked, readAs: ReadAs): AsyncGenerator<StreamPosition[]> {
  for (const account of accounts) {
    for (let last: number | undefined = account === after?.account ? after.id : 0; last !== undefined; ) {
      const rows = await visit({ account, last, resolved }, readAs);
      yield rows.flatMap((row) => (row.held ? [{ account, id: row.id }] : []));
      last = rows.length < VISITED ? undefined : rows.at(-1)?.id;
    }
  }
}

interface Visit {
  readonly account: number;
  readonly last: number;
  readonly resolved: Resolved;
}

function visit({ account, last, resolved }: Visit, readAs: ReadAs): Promise<{ id: number; held: boolean }[]> {
  return readAs([account], async (client) => {
    const params = new Params();
    const seen = `select * from finding where account = ${params.add(account)}::bigint and id > ${params.add(last)}::bigint order by id limit ${VISITED}`;
    const held = allOf([...resolved.where.slice(1), ...elsewhere(resolved, undefined)], params);
    await client.query(`select set_config('statement_timeout', '${TIMEOUT_MS}', true)`);
    const { rows } = await client.query<{ id: number; held: boolean }>(
      `select f.id, (${held}) as held from (${seen}) f order by f.id`,
      params.values,
    );
    return rows;
  });
}
