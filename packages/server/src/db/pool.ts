import type { Logger } from '@assay/core/context.ts';
import pg from 'pg';
import { isTraced, type Span, statementName, traced } from '../telemetry/spans.ts';

/** Where a role connects to: a URL of somebody else's PostgreSQL, or the socket of the embedded one. */
export interface Connection {
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  readonly connectionString?: string;
}

const INT8 = 20;
/** int8 as number: account numbers, ids and 52-bit spots stay under 2^53; a larger value is a bug and is not rounded silently. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 beyond 2^53: ${text}`);
  return value;
}

const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === INT8 && format !== 'binary' ? parseInt8 : pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser,
};

export interface PoolOptions {
  readonly name: string;
  readonly max: number;
  readonly log: Logger;
}

/** Statements are spans of the work they belong to, where somebody listens. */
class TracedClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: the overloads of pg, passed on as they come
  override query(...given: any[]): any {
    const [first] = given;
    const sql = typeof first === 'string' ? first : first?.text;
    const query = super.query.bind(this) as (...values: unknown[]) => Promise<unknown>;
    if (!isTraced() || typeof sql !== 'string' || typeof first?.submit === 'function') return query(...given);
    const span: Span = { name: statementName(sql), kind: 'client', attributes: { 'db.system.name': 'postgresql' } };
    const last = given.at(-1);
    if (typeof last !== 'function')
      return traced(
        () => span,
        () => query(...given),
      );
    const answer = traced(
      () => span,
      () => query(...given.slice(0, -1)),
    );
    answer.then(
      (result) => last(null, result),
      (error) => last(error),
    );
  }
}

/** A pool whose int8 are numbers, xid8 strings, jsonb objects and timestamps Dates. Lost connections are replaced, not fatal. */
export function createPool(connection: Connection, options: PoolOptions): pg.Pool {
  const pool = new pg.Pool({
    ...connection,
    Client: TracedClient,
    types,
    max: options.max,
    application_name: `assay-${options.name}`,
    connectionTimeoutMillis: 15_000,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
  });
  pool.on('error', (error) => {
    // A pool that ends says goodbye without waiting, and may yet hear that the database stops as well.
    if (!pool.ending) options.log.warn('a database connection was lost', { pool: options.name, error: error.message });
  });
  return pool;
}

export type Transaction = pg.PoolClient;

/** Runs `work` in one transaction; a throw rolls back. The client must not be used afterwards. */
export async function inTransaction<T>(pool: pg.Pool, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection cut in the middle would otherwise be an unhandled error event.
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((problem: Error) => {
      broken = problem;
    });
    throw error;
  } finally {
    client.removeListener('error', onError);
    client.release(broken);
  }
}

/** A transaction that sees these accounts only (role api). No account, nothing seen. Queries still name their accounts. */
export async function withAccounts<T>(pool: pg.Pool, accounts: readonly number[], work: (tx: Transaction) => Promise<T>): Promise<T> {
  const text = listed(accounts);
  return inTransaction(pool, async (tx) => {
    await tx.query(SEE, [text]);
    return work(tx);
  });
}

/** For a transaction that learns on its way whom else it acts for. */
export async function see(tx: Transaction, accounts: readonly number[]): Promise<void> {
  await tx.query(SEE, [listed(accounts)]);
}

const SEE = "select set_config('assay.accounts', $1, true)";

function listed(accounts: readonly number[]): string {
  for (const account of accounts) {
    if (!Number.isSafeInteger(account) || account < 0) throw new RangeError(`not an account: ${account}`);
  }
  return accounts.join(',');
}
