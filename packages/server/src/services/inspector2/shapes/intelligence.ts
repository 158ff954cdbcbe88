import type { AttackFacts } from '../../../vulnerabilities/evidence.ts';

interface Kev {
  readonly dateAdded: string;
  readonly dateDue: string;
  readonly action: string;
}

export function cisaData(kev: Kev | undefined): { cisaData?: { dateAdded?: Date; dateDue?: Date; action: string } } {
  if (kev === undefined) return {};
  return { cisaData: { ...dated('dateAdded', kev.dateAdded), ...dated('dateDue', kev.dateDue), action: kev.action } };
}

export function exploitObserved({ observed }: AttackFacts): { exploitObserved?: { firstSeen?: Date; lastSeen?: Date } } {
  if (observed === undefined) return {};
  return { exploitObserved: { ...dated('firstSeen', observed.first), ...dated('lastSeen', observed.last) } };
}

/** A member of that name, or none: feeds that know no date write the epoch, or nothing readable. */
export function dated<Name extends string>(name: Name, at: string | undefined): Partial<Record<Name, Date>> {
  const ms = at === undefined ? Number.NaN : Date.parse(at);
  return Number.isNaN(ms) || ms <= 0 ? {} : ({ [name]: new Date(ms) } as Record<Name, Date>);
}
