import type { PackageManager, PackageType } from './package-type.ts';

/** Who owns the files of a language package: decides whether the distribution's own advisories already answer for it. */
export type OwnerClass = 'none' | 'comprehensive-distro' | 'other';
export const OWNER_CODES: Record<OwnerClass, number> = { none: 0, 'comprehensive-distro': 1, other: 2 };

/**
 * The matching identity of an installed component: everything that a matcher may read, and nothing else.
 * A match is a pure function of (identity, advisory database revision).
 */
export interface PackageIdentity {
  readonly type: PackageType;
  /** `debian:12`, `alpine:3.20`, `almalinux:9`, or the type's own name (`npm`, `pypi`, `golang`). See `namespace.ts`. */
  readonly namespace: string;
  /** Name in its ecosystem's spelling, normalised as advisories key it (PEP 503 for Python, `group:artifact` for Maven). */
  readonly name: string;
  /** Raw installed version. RPM: `epoch:version-release`, the epoch left out when 0. */
  readonly version: string;
  readonly sourceName?: string;
  readonly sourceVersion?: string;
  readonly arch?: string;
  /** RPM module `name:stream`; the empty string means "known not to be modular", absent means unknown. */
  readonly module?: string;
  readonly vendor?: string;
  readonly owner: OwnerClass;
  readonly purl: string;
}

/** Where and how a package was seen; never influences a match. */
export interface Evidence {
  readonly cataloger: string;
  readonly path: string;
  /** Digest of the layer that introduced it, where the target has layers. */
  readonly layer?: string;
  readonly packageManager?: PackageManager;
  /** How sure the reading is: a package database and metadata are `high`, a guess from names is `low`. */
  readonly confidence?: 'high' | 'low';
}

export interface InventoryPackage {
  readonly identity: PackageIdentity;
  readonly evidence: readonly Evidence[];
  readonly licenses?: readonly string[];
  readonly dev?: boolean;
  /** `name version` of the OS package that owns its files. */
  readonly ownedBy?: string;
}

/** The identity in one canonical string: equal strings are one row of the package dictionary. */
export function canonicalIdentity(p: PackageIdentity): string {
  return JSON.stringify([
    p.type,
    p.namespace,
    p.name,
    p.version,
    p.sourceName ?? null,
    p.sourceVersion ?? null,
    p.arch ?? null,
    p.module ?? null,
    p.vendor ?? null,
    p.owner,
    p.purl,
  ]);
}
