import type { Distro } from '@assay/core/inventory.ts';
import type { Cataloger, FileFacts } from './cataloger.ts';
import { DISTRO_FILES, detectDistro } from './distro/detect.ts';
import type { FileTree, TreeNode } from './layers/file-tree.ts';
import { extraOf, hardlinkOrigins, type LinkedFile, linkedFiles } from './layers/links.ts';
import { type LayerFacts, squash } from './layers/squash.ts';
import { compileMatcher } from './matcher.ts';
import { DISTRO_READER, distroReader } from './sandbox/distro-files.ts';
import type { Pick } from './sandbox/protocol.ts';

/** Facts of the files that a container would see, and how paths resolve there. */
export interface View {
  readonly tree: FileTree;
  /** By cataloger, in order of path. */
  readonly files: ReadonlyMap<string, readonly FileFacts<unknown>[]>;
  readonly distro: Distro | null;
  readonly distroOf: (root: string) => Distro | null;
}

export interface ViewRequest {
  readonly layers: readonly LayerFacts[];
  /** Digest of each layer; absent for folders. */
  readonly digests: readonly (string | undefined)[];
  readonly catalogers: readonly Cataloger[];
  /** Reads files of one layer under other names (a second pass, only where links ask for it). */
  /** For folders, where the list of entries has only what was selected: whether a file lies at a path. */
  readonly existing?: (path: string) => boolean;
  readonly pick: (layer: number, picks: readonly Pick[]) => Promise<LayerFacts>;
}

/** Merges layers, follows the links that lead to files nobody selected, and sorts what survives. */
export async function buildView(request: ViewRequest): Promise<View> {
  const readers = [...request.catalogers, distroReader(DISTRO_FILES) as Cataloger];
  const matcher = compileMatcher(readers);
  let tree = squash(request.layers);
  const linked = linkedFiles(tree, matcher, readers);
  if (linked.length > 0) tree = squash(request.layers, extraOf(linked));
  const files = new Map<string, FileFacts<unknown>[]>();
  const hardlinks: TreeNode[] = [];
  for (const [, node] of tree.leaves()) {
    if (node.kind === 'hardlink' && matcher.match(node.path).length > 0) {
      const facts = request.layers[node.layer]?.facts.get(node.path);
      if (facts === undefined) hardlinks.push(node);
      else addFacts(files, request, { layer: node.layer, path: node.path, facts });
    } else if (node.kind === 'file') {
      const facts = request.layers[node.layer]?.facts.get(node.path);
      if (facts !== undefined) addFacts(files, request, { layer: node.layer, path: node.path, facts });
    }
  }
  const picks = collectPicks(request, tree, linked, hardlinks);
  for (const [layer, list] of picks) {
    const answer = await request.pick(layer, list);
    for (const [path, facts] of answer.facts) addFacts(files, request, { layer, path, facts });
  }
  for (const list of files.values()) list.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  const distroOf = distroFinder(tree, files.get(DISTRO_READER) ?? []);
  files.delete(DISTRO_READER);
  return { tree, files, distro: distroOf(''), distroOf };
}

interface Found {
  readonly layer: number;
  readonly path: string;
  readonly facts: ReadonlyMap<string, readonly unknown[]>;
}

function addFacts(files: Map<string, FileFacts<unknown>[]>, request: ViewRequest, found: Found): void {
  const layer = request.digests[found.layer];
  for (const [cataloger, facts] of found.facts) {
    let list = files.get(cataloger);
    if (list === undefined) {
      list = [];
      files.set(cataloger, list);
    }
    list.push({ path: found.path, ...(layer !== undefined && { layer }), facts });
  }
}

function collectPicks(
  request: ViewRequest,
  tree: FileTree,
  linked: readonly LinkedFile[],
  hardlinks: readonly TreeNode[],
): ReadonlyMap<number, readonly Pick[]> {
  const picks = new Map<number, Pick[]>();
  const add = (layer: number, pick: Pick): void => {
    const list = picks.get(layer);
    if (list === undefined) picks.set(layer, [pick]);
    else list.push(pick);
  };
  for (const file of linked) {
    if (file.under === true) {
      const folder = tree.resolve(file.real)?.node;
      for (const node of folder === undefined ? [] : filesBelow(folder)) {
        const name = node.path.slice(node.path.indexOf(file.real) + file.real.length);
        add(node.layer, { path: node.path, as: file.as + name });
      }
      continue;
    }
    const node = tree.resolve(file.real)?.node;
    if (node === undefined && request.existing?.(file.real)) {
      add(0, { path: file.real, as: file.as });
      continue;
    }
    if (node?.kind === 'hardlink') hardlinks = [...hardlinks, { ...node, path: file.as }];
    else if (node !== undefined && node.children === null) add(node.layer, { path: node.path, as: file.as });
  }
  if (hardlinks.length > 0) {
    for (const [node, origin] of hardlinkOrigins(request.layers, hardlinks)) add(origin.layer, { path: origin.path, as: node.path });
  }
  return picks;
}

function* filesBelow(folder: TreeNode): Generator<TreeNode> {
  const stack = [folder];
  while (stack.length > 0) {
    const node = stack.pop() as TreeNode;
    if (node.children !== null) stack.push(...node.children.values());
    else if (node.kind === 'plain' || node.kind === 'file') yield node;
  }
}

function distroFinder(tree: FileTree, files: readonly FileFacts<unknown>[]): (root: string) => Distro | null {
  const byPath = new Map(files.map((file) => [file.path, file.facts[0] as string | undefined]));
  const known = new Map<string, Distro | null>();
  return (root) => {
    const cached = known.get(root);
    if (cached !== undefined) return cached;
    const found = new Map<string, Buffer>();
    for (const path of DISTRO_FILES) {
      const full = root === '' ? path : `${root}/${path}`;
      const resolved = tree.resolve(full);
      const base64 =
        byPath.get(full) ?? (resolved === undefined ? undefined : (byPath.get(resolved.path) ?? byPath.get(resolved.node?.path ?? '')));
      if (base64 !== undefined) found.set(path, Buffer.from(base64, 'base64'));
    }
    const distro = found.size === 0 ? null : detectDistro(found);
    known.set(root, distro);
    return distro;
  };
}
