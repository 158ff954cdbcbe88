import { SEVERITY_CODES, type Severity } from '@assay/core/severity.ts';
import type pg from 'pg';
import { nameOfCode } from '../findings/code-name.ts';
import { PLACE, UNITS } from './queue.ts';

/** What findings are about, together. */
export interface UpgradeFacts {
  readonly bySeverity: Readonly<Partial<Record<Severity, number>>>;
  readonly resources: number;
  readonly units: number;
  readonly places: readonly string[];
  readonly placeCount: number;
}

const NAMED = 10;

/** Of each set of findings, in their order. */
export async function readUpgradeFacts(
  client: pg.ClientBase,
  accounts: readonly number[],
  sets: readonly (readonly number[])[],
): Promise<UpgradeFacts[]> {
  const ids = sets.flat();
  const numbers = sets.flatMap((set, at) => set.map(() => at));
  const { rows } = await client.query<Row>(FACTS, [accounts, numbers, ids]);
  const found = new Map(rows.map((row) => [row.n, row]));
  return sets.map((_, at) => {
    const row = found.get(at);
    const severities = Object.entries(row?.severities ?? {});
    return {
      bySeverity: Object.fromEntries(severities.map(([code, n]) => [nameOfCode(SEVERITY_CODES, Number(code)), n])),
      ...{ resources: row?.resources ?? 0, units: row?.units ?? 0, places: row?.places ?? [], placeCount: row?.place_count ?? 0 },
    };
  });
}

interface Row {
  readonly n: number;
  readonly severities: Record<string, number>;
  readonly resources: number;
  readonly units: number;
  readonly places: string[];
  readonly place_count: number;
}

const FACTS = `with one as materialized (select u.n, f.account, f.resource, f.severity, count(*)::int as found
    from unnest($2::int[], $3::bigint[]) as u(n, id) join finding f on f.account = any ($1::bigint[]) and f.id = u.id group by 1, 2, 3, 4),
  rated as (select n, jsonb_object_agg(severity, found) as severities from (select n, severity, sum(found)::int as found from one group by 1, 2) s group by n),
  held as (select h.n, count(*)::int as resources, sum(${UNITS})::float8 as units, count(distinct ${PLACE})::int as place_count,
      (array_agg(distinct ${PLACE}))[1:${NAMED}] as places
    from (select distinct n, account, resource from one) h join resource r on r.account = h.account and r.id = h.resource
    where r.account = any ($1::bigint[]) group by h.n)
  select n, rated.severities, held.resources, held.units, held.places, held.place_count from rated join held using (n)`;
