import { existsSync } from 'node:fs';
import path from 'node:path';
import { openCurrent } from '@assay/advisories/database/install.ts';
import type { PackageIdentity } from '@assay/core/package.ts';
import { matchPackage } from '@assay/match/match.ts';
import { EVENT_KIND } from '@assay/server/findings/write/event-kind.ts';
import { identityOfRow, PACKAGE_COLUMNS, type PackageRow } from '@assay/server/inventories/dictionary.ts';
import pg from 'pg';
import { socketOf } from './processes.ts';

/** Looks into a running service's database past its API, for what no operation shows. */
async function query<Row extends pg.QueryResultRow>(data: string, sql: string, values: readonly unknown[]): Promise<Row[]> {
  const client = new pg.Client({ host: socketOf(data), user: 'assay_owner', database: 'assay' });
  await client.connect();
  try {
    return (await client.query<Row>(sql, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** The packages that the service holds for a resource. */
export async function storedPackages(data: string, arn: string): Promise<PackageIdentity[]> {
  const rows = await query<PackageRow>(
    data,
    `select ${PACKAGE_COLUMNS} from resource r join inventory n on n.account = r.account and n.id = r.inventory
     join package p on p.id = any(n.packages) where r.arn = $1`,
    [arn],
  );
  return rows.map(identityOfRow);
}

/** Kinds of the events recorded of one vulnerability's findings, oldest first. */
export async function storedEvents(data: string, vulnerability: string): Promise<string[]> {
  const rows = await query<{ kind: number }>(
    data,
    `select e.kind from finding_event e join finding f on f.account = e.account and f.id = e.finding
     join issue i on i.id = f.issue where i.name = $1 order by e.seq`,
    [vulnerability],
  );
  return rows.map(({ kind }) => Object.entries(EVENT_KIND).find(([, code]) => code === kind)?.[0] ?? String(kind));
}

/** What the database in use says of packages, each judged by itself: `vulnerability name version`, sorted. */
export function matchedDirectly(data: string, packages: readonly PackageIdentity[]): string[] {
  if (!existsSync(path.join(data, 'db/current'))) throw new Error('the service installed no advisory database');
  const database = openCurrent(path.join(data, 'db'));
  if (database === null) throw new Error('the service installed no advisory database');
  try {
    const found = packages.flatMap((one) =>
      matchPackage(one, database).matches.map((match) => `${match.vulnerabilityId} ${one.name} ${one.arch ?? ''}`),
    );
    return [...new Set(found)].sort();
  } finally {
    database.close();
  }
}
