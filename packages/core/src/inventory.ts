import type { Gap } from './gap.ts';
import type { InventoryPackage } from './package.ts';

/** The operating system release as detected. `namespace` is the advisory namespace, absent when it has no feed we know. */
export interface Distro {
  readonly id: string;
  readonly version: string;
  readonly prettyName: string;
  readonly codename?: string;
  readonly namespace?: string;
}

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export interface LayerInfo {
  /** Digest of the stored (compressed) blob. */
  readonly digest: string;
  readonly diffId?: string;
  readonly size: number;
  readonly createdBy?: string;
}

/** What was looked at. */
export type Subject =
  | {
      readonly kind: 'image';
      readonly name: string;
      /** Digest of the platform's manifest. */
      readonly digest: string;
      /** Digest of the index it was chosen from. */
      readonly index?: string;
      readonly config?: string;
      readonly tags: readonly string[];
      readonly platform: Platform;
      readonly createdAt?: string;
      readonly labels?: Readonly<Record<string, string>>;
      readonly layers: readonly LayerInfo[];
      readonly size: number;
    }
  | { readonly kind: 'directory'; readonly name: string; readonly path: string }
  | { readonly kind: 'host'; readonly name: string; readonly machineId: string; readonly platform: Platform }
  | { readonly kind: 'sbom'; readonly name: string; readonly format: string; readonly digest: string };

/** What is inside a subject: immutable for given content and cataloger versions. Packages are sorted and unique by identity. */
export interface Inventory {
  readonly subject: Subject;
  readonly distro: Distro | null;
  readonly packages: readonly InventoryPackage[];
  readonly gaps: readonly Gap[];
  /** Cataloger id → version that made it. */
  readonly catalogers: Readonly<Record<string, number>>;
  readonly stats?: { readonly bytesRead: number; readonly files: number; readonly milliseconds: number; readonly isolation?: string };
}
