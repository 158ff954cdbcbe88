import { setImmediate } from 'node:timers/promises';
import type { AdvisoryLookup } from '@assay/core/advisory.ts';
import { AssayError } from '@assay/core/errors.ts';
import type { Match } from '@assay/core/match.ts';
import { canonicalIdentity, type PackageIdentity } from '@assay/core/package.ts';
import { resolveDistro } from '@assay/engine/read-sbom.ts';
import { type CycloneDxComponent, cycloneDxComponents } from '@assay/formats/cyclonedx/read.ts';
import type { AnsweredComponent, SbomAnswer } from '@assay/formats/inspector-scan/answer.ts';
import { matchPackage } from '@assay/match/match.ts';
import { searchOf } from '@assay/match/search.ts';
import { type Affected, vulnerabilityOf } from './vulnerability.ts';

/** Packages of one SBOM, as Inspector's user guide says. */
export const MAX_PACKAGES = 5000;
/** Matches over all packages: an SBOM of five thousand kernels is no inventory. */
const MAX_MATCHES = 100_000;
const MAX_VULNERABILITIES = 20_000;
/** Packages between two chances for others to be served. */
const SLICE = 20;

export interface SbomScan {
  readonly lookup: AdvisoryLookup;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly serial: string;
  readonly signal?: AbortSignal;
}

/**
 * Answers for every component of a CycloneDX document, 1.4 to 1.7. Nothing of it is stored.
 * @throws AssayError `sbom-unsupported` (another format or version), `sbom-too-large`
 */
export async function scanSbom(document: Readonly<Record<string, unknown>>, scan: SbomScan): Promise<SbomAnswer> {
  requireCycloneDx(document);
  const components = namedComponents(document);
  const affected = new Map<string, Affected[]>();
  const known = new Map<string, readonly Match[]>();
  const answered: AnsweredComponent[] = [];
  let matches = 0;
  for (const [index, component] of components.entries()) {
    if (index % SLICE === SLICE - 1) await setImmediate();
    scan.signal?.throwIfAborted();
    const { identity } = component;
    const found = identity === undefined ? [] : matchesOf(identity, scan.lookup, known);
    matches += found.length;
    if (matches > MAX_MATCHES) throw tooLarge('matches more vulnerabilities than one answer can hold');
    for (const match of found) {
      const list = affected.get(match.vulnerabilityId);
      if (list === undefined) affected.set(match.vulnerabilityId, [{ ref: component.ref, match }]);
      else list.push({ ref: component.ref, match });
    }
    answered.push(answerOf(component, found.length > 0, scan.lookup));
  }
  if (affected.size > MAX_VULNERABILITIES) throw tooLarge('matches more vulnerabilities than one answer can hold');
  return {
    serial: scan.serial,
    at: new Date(scan.now).toISOString(),
    revision: scan.lookup.revision.slice(0, 16),
    components: answered,
    vulnerabilities: [...affected].map(([id, list]) => vulnerabilityOf(id, list, scan.lookup)).sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

function requireCycloneDx(document: Readonly<Record<string, unknown>>): void {
  if (document['bomFormat'] !== 'CycloneDX') throw new AssayError('sbom-unsupported', 'The document is no CycloneDX SBOM in JSON.');
  if (!/^1\.[4-7]$/.test(String(document['specVersion']))) {
    throw new AssayError('sbom-unsupported', 'specVersion must be 1.4, 1.5, 1.6 or 1.7.');
  }
}

/** Components with a reference of their own each, so that answers can name them. */
function namedComponents(document: Readonly<Record<string, unknown>>): CycloneDxComponent[] {
  const components: CycloneDxComponent[] = [];
  const refs = new Set<string>();
  for (const component of cycloneDxComponents(document, { resolveDistro })) {
    if (components.length === MAX_PACKAGES) throw tooLarge(`has more than ${MAX_PACKAGES} components`);
    let { ref } = component;
    for (let n = components.length + 1; ref === '' || refs.has(ref); n++) ref = `comp-${n}`;
    refs.add(ref);
    components.push({ ...component, ref });
  }
  return components;
}

function matchesOf(identity: PackageIdentity, lookup: AdvisoryLookup, known: Map<string, readonly Match[]>): readonly Match[] {
  const key = canonicalIdentity(identity);
  const held = known.get(key);
  if (held !== undefined) return held;
  const { matches } = matchPackage(identity, lookup);
  known.set(key, matches);
  return matches;
}

function answerOf(component: CycloneDxComponent, vulnerable: boolean, lookup: AdvisoryLookup): AnsweredComponent {
  const { ref, type, name, version, purl, path, identity } = component;
  return { ref, type, name, version, purl, ...(path === undefined ? {} : { path }), outcome: outcome() };

  function outcome(): AnsweredComponent['outcome'] {
    if (type === 'operating-system') return 'operating-system';
    if (vulnerable) return 'vulnerable';
    if (identity === undefined) return 'skipped';
    const search = searchOf(identity);
    return lookup.byPackage(search.namespace, search.name).length === 0 ? 'skipped' : 'clean';
  }
}

function tooLarge(why: string): AssayError {
  return new AssayError('sbom-too-large', `The SBOM ${why}; split it.`);
}
