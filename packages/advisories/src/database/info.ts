/** One feed's part of a database, as the header stores it. */
export interface SourceInfo {
  /** Feed id. */
  readonly id: string;
  readonly url?: string;
  readonly licence: string;
  /** What the data is dated, ISO 8601; the newest advisory or the publisher's own date. */
  readonly date: string;
  /** Advisory namespaces it answers for, `debian:*` for all releases; absent for enrichments. */
  readonly namespaces?: readonly string[];
  readonly read: number;
  readonly kept: number;
  /** Reason → count. */
  readonly dropped?: Readonly<Record<string, number>>;
  /** The feed's own fingerprint (ETag, commit), for conditional fetches. */
  readonly fingerprint?: string;
}

/** Header of an advisory database. Sources and dates are not part of the revision; matcher versions are, through the digests. */
export interface AdvisoryInfo {
  readonly kind: 'advisories';
  readonly revision: string;
  /** ISO 8601. */
  readonly builtAt: string;
  readonly sources: readonly SourceInfo[];
  readonly matcherVersions: Readonly<Record<string, number>>;
  readonly documents: number;
  readonly records: number;
  /** Package keys by namespace. */
  readonly namespaces: Readonly<Record<string, number>>;
}

/** Header of an enrichment database. */
export interface EnrichmentInfo {
  readonly kind: 'enrichments';
  readonly revision: string;
  readonly builtAt: string;
  readonly sources: readonly SourceInfo[];
  readonly entries: number;
}

/** Days between the build of a database and `now` (milliseconds since the epoch); null when its date is unreadable. */
export function ageInDays(info: { readonly builtAt: string }, now: number): number | null {
  const built = Date.parse(info.builtAt);
  return Number.isNaN(built) ? null : Math.max(0, Math.floor((now - built) / 86_400_000));
}
