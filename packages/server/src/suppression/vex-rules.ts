import { versionParts } from '@assay/core/evr.ts';
import type { FindingCriteria, PackageFilter, StringFilter } from '@assay/core/filter/criteria.ts';
import { normalizeName } from '@assay/core/namespace.ts';
import { packageType } from '@assay/core/package-type.ts';
import { parsePurl } from '@assay/core/purl.ts';
import { languageName, typeOfPurl, withEpoch } from '@assay/formats/sbom/identity.ts';
import type { VexDocument, VexProduct, VexStatement } from '@assay/formats/vex/document.ts';

export interface VexRule {
  readonly criteria: FindingCriteria;
  readonly reason: string;
  readonly vulnerability: string;
}

export interface VexSkipped {
  readonly vulnerabilityId: string;
  readonly product?: string;
  readonly why: string;
}

export interface VexRules {
  readonly rules: readonly VexRule[];
  readonly skipped: readonly VexSkipped[];
}

/** Packages of one rule; a finding whose packages are spread over two of them stays open. */
const PACKAGES = 500;
const MAX_NAMES = 10;
const MAX_REASON = 512;

/**
 * The rules that a document asks for: one for each vulnerability and image (or none). Only what is not affected, or is fixed,
 * is hidden; what somebody says is affected or not known yet never is.
 */
export function rulesOfVex(document: VexDocument): VexRules {
  const rules: VexRule[] = [];
  const skipped: VexSkipped[] = [];
  for (const statement of document.statements) {
    if (statement.status !== 'not_affected' && statement.status !== 'fixed') continue;
    const places = new Map<string, { readonly image: string | undefined; readonly packages: PackageFilter[]; whole: boolean }>();
    for (const product of statement.products) {
      const read = packageOf(product);
      if ('why' in read) {
        skipped.push({ vulnerabilityId: statement.vulnerability, product: product.id, why: read.why });
        continue;
      }
      const place = places.get(product.image ?? '') ?? { image: product.image, packages: [], whole: false };
      if (read.filter === undefined) place.whole = true;
      else place.packages.push(read.filter);
      places.set(product.image ?? '', place);
    }
    for (const { image, packages, whole } of places.values()) {
      for (let at = 0; at === 0 || (!whole && at < packages.length); at += PACKAGES) {
        const criteria = criteriaOf(statement, image, whole ? [] : packages.slice(at, at + PACKAGES));
        rules.push({ criteria, reason: reasonOf(statement), vulnerability: statement.vulnerability });
      }
    }
  }
  return { rules, skipped };
}

function criteriaOf(statement: VexStatement, image: string | undefined, packages: readonly PackageFilter[]): FindingCriteria {
  const names = [...new Set([statement.vulnerability, ...statement.aliases])].slice(0, MAX_NAMES);
  return {
    vulnerabilityId: names.map(equals),
    ...(image === undefined ? {} : { ecrImageHash: [equals(image)] }),
    ...(packages.length === 0 ? {} : { vulnerablePackages: packages }),
  };
}

function packageOf({ purl, image }: VexProduct): { readonly filter: PackageFilter | undefined } | { readonly why: string } {
  if (purl === undefined)
    return image === undefined ? { why: 'it names neither a package URL nor an image by its digest' } : { filter: undefined };
  const parsed = parsePurl(purl);
  const type = parsed === undefined ? undefined : typeOfPurl(parsed);
  if (parsed === undefined || type === undefined) return { why: 'its package URL is not of a type that is scanned' };
  const name = packageType(type).os ? parsed.name : normalizeName(type, languageName(type, parsed));
  const arch = parsed.qualifiers?.['arch'];
  // `src` is what packages are built from, and means all of them.
  const built = arch === undefined || arch === 'src' ? {} : { architecture: equals(arch) };
  if (parsed.version === undefined) return { filter: { name: equals(name), ...built } };
  const { epoch, version, release } = versionParts(type, withEpoch(parsed.version, parsed.qualifiers?.['epoch']));
  return {
    filter: {
      ...{ name: equals(name), version: equals(version), ...built },
      ...(release === undefined ? {} : { release: equals(release) }),
      ...(packageType(type).os ? { epoch: { lowerInclusive: epoch, upperInclusive: epoch } } : {}),
    },
  };
}

const equals = (value: string): StringFilter => ({ comparison: 'EQUALS', value });

function reasonOf({ status, justification, detail }: VexStatement): string {
  return [justification ?? status, detail]
    .filter((part) => part !== undefined)
    .join(': ')
    .slice(0, MAX_REASON);
}
