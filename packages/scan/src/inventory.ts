import type { Gap } from '@assay/core/gap.ts';
import type { Distro, Inventory, Subject } from '@assay/core/inventory.ts';
import { canonicalIdentity, type Evidence, type InventoryPackage } from '@assay/core/package.ts';
import { packageType } from '@assay/core/package-type.ts';
import type { AssembleContext, Cataloger, FileFacts, Found, FoundPackage } from './cataloger.ts';
import { identityOf } from './identity.ts';
import type { Owner } from './ownership.ts';
import { buildOwnership } from './ownership.ts';
import type { View } from './squash-view.ts';

export interface InventoryRequest {
  readonly subject: Subject;
  readonly view: View;
  readonly catalogers: readonly Cataloger[];
  readonly gaps: readonly Gap[];
  /** A machine: package databases of other roots below it (container stores, unpacked systems) are not what it runs. */
  readonly ownSystemOnly?: boolean;
  /** Digest of the layer that first had a package, given the layer of its file as seen; identity for folders. */
  readonly attribute?: (cataloger: string, found: FoundPackage, layer: string | undefined) => string | undefined;
  readonly stats?: NonNullable<Inventory['stats']>;
}

interface FoundBy {
  readonly cataloger: string;
  readonly found: FoundPackage;
}

const MAX_EVIDENCE = 100;

/** Packages of a view: assembled, identified, owned, merged and sorted, with the gaps that follow from what is missing. */
export function buildInventory(request: InventoryRequest): Inventory {
  const { view } = request;
  const gaps: Gap[] = [...request.gaps];
  const all = ownSystem(request, assembleAll(request, gaps), gaps);
  const ownerOf = buildOwnership(
    all.map(({ found }) => found),
    view.tree,
  );
  const layers = layerFinder(view);
  const merged = new Map<string, InventoryPackage>();
  for (const { cataloger, found } of all) {
    const owner = ownerOf(found);
    const distro = distroFor(view, found);
    const identity = identityOf(found, distro, owner?.ownerClass ?? 'none');
    if (identity === undefined) {
      gaps.push({
        code: 'unsupported-package',
        message: `A ${found.type} package has a name or version nothing real has.`,
        cataloger,
        ...pathOf(found),
      });
      continue;
    }
    const layer = layers(cataloger, found);
    const origin = request.attribute === undefined ? layer : request.attribute(cataloger, found, layer);
    const key = canonicalIdentity(identity);
    merged.set(key, merge(merged.get(key), { identity, evidence: evidenceOf(cataloger, found, origin), ...extras(found, owner) }));
  }
  const packages = [...merged].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  gaps.push(...missing(request, packages));
  return {
    subject: request.subject,
    distro: view.distro,
    packages,
    gaps: uniqueGaps(gaps),
    catalogers: Object.fromEntries(request.catalogers.map(({ id, version }) => [id, version])),
    ...(request.stats !== undefined && { stats: request.stats }),
  };
}

function ownSystem(request: InventoryRequest, all: readonly FoundBy[], gaps: Gap[]): readonly FoundBy[] {
  if (request.ownSystemOnly !== true) return all;
  const nested = all.filter(({ found }) => packageType(found.type).os && (found.root ?? '') !== '');
  if (nested.length === 0) return all;
  const roots = [...new Set(nested.map(({ found }) => `/${found.root}`))].sort();
  const shown = roots.slice(0, 3).join(', ');
  gaps.push({
    code: 'skipped-path',
    message: `${nested.length} packages of ${roots.length} other systems below this one were left out, such as ${shown}; scan them by themselves.`,
  });
  const left = new Set(nested);
  return all.filter((one) => !left.has(one));
}

function assembleAll(request: InventoryRequest, gaps: Gap[]): readonly FoundBy[] {
  const context: AssembleContext = {
    distro: request.view.distro,
    distroOf: request.view.distroOf,
    exists: (path) => request.view.tree.resolve(path)?.node !== undefined,
  };
  const all: FoundBy[] = [];
  for (const cataloger of request.catalogers) {
    const files = request.view.files.get(cataloger.id) ?? [];
    if (files.length === 0) continue;
    try {
      for (const item of assembleFiles(cataloger, files, context)) {
        if ('gap' in item) gaps.push({ cataloger: cataloger.id, ...item.gap });
        else all.push({ cataloger: cataloger.id, found: item.package });
      }
    } catch (error) {
      gaps.push({
        code: 'cataloger-failed',
        message: `The ${cataloger.id} cataloger failed: ${String((error as Error).message).slice(0, 200)}.`,
        cataloger: cataloger.id,
      });
    }
  }
  return all;
}

export function* assembleFiles(cataloger: Cataloger, files: readonly FileFacts<unknown>[], context: AssembleContext): Iterable<Found> {
  if (cataloger.assemble !== undefined) yield* cataloger.assemble(files, context);
  else for (const file of files) for (const fact of file.facts) yield { package: fact as FoundPackage };
}

function distroFor(view: View, found: FoundPackage): Distro | null {
  return found.root === undefined || found.root === '' ? view.distro : view.distroOf(found.root);
}

function layerFinder(view: View): (cataloger: string, found: FoundPackage) => string | undefined {
  const byCataloger = new Map<string, Map<string, string>>();
  for (const [cataloger, files] of view.files) {
    byCataloger.set(cataloger, new Map(files.flatMap((file) => (file.layer === undefined ? [] : [[file.path, file.layer] as const]))));
  }
  return (cataloger, found) => byCataloger.get(cataloger)?.get(found.paths[0] ?? '');
}

function evidenceOf(cataloger: string, found: FoundPackage, layer: string | undefined): readonly Evidence[] {
  return found.paths.map((path) => ({
    cataloger,
    path,
    ...(layer !== undefined && { layer }),
    packageManager: found.packageManager ?? packageType(found.type).packageManager,
    ...(found.confidence !== undefined && { confidence: found.confidence }),
  }));
}

function extras(found: FoundPackage, owner: Owner | undefined): Omit<InventoryPackage, 'identity' | 'evidence'> {
  return {
    ...(found.licenses !== undefined && { licenses: found.licenses }),
    ...(found.dev !== undefined && { dev: found.dev }),
    ...(owner !== undefined && { ownedBy: owner.label }),
  };
}

/** The same package seen twice: evidence adds up; it is a development dependency only where every sighting says so. */
function merge(before: InventoryPackage | undefined, now: InventoryPackage): InventoryPackage {
  if (before === undefined) return now;
  const evidence = [...before.evidence];
  for (const item of now.evidence) {
    const known = evidence.some((other) => other.path === item.path && other.cataloger === item.cataloger);
    if (!known && evidence.length < MAX_EVIDENCE) evidence.push(item);
  }
  const licenses = [...new Set([...(before.licenses ?? []), ...(now.licenses ?? [])])];
  const { dev: _, licenses: __, ...rest } = { ...now, ...before };
  return {
    ...rest,
    evidence,
    ...(licenses.length > 0 && { licenses }),
    ...(before.dev === true && now.dev === true && { dev: true }),
  };
}

/** "Nothing found" is only said of what was looked at. */
function missing({ subject, view }: InventoryRequest, packages: readonly InventoryPackage[]): readonly Gap[] {
  const gaps: Gap[] = [];
  const { distro } = view;
  const os = packages.some(({ identity }) => packageType(identity.type).os);
  // A lockfile of a project without dependencies was read, and says none.
  const readable = subject.kind === 'directory' && [...view.files.values()].some((files) => files.length > 0);
  if (packages.length === 0 && !readable) {
    gaps.push({ code: 'no-packages', message: 'No packages were found, so nothing can be said about vulnerabilities.', fatal: true });
  }
  if (subject.kind !== 'directory' && !os) {
    gaps.push({ code: 'no-package-database', message: 'No package database of an operating system was found.' });
  }
  if (os && distro === null) {
    gaps.push({
      code: 'unknown-distribution',
      message: 'There are operating system packages, but no file says which distribution they belong to.',
    });
  } else if (os && distro !== null && distro.namespace === undefined) {
    gaps.push({ code: 'unsupported-distribution', message: `There are no advisories for ${distro.prettyName}.` });
  }
  return gaps;
}

function uniqueGaps(gaps: readonly Gap[]): readonly Gap[] {
  return [...new Map(gaps.map((gap) => [JSON.stringify(gap), gap])).values()];
}

function pathOf(found: FoundPackage): { path?: string } {
  return found.paths[0] === undefined ? {} : { path: found.paths[0] };
}
