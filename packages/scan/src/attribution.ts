import type { AssembleContext, Cataloger, FoundPackage } from './cataloger.ts';
import { assembleFiles } from './inventory.ts';
import type { LayerFacts } from './layers/squash.ts';
import type { View } from './squash-view.ts';

export interface AttributionRequest {
  readonly layers: readonly LayerFacts[];
  readonly digests: readonly (string | undefined)[];
  readonly catalogers: readonly Cataloger[];
  readonly view: View;
}

/**
 * The layer that first had a package: a package database is written anew by every layer that installs something, so its last writer says
 * nothing. Goes down through the layers that hold the same file and stops where the package (name, version, architecture) is missing:
 * removed and installed again counts from the second time (engine.md 2.2).
 */
export function buildAttribution(
  request: AttributionRequest,
): (cataloger: string, found: FoundPackage, layer: string | undefined) => string | undefined {
  const { view, layers, digests } = request;
  const byId = new Map(request.catalogers.map((cataloger) => [cataloger.id, cataloger]));
  const context: AssembleContext = { distro: view.distro, distroOf: view.distroOf, exists: () => false };
  const histories = new Map<string, readonly number[]>();
  const contents = new Map<string, ReadonlySet<string>>();

  /** Layers below the surviving one that hold the file, the highest first. */
  function historyOf(cataloger: string, path: string): readonly number[] {
    const key = `${cataloger}\n${path}`;
    let history = histories.get(key);
    if (history === undefined) {
      const survivor = view.tree.resolve(path)?.node?.layer ?? -1;
      history = layers
        .flatMap((layer, index) => (index < survivor && layer.facts.get(path)?.has(cataloger) === true ? [index] : []))
        .reverse();
      histories.set(key, history);
    }
    return history;
  }

  function contentOf(cataloger: Cataloger, path: string, index: number): ReadonlySet<string> {
    const key = `${cataloger.id}\n${index}\n${path}`;
    let content = contents.get(key);
    if (content === undefined) {
      const keys = new Set<string>();
      try {
        const facts = layers[index]?.facts.get(path)?.get(cataloger.id) ?? [];
        for (const item of assembleFiles(cataloger, [{ path, facts }], context)) if ('package' in item) keys.add(keyOf(item.package));
      } catch {
        // A lower state that cannot be read alone says nothing; the package then counts from above.
      }
      content = keys;
      contents.set(key, content);
    }
    return content;
  }

  return (id, found, layer) => {
    const cataloger = byId.get(id);
    const path = found.paths[0];
    if (cataloger === undefined || path === undefined) return layer;
    let origin = layer;
    for (const index of historyOf(id, path)) {
      if (!contentOf(cataloger, path, index).has(keyOf(found))) break;
      origin = digests[index];
    }
    return origin;
  };
}

function keyOf({ name, version, arch }: FoundPackage): string {
  return JSON.stringify([name, version, arch]);
}
