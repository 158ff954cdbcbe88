import { type AdvisoryInfo, ageInDays, type SourceInfo } from '@assay/advisories/database/info.ts';
import type { Gap } from '@assay/core/gap.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import { searchOf } from '@assay/match/search.ts';

/** Older than this, a database no longer knows what was published lately. */
const STALE_BUILD_DAYS = 14;
/** Some publishers are silent for weeks; beyond this their data was not fetched, whenever the database was built. */
const STALE_SOURCE_DAYS = 60;

/**
 * What the age of the advisories leaves unknown about this inventory: a database built long ago, or built lately from old data.
 * `now` in milliseconds since the epoch.
 */
export function staleness(
  { packages }: Pick<Inventory, 'packages'>,
  info: Pick<AdvisoryInfo, 'builtAt' | 'sources' | 'namespaces'>,
  now: number,
): readonly Gap[] {
  const age = ageInDays(info, now);
  if (age === null || age > STALE_BUILD_DAYS) {
    const words = age === null ? 'of unknown age' : `${age} days old`;
    return [
      gap(
        `The advisory database is ${words} (built ${info.builtAt.slice(0, 10)}); what was published since is not known. Run "assay db update".`,
      ),
    ];
  }
  const namespaces = [...new Set(packages.map(({ identity }) => searchOf(identity).namespace))].sort();
  const bySource = new Map<SourceInfo, string[]>();
  for (const namespace of namespaces) {
    if (!Object.hasOwn(info.namespaces, namespace)) continue;
    const newest = info.sources.filter((source) => covers(source, namespace)).sort((a, b) => (a.date < b.date ? 1 : -1))[0];
    if (newest !== undefined && isOld(newest, now)) bySource.set(newest, [...(bySource.get(newest) ?? []), namespace]);
  }
  return [...bySource].map(([source, names]) =>
    gap(
      `The advisories for ${names.join(', ')} (${source.id}) are dated ${source.date.slice(0, 10)}; what was published since is not known. Run "assay db update".`,
    ),
  );
}

function covers(source: SourceInfo, namespace: string): boolean {
  return (source.namespaces ?? []).some((pattern) =>
    pattern.endsWith(':*') ? namespace.startsWith(pattern.slice(0, -1)) : pattern === namespace,
  );
}

function isOld(source: SourceInfo, now: number): boolean {
  const age = ageInDays({ builtAt: source.date }, now);
  return age !== null && age > STALE_SOURCE_DAYS;
}

function gap(message: string): Gap {
  return { code: 'stale-advisories', message };
}
