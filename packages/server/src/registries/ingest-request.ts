import { enqueue, type Queryable } from '../jobs/queue.ts';
import { isIncluded } from './patterns.ts';
import { registriesAt } from './registry-row.ts';

/** The job that reads what a digest is and has its images looked at. */
export const INGEST = 'ingest';
export const INGEST_LANE = 'ingest';
/** Of what was just pushed, or runs. */
export const INGEST_SOON = 5;

export interface ImagePlace {
  readonly account: number;
  /** As references write it. */
  readonly host: string;
  readonly repository: string;
  /** Of index, manifest, or whatever somebody took for one. */
  readonly digest: string;
}

/** Payload of an `ingest` job. */
export interface Ingest extends Omit<ImagePlace, 'account'> {
  readonly registry: string;
  /** Look again at what was looked at. */
  readonly again?: boolean;
}

export function ingestKey({ host, repository, digest }: Omit<ImagePlace, 'account'>): string {
  return `${host}/${repository}@${digest}`;
}

/**
 * Has an image fetched and looked at that somebody saw: it runs, or was asked for. Answers the job; undefined when no registry of the account
 * is at that host and takes that repository.
 */
export async function requestIngest(
  tx: Queryable,
  place: ImagePlace,
  { again = false, priority = INGEST_SOON }: { readonly again?: boolean; readonly priority?: number } = {},
): Promise<number | undefined> {
  const { account, host, repository, digest } = place;
  const registry = (await registriesAt(tx, account, host)).find(({ include }) => isIncluded(include, repository));
  if (registry === undefined) return undefined;
  const payload: Ingest = { registry: registry.id, host, repository, digest, ...(again ? { again } : {}) };
  return enqueue(tx, { account, kind: INGEST, key: ingestKey(place), lane: INGEST_LANE, priority, payload, merges: true });
}
