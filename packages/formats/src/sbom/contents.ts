import type { Gap } from '@assay/core/gap.ts';
import type { Distro } from '@assay/core/inventory.ts';
import { canonicalIdentity, type Evidence, type InventoryPackage } from '@assay/core/package.ts';

/** What an SBOM says is inside, whoever wrote it. Packages are unique by identity and sorted. */
export interface SbomContents {
  /** `CycloneDX 1.6`, `SPDX 2.3`. */
  readonly format: string;
  /** Name of the thing described, as the document gives it. */
  readonly name: string;
  readonly distro: Distro | null;
  readonly packages: readonly InventoryPackage[];
  readonly gaps: readonly Gap[];
}

/** Facts of a release, as the SBOM spells them: `{ id: 'debian', version: '12' }`, or a codename in place of the version. */
export interface ReleaseWords {
  readonly id: string;
  readonly version: string;
  readonly codename?: string;
}

export interface SbomContext {
  /** Turns release words into a distribution with its advisory namespace, by the rules that scanning uses. */
  readonly resolveDistro: (words: ReleaseWords) => Distro;
}

export const MAX_COMPONENTS = 1_000_000;
const MAX_NAMED_GAPS = 500;
/** Why a package of an operating system cannot be looked up. Many may hide behind it, so the document as a whole gets a gap too. */
export const NO_RELEASE = 'the distribution release it belongs to is not stated';

/** Collects packages and gaps; what cannot be matched is named, and when there are too many, counted. */
export class ContentsBuilder {
  readonly #packages = new Map<string, InventoryPackage & { readonly evidence: Evidence[] }>();
  readonly #gaps: Gap[] = [];
  #unnamed = 0;
  #withoutRelease = 0;

  add(item: InventoryPackage): void {
    const key = canonicalIdentity(item.identity);
    const known = this.#packages.get(key);
    // Added in place: a document may name one package a million times.
    if (known === undefined) this.#packages.set(key, { ...item, evidence: [...item.evidence] });
    else for (const place of item.evidence) known.evidence.push(place);
  }

  gap(gap: Gap): void {
    if (this.#gaps.length < MAX_NAMED_GAPS) this.#gaps.push(gap);
    else this.#unnamed += 1;
  }

  /** A component that no advisory can be asked for. */
  unsupported(what: string, why: string): void {
    if (why === NO_RELEASE) this.#withoutRelease += 1;
    this.gap({ code: 'unsupported-package', message: `${printable(what)} was not checked: ${why}.` });
  }

  finish(): Pick<SbomContents, 'packages' | 'gaps'> {
    const packages = [...this.#packages].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
    const gaps = [...this.#gaps];
    if (this.#unnamed > 0) gaps.push({ code: 'unsupported-package', message: `${this.#unnamed} more components were not checked.` });
    if (this.#withoutRelease > 0) {
      const message = `Operating system packages of the SBOM (${this.#withoutRelease}) were not checked: it does not say which distribution they belong to.`;
      gaps.push({ code: 'unknown-distribution', message });
    }
    if (packages.length === 0) gaps.push({ code: 'no-packages', message: 'The SBOM names no package that advisories know.', fatal: true });
    return { packages, gaps };
  }
}

function printable(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
