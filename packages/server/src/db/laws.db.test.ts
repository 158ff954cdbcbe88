import { readdirSync, readFileSync } from 'node:fs';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/**
 * The laws that keep sharding possible: the account leads every key and join of tenants' tables, rows derived from a resource carry it,
 * and tables of all accounts hold content only. Read from the catalogue and from the sources; it was never run on Citus.
 */

/** Tables without an account, and what each holds: nothing of a tenant. */
const GLOBAL: Readonly<Record<string, string>> = {
  data_key: 'sealed keys of this installation',
  epss_day: 'public scores of vulnerabilities',
  finding_day_until: 'one date',
  index_child: 'what the bytes of an index say',
  issue: 'what is wrong, wherever it is',
  manifest: 'what the bytes of a manifest say',
  package: 'matching identities',
  revision: 'states of the advisory database',
  schema_migration: 'what was migrated',
  score_basis: 'public vectors',
  usage_hour: 'the last hour that was counted',
};

/** Unique indexes that another column leads: each is looked up before an account is known, or by a process that serves all of them. */
const OTHERWISE_UNIQUE: Readonly<Record<string, string>> = {
  access_key_id: 'the key of a request says whose it is',
  job_pkey: 'the queue is taken from for all accounts',
  job_turn_pkey: 'turns of a lane between accounts',
  organization_administrator: 'an account administers one organisation at most',
  progress_pkey: 'how far each consumer is',
  token_pkey: 'the token of a request says whose it is',
};

/** Indexed text that is compared for equality alone, so that its collation decides nothing. */
const EQUAL_ONLY: readonly string[] = [
  ...['access_key.id', 'encryption_setting.resource_type', 'encryption_setting.scan_type', 'filter.name', 'free_trial.type', 'job.key'],
  ...['job.kind', 'job.lane', 'job_turn.lane', 'progress.consumer', 'schema_migration.name', 'secret.id', 'sink.name'],
];

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(async () => db?.drop());

const TABLES = `pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition`;
const HAS = (column: string): string =>
  `exists (select from pg_attribute q where q.attrelid = c.oid and q.attname = '${column}' and not q.attisdropped)`;

async function names(sql: string): Promise<string[]> {
  return (await db.owner.query<{ name: string }>(sql)).rows.map((row) => row.name);
}

describe('the schema', () => {
  test('knows every table as a tenant’s or as content of nobody', async () => {
    expect(await names(`select c.relname as name from ${TABLES} and not ${HAS('account')} order by 1`)).toEqual(Object.keys(GLOBAL).sort());
    expect((await tenantTables()).length).toBeGreaterThan(20);
  });

  test('holds nothing of a tenant in content', async () => {
    const telling = ['resource', 'finding', 'arn', 'owner_account', 'inventory'].map((column) => `(${HAS(column)})`).join(' or ');
    expect(await names(`select c.relname as name from ${TABLES} and not ${HAS('account')} and (${telling})`)).toEqual([]);
  });

  test('is led by the account in every unique key of a tenant’s table', async () => {
    const others = await names(
      `select i.relname as name from pg_index x join pg_class i on i.oid = x.indexrelid join (select c.oid, c.relname from ${TABLES} and ${HAS('account')}) c
         on c.oid = x.indrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = x.indkey[0]
       where x.indisunique and a.attname <> 'account' order by 1`,
    );
    expect(others).toEqual(Object.keys(OTHERWISE_UNIQUE).sort());
  });

  test('carries the resource wherever a row is of a finding', async () => {
    expect(await names(`select c.relname as name from ${TABLES} and ${HAS('finding')} and not ${HAS('resource')}`)).toEqual([]);
  });

  test('has no reference that leaves the account', async () => {
    const foreign = await db.owner.query(
      `select k.conname, array_agg(a.attname) as columns from pg_constraint k cross join lateral unnest(k.conkey) as u(att)
       join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.att where k.contype = 'f' and k.connamespace = 'public'::regnamespace
       group by k.conname having not bool_or(a.attname = 'account')`,
    );
    expect(foreign.rows).toEqual([]);
  });

  test('sorts indexed text by code point, and has no enumerations', async () => {
    const sorted = await names(
      `select distinct c.relname || '.' || a.attname as name from pg_index x join (select c.oid, c.relname from ${TABLES}) c on c.oid = x.indrelid
       cross join lateral unnest(x.indkey::int2[]) as u(att) join pg_attribute a on a.attrelid = c.oid and a.attnum = u.att
       join pg_collation o on o.oid = a.attcollation where a.atttypid = 'text'::regtype and o.collname <> 'C' order by 1`,
    );
    expect(sorted.filter((name) => !EQUAL_ONLY.includes(name))).toEqual([]);
    expect(await names(`select typname as name from pg_type where typtype = 'e'`)).toEqual([]);
  });
});

function tenantTables(): Promise<string[]> {
  return names(`select c.relname as name from ${TABLES} and ${HAS('account')} order by 1`);
}

/** Statements over all accounts on purpose: the installation's own work, by the role worker. File and how the statement begins. */
const ALL_ACCOUNTS: readonly (readonly [file: string, begins: string, why: string])[] = [
  ['coverage/read.ts', `select \${group}::text`, 'names its accounts in the condition it is given'],
  ['audit/read.ts', 'select *, at::text', 'names its accounts in the condition it is given'],
  ['events/digest.ts', 'select count(distinct e.subject)', 'names its account in the range it is given'],
  ['events/messages.ts', 'select e.seq, e.at', 'names its account in the range it is given'],
  ['doctor/database.ts', 'select count(*)::int as all', 'the doctor looks at the installation'],
  ['events/lease.ts', 'update sink set lease = null', 'leases of a process that ended'],
  ['collectors/lease.ts', 'update collector set lease = null', 'leases of a process that ended'],
  ['inventories/collect.ts', 'select evidence as key', 'blobs that no inventory of any account needs'],
  ['suppression/retry.ts', 'select from filter where in_force', 'whether any account has a rule on such fields'],
  ['telemetry/database-gauges.ts', 'select status, count(*)', 'gauges of the installation'],
  ['findings/trend/days.ts', 'select coalesce((select day', 'the first day of the installation'],
  ['findings/trend/days.ts', 'delete from finding_day', 'days that are counted again'],
  ['findings/write/changes.ts', 'select distinct evaluated', 'which revisions anything was scanned with'],
  ['usage/usage.ts', 'delete from usage', 'older than it is kept'],
];

/** The queue and its consumers serve all accounts. */
const OF_THE_INSTALLATION = ['job', 'job_turn', 'progress'];

interface Statement {
  readonly file: string;
  readonly text: string;
}

/** String literals of the server's sources that are SQL over tenants' tables. */
function statementsOver(all: readonly string[]): Statement[] {
  const tables = all.filter((table) => !OF_THE_INSTALLATION.includes(table));
  const root = new URL('../', import.meta.url);
  const reads = new RegExp(`\\b(?:from|join|update|into|using)\\s+(?:public\\.)?(?:${tables.join('|')})\\b`, 'i');
  return (readdirSync(root, { recursive: true }) as string[])
    .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|testdata/.test(file))
    .flatMap((file) =>
      Array.from(
        readFileSync(new URL(file, root), 'utf8').matchAll(/`(?:[^`\\]|\\.)*`|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g),
        ([text]) => ({
          file,
          text: text.slice(1, -1),
        }),
      ),
    )
    .filter(({ text }) => reads.test(text) && /\b(?:select|insert|update|delete)\b/i.test(text));
}

/** Joins that the account cannot be part of: to content, which has none, and to the rule of an administrator, which hides members' findings. */
const OTHERWISE_JOINED = ['join finding f on f.issue = i.id', 'join resource r on r.kind = k.kind', 'join finding f on f.rule = s.id'];

describe('the statements of the server', () => {
  test('name an account wherever they read or write a tenant’s table', async () => {
    const statements = statementsOver(await tenantTables());
    expect(statements.length).toBeGreaterThan(150);
    const silent = statements.filter(({ text }) => !/\b(?:accounts?|administrator)\b/i.test(text));
    const known = ({ file, text }: Statement): boolean =>
      ALL_ACCOUNTS.some(([place, begins]) => place === file && text.trim().startsWith(begins));
    expect(silent.filter((one) => !known(one))).toEqual([]);
    expect(
      ALL_ACCOUNTS.filter(([place, begins]) => !silent.some(({ file, text }) => file === place && text.trim().startsWith(begins))),
    ).toEqual([]);
  });

  test('join tenants’ tables by the account', async () => {
    const tables = await tenantTables();
    const joins = new RegExp(
      `\\bjoin\\s+(?:${tables.filter((one) => one !== 'account').join('|')})\\s+(\\w+)?\\s*(on|using)([^]*?)(?=\\bjoin\\b|\\bwhere\\b|$)`,
      'gi',
    );
    const loose = statementsOver(tables).flatMap(({ file, text }) =>
      Array.from(text.matchAll(joins))
        .filter(
          ([joined, , , condition = '']) =>
            !/\b(?:account|administrator)\b/.test(condition) && !OTHERWISE_JOINED.some((one) => joined.startsWith(one)),
        )
        .map(([joined]) => `${file}: ${joined.replace(/\s+/g, ' ').slice(0, 100)}`),
    );
    expect(loose).toEqual([]);
  });
});
