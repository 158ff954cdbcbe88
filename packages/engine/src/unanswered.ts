import type { AdvisoryLookup } from '@assay/core/advisory.ts';
import type { Gap } from '@assay/core/gap.ts';
import type { Inventory } from '@assay/core/inventory.ts';
import { packageType } from '@assay/core/package-type.ts';
import { searchOf } from '@assay/match/search.ts';

/**
 * One gap for each namespace that no advisory speaks of, with the number of packages that were therefore not checked. It voids the
 * answer when the operating system is among them or when nothing else was checked.
 */
export function unanswered({ packages }: Pick<Inventory, 'packages'>, lookup: Pick<AdvisoryLookup, 'hasNamespace'>): readonly Gap[] {
  const counts = new Map<string, { count: number; os: boolean }>();
  for (const { identity } of packages) {
    const { namespace } = searchOf(identity);
    const known = counts.get(namespace) ?? { count: 0, os: packageType(identity.type).os };
    counts.set(namespace, { ...known, count: known.count + 1 });
  }
  const silent = [...counts].filter(([namespace]) => !lookup.hasNamespace(namespace)).sort(([a], [b]) => (a < b ? -1 : 1));
  const nothing = silent.length > 0 && silent.length === counts.size;
  return silent.map(([namespace, { count, os }]) => ({
    code: 'no-advisories-for-namespace',
    message: `No advisories are known for ${namespace}: ${count === 1 ? 'its package was' : `its ${count} packages were`} not checked.`,
    ...(os || nothing ? { fatal: true } : {}),
  }));
}
