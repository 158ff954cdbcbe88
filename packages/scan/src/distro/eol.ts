import type { Gap } from '@assay/core/gap.ts';
import type { Distro } from '@assay/core/inventory.ts';
import { END_OF_LIFE, END_OF_LIFE_BY_ID } from './eol.data.ts';

/** Last day of security updates as `YYYY-MM-DD`; undefined when unknown or when the distribution has no releases. */
function endOfLifeOf(distro: Distro): string | undefined {
  const byId = `${distro.id}:${distro.version.split('.', 1)[0]}`;
  if (Object.hasOwn(END_OF_LIFE_BY_ID, byId)) return END_OF_LIFE_BY_ID[byId];
  const { namespace } = distro;
  return namespace !== undefined && Object.hasOwn(END_OF_LIFE, namespace) ? END_OF_LIFE[namespace] : undefined;
}

/** The gap to report at `now` (milliseconds since the epoch) for a release that gets no security updates any more, else null. */
export function endOfLifeGap(distro: Distro | null, now: number): Gap | null {
  const date = distro === null ? undefined : endOfLifeOf(distro);
  // The last day still counts: the release ends with it.
  if (distro === null || date === undefined || now < Date.parse(`${date}T00:00:00Z`) + 24 * 60 * 60 * 1000) return null;
  return {
    code: 'end-of-life-distribution',
    message: `${distro.prettyName} has had no security updates since ${date}, so newer vulnerabilities may be missing; upgrade to a supported release.`,
  };
}
