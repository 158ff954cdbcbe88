import { EXPOSURES, type ScoreBasis, scoreOf } from '@assay/core/score.ts';
import { SEVERITY_CODES } from '@assay/core/severity.ts';
import type { Queryable } from '../../jobs/queue.ts';

/** Raise it when {@link scoreOf} gives other numbers: stored ones then count as changed with the next revision. */
export const SCORE_FORMULA = 1;

/** Place in `score_basis.severities` and `.scores`, of a resource `r` and whether the issue is weaponised. */
export function scorePlace(weaponised: string): string {
  return `[1 + 2 * r.exposure + (${weaponised})::int]`;
}

/** Same text = same basis. */
export function basisKey({ source, vector, word, malicious }: ScoreBasis): string {
  return JSON.stringify([SCORE_FORMULA, source, vector ?? null, word ?? null, malicious === true]);
}

/** Ids of these bases in the global, insert-only dictionary. Looks first, as an insert that conflicts burns an id. Run it outside a transaction. */
export async function basisIds(db: Queryable, bases: Iterable<ScoreBasis>): Promise<Map<string, number>> {
  const wanted = new Map<string, ScoreBasis>();
  for (const basis of bases) wanted.set(basisKey(basis), basis);
  const known = await read(db, [...wanted.keys()]);
  const missing = [...wanted].filter(([key]) => !known.has(key)).sort(([a], [b]) => (a < b ? -1 : 1));
  if (missing.length > 0) {
    await db.query(
      `insert into score_basis (key, basis, severities, scores)
       select g.key, g.basis, g.severities, g.scores from jsonb_to_recordset($1) as g(key text, basis jsonb, severities smallint[], scores real[])
       on conflict (key) do nothing`,
      [JSON.stringify(missing.map(([key, basis]) => ({ key, basis, ...scoresOf(basis) })))],
    );
    for (const [key, id] of await read(
      db,
      missing.map(([key]) => key),
    ))
      known.set(key, id);
  }
  return known;
}

async function read(db: Queryable, keys: readonly string[]): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map();
  const { rows } = await db.query<{ key: string; id: number }>('select key, id from score_basis where key = any($1::text[])', [keys]);
  return new Map(rows.map((row) => [row.key, row.id]));
}

function scoresOf(basis: ScoreBasis): { severities: number[]; scores: number[] } {
  const all = EXPOSURES.flatMap((exposure) => [false, true].map((weaponised) => scoreOf(basis, { exposure, weaponised })));
  return { severities: all.map((one) => SEVERITY_CODES[one.severity]), scores: all.map((one) => one.score ?? -1) };
}
