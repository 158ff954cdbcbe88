import { createHmac } from 'node:crypto';
import { AssayError } from '@assay/core/errors.ts';
import type pg from 'pg';

/** `owner` runs migrations; `worker` writes findings and sees all accounts; `api` is bound by row-level security. */
export type Role = 'worker' | 'api';
export const ROLE_NAMES: Record<Role, string> = { worker: 'assay_worker', api: 'assay_api' };

const SETTINGS: Record<Role, readonly string[]> = {
  // A worker that hangs inside a transaction holds rows that others wait for: twice a job's lease is enough.
  // A generic plan ignores which account or severity is asked for; see the grid measurements in docs.
  worker: ['plan_cache_mode = force_custom_plan', "statement_timeout = '10min'", "idle_in_transaction_session_timeout = '1min'"],
  api: [
    'plan_cache_mode = force_custom_plan',
    "statement_timeout = '20s'",
    "lock_timeout = '5s'",
    "idle_in_transaction_session_timeout = '30s'",
  ],
};

/**
 * Creates the two login roles, or checks those an administrator made. Passwords derive from the owner's own,
 * so that every process that knows ASSAY_DATABASE_URL can log in as each role and nothing needs storing.
 * @throws AssayError `database-roles` with the statements to run.
 */
export async function ensureRoles(owner: pg.ClientBase, ownerPassword: string | undefined): Promise<void> {
  const found = await readRoles(owner);
  for (const role of ['worker', 'api'] as const) {
    const name = ROLE_NAMES[role];
    const password = rolePassword(ownerPassword, role);
    const wanted = role === 'worker' ? 'bypassrls' : 'nobypassrls';
    const login = `login nosuperuser ${wanted}${password === undefined ? '' : ` password '${password}'`}`;
    try {
      if (!found.has(name)) await createRole(owner, name, login);
      else if (password !== undefined) await attempt(owner, `alter role ${name} password '${password}'`);
      for (const setting of SETTINGS[role]) await attempt(owner, `alter role ${name} set ${setting}`);
    } catch (error) {
      throw new AssayError(
        'database-roles',
        'The database user of ASSAY_DATABASE_URL may not create roles; let an administrator run: ' +
          'CREATE ROLE assay_worker LOGIN BYPASSRLS; CREATE ROLE assay_api LOGIN NOBYPASSRLS; (and set passwords in ASSAY_DATABASE_URL_WORKER and ASSAY_DATABASE_URL_API).',
        { cause: error },
      );
    }
  }
  checkRoles(await readRoles(owner));
}

/** Two databases of one cluster may be migrated at the same moment; roles belong to the cluster. */
async function createRole(owner: pg.ClientBase, name: string, attributes: string): Promise<void> {
  try {
    await owner.query(`create role ${name} ${attributes}`);
  } catch (error) {
    if (!['42710', '23505'].includes((error as { code?: string }).code ?? '')) throw error;
  }
}

async function attempt(owner: pg.ClientBase, sql: string): Promise<void> {
  try {
    await owner.query(sql);
  } catch (error) {
    // 42501: an administrator made the role, and its settings are theirs. XX000: changed by another process at this moment.
    if (!['42501', 'XX000'].includes((error as { code?: string }).code ?? '')) throw error;
  }
}

/** Hex, hence safe inside quotes; undefined when the owner logs in without a password (socket, certificate). */
export function rolePassword(ownerPassword: string | undefined, role: Role): string | undefined {
  return ownerPassword === undefined || ownerPassword === ''
    ? undefined
    : createHmac('sha256', ownerPassword).update(`assay role ${role}`).digest('hex');
}

type RoleFlags = ReadonlyMap<string, { readonly superuser: boolean; readonly bypass: boolean }>;

async function readRoles(client: pg.ClientBase): Promise<RoleFlags> {
  const { rows } = await client.query<{ name: string; superuser: boolean; bypass: boolean }>(
    'select rolname as name, rolsuper as superuser, rolbypassrls as bypass from pg_roles where rolname = any($1)',
    [Object.values(ROLE_NAMES)],
  );
  return new Map(rows.map((row) => [row.name, row]));
}

function checkRoles(roles: RoleFlags): void {
  const api = roles.get(ROLE_NAMES.api);
  const worker = roles.get(ROLE_NAMES.worker);
  if (api === undefined || api.superuser || api.bypass) throw unsafeApi();
  if (worker === undefined || !(worker.bypass || worker.superuser)) {
    throw new AssayError('database-roles', 'The role assay_worker must bypass row-level security; run: ALTER ROLE assay_worker BYPASSRLS;');
  }
}

/** Looks at the role a pool really has: whatever the configuration says, an api process that sees all tenants must not start. */
export async function refuseUnsafeApiRole(api: pg.Pool): Promise<void> {
  const { rows } = await api.query<{ unsafe: boolean }>(
    'select rolsuper or rolbypassrls as unsafe from pg_roles where rolname = current_user',
  );
  const { rows: owned } = await api.query("select from pg_tables where schemaname = 'public' and tableowner = current_user limit 1");
  if (rows[0]?.unsafe !== false || owned.length > 0) throw unsafeApi();
}

function unsafeApi(): AssayError {
  return new AssayError(
    'database-roles',
    'The api database role can see every tenant (superuser, BYPASSRLS or owner of the tables); run: ALTER ROLE assay_api NOSUPERUSER NOBYPASSRLS; and let it own nothing.',
  );
}
