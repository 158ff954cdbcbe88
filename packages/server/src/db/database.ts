import type { Logger } from '@assay/core/context.ts';
import { AssayError } from '@assay/core/errors.ts';
import pg from 'pg';
import { migrate, readMigrations } from './migrate.ts';
import { type Connection, createPool } from './pool.ts';
import type { EmbeddedPostgres } from './postgres/supervisor.ts';
import { ensureRoles, ROLE_NAMES, type Role, refuseUnsafeApiRole, rolePassword } from './roles.ts';

export interface Database {
  readonly worker: pg.Pool;
  readonly api: pg.Pool;
  /** Names of migrations applied by this start. */
  readonly applied: readonly string[];
  close(): Promise<void>;
}

export interface DatabaseTarget {
  readonly owner: Connection;
  readonly worker: Connection;
  readonly api: Connection;
}

/** @param database made if missing, owned by the bootstrap user. */
export function embeddedTarget(postgres: Pick<EmbeddedPostgres, 'socketDirectory' | 'port' | 'owner'>, database = 'assay'): DatabaseTarget {
  const at = (user: string): Connection => ({ host: postgres.socketDirectory, port: postgres.port, user, database });
  return { owner: at(postgres.owner), worker: at(ROLE_NAMES.worker), api: at(ROLE_NAMES.api) };
}

/** @param overrides `ASSAY_DATABASE_URL_WORKER`, `ASSAY_DATABASE_URL_API`: for roles whose passwords an administrator chose. */
export function urlTarget(url: string, overrides: { readonly [role in Role]?: string | undefined } = {}): DatabaseTarget {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (error) {
    throw new AssayError('database-url', 'ASSAY_DATABASE_URL is not a URL; write postgres://user:password@host:5432/database.', {
      cause: error,
    });
  }
  if (!['postgres:', 'postgresql:'].includes(parsed.protocol)) {
    throw new AssayError('database-url', 'ASSAY_DATABASE_URL must start with postgres:// or postgresql://.');
  }
  const as = (role: Role): Connection => {
    if (overrides[role] !== undefined && overrides[role] !== '') return { connectionString: overrides[role] };
    const copy = new URL(parsed);
    copy.username = ROLE_NAMES[role];
    copy.password = rolePassword(decodeURIComponent(parsed.password), role) ?? '';
    return { connectionString: copy.href };
  };
  return { owner: { connectionString: url }, worker: as('worker'), api: as('api') };
}

/** Makes roles and schema, then opens a pool per role; refuses an api role that could see all tenants. */
export async function openDatabase(target: DatabaseTarget, log: Logger, sizes = { worker: 10, api: 10 }): Promise<Database> {
  const applied = await prepareDatabase(target);
  const worker = createPool(target.worker, { name: 'worker', max: sizes.worker, log });
  const api = createPool(target.api, { name: 'api', max: sizes.api, log });
  const close = async (): Promise<void> => {
    await Promise.all([worker.end(), api.end()]);
  };
  try {
    await refuseUnsafeApiRole(api);
    return { worker, api, applied, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Makes database and roles, and applies what is missing of `migrations`; of none it leaves the schema alone. */
export async function prepareDatabase(target: DatabaseTarget, migrations = readMigrations()): Promise<string[]> {
  const owner = await connectOwner(target.owner);
  try {
    await ensureRoles(owner, owner.password ?? undefined);
    return migrations.length === 0 ? [] : await migrate(owner, migrations);
  } finally {
    await owner.end();
  }
}

async function connectOwner(connection: Connection): Promise<pg.Client> {
  const client = new pg.Client({ ...connection, application_name: 'assay-owner', connectionTimeoutMillis: 15_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    const code = (error as { code?: string }).code;
    if (code === '3D000' && connection.host !== undefined && connection.database !== undefined) {
      await createDatabase(connection, connection.database);
      return connectOwner(connection);
    }
    throw new AssayError('database-connect', `Cannot connect to the database (${(error as Error).message}); check ASSAY_DATABASE_URL.`, {
      cause: error,
    });
  }
}

/** Embedded only: in somebody else's PostgreSQL the database is theirs to create. */
async function createDatabase(connection: Connection, name: string): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' });
  await client.connect();
  try {
    await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
