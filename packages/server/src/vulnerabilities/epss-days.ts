import { FINDING_KIND } from '@assay/core/finding.ts';
import type { Queryable } from '../jobs/queue.ts';

export interface EpssFact {
  /** `issue.name`. */
  readonly name: string;
  /** 0 to 1; negative where there is none. */
  readonly epss: number;
  /** The day it was published for, ISO 8601. */
  readonly epssDay: string | null;
}

/** Moves smaller than this are not kept. */
const STEP = 0.001;
const KEPT_DAYS = 31;

/** Notes what EPSS says of known issues, and drops days that nothing will be compared with any more. */
export async function keepEpssDays(db: Queryable, facts: readonly EpssFact[]): Promise<void> {
  const given = facts.filter((fact) => fact.epssDay !== null && fact.epss >= 0);
  if (given.length === 0) return;
  await db.query(KEEP, [JSON.stringify(given.map(({ name, epss, epssDay }) => ({ name, epss, day: epssDay })))]);
}

const KEEP = `
with given as (
  select i.id as issue, g.day, g.epss from jsonb_to_recordset($1) as g(name text, epss real, day date)
  join issue i on i.kind = ${FINDING_KIND.PACKAGE_VULNERABILITY} and i.name = g.name
), dropped as (
  delete from epss_day e using given g where e.issue = g.issue and e.day < g.day - ${KEPT_DAYS}
    and exists (select from epss_day n where n.issue = e.issue and n.day > e.day and n.day <= g.day - ${KEPT_DAYS})
)
insert into epss_day (issue, day, epss)
select distinct on (g.issue, g.day) g.issue, g.day, g.epss from given g
where coalesce(abs((select e.epss from epss_day e where e.issue = g.issue and e.day < g.day order by e.day desc limit 1) - g.epss) >= ${STEP}, true)
on conflict (issue, day) do update set epss = excluded.epss where epss_day.epss <> excluded.epss`;

export interface EpssTrend {
  /** Change of the score over the last 7 and 30 days of EPSS, -1 to 1; absent where it was not known that long ago. */
  readonly change7?: number;
  readonly change30?: number;
  /** Days on which it moved, oldest first. */
  readonly days: readonly { readonly day: string; readonly epss: number }[];
}

/** `current` is the score of now, `now` milliseconds since the epoch. Without a known issue of that name there are no days. */
export async function epssTrendOf(db: Queryable, name: string, at: { readonly current: number; readonly now: number }): Promise<EpssTrend> {
  const { rows } = await db.query<{ day: string; epss: number }>(
    `select e.day::text as day, e.epss from issue i join epss_day e on e.issue = i.id
     where i.kind = ${FINDING_KIND.PACKAGE_VULNERABILITY} and i.name = $1 order by e.day`,
    [name],
  );
  const days = rows.map(({ day, epss }) => ({ day, epss: rounded(epss) }));
  const change = (back: number): number | undefined => {
    const then = days.findLast(({ day }) => day <= daysBefore(at.now, back));
    return then === undefined ? undefined : rounded(at.current - then.epss);
  };
  const [change7, change30] = [change(7), change(30)];
  return { ...(change7 === undefined ? {} : { change7 }), ...(change30 === undefined ? {} : { change30 }), days };
}

function daysBefore(now: number, count: number): string {
  return new Date(now - count * 86_400_000).toISOString().slice(0, 10);
}

/** Stored as float4: back to the decimals that were written. */
const rounded = (value: number): number => Number(value.toFixed(5));
