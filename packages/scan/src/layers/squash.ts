import { ENTRY, type LayerEntry, readEntries } from './entry-list.ts';
import { FileTree, type TreeNode } from './file-tree.ts';

/** What a reader reported of one layer. */
export interface LayerFacts {
  /** Entry list pieces, in archive order. */
  readonly entries: readonly Buffer[];
  /** Facts by the path the layer uses, then by cataloger. */
  readonly facts: ReadonlyMap<string, ReadonlyMap<string, readonly unknown[]>>;
}

/** Files nobody selected that shall be in the tree all the same, because a link leads to them. */
export interface Extra {
  readonly paths: ReadonlySet<string>;
  readonly prefixes: readonly string[];
}
const NO_EXTRA: Extra = { paths: new Set(), prefixes: [] };

/**
 * The view that a container of these layers would see (image-spec, layer.md; engine.md 2.1). Within a layer the order of the archive
 * does not matter, but for an entry named twice, where the last one counts: whiteouts act on the layers below only, then come folders
 * and links, then files.
 */
export function squash(layers: readonly LayerFacts[], extra: Extra = NO_EXTRA): FileTree {
  const tree = new FileTree();
  for (const [index, layer] of layers.entries()) applyLayer(tree, layer, index, extra);
  return tree;
}

function applyLayer(tree: FileTree, layer: LayerFacts, index: number, extra: Extra): void {
  const own = new Map<string, LayerEntry>();
  for (const entry of readEntries(layer.entries)) {
    if (entry.kind === ENTRY.opaque) tree.clear(entry.path);
    else if (entry.kind === ENTRY.whiteout) tree.remove(entry.path);
    else if (entry.kind === ENTRY.plain || entry.kind === ENTRY.directory) {
      if (own.size > 0) own.delete(entry.path);
      if (entry.kind === ENTRY.plain && isExtra(extra, entry.path)) own.set(entry.path, entry);
    } else own.set(entry.path, entry);
  }
  const sorted = [...own.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  if (index > 0) shadowFolders(tree, layer, index, own);
  for (const entry of sorted) if (entry.kind === ENTRY.symlink) place(tree, entry, index, 'symlink');
  if (index > 0) {
    tree.batch(() => {
      for (const entry of readEntries(layer.entries))
        if (entry.kind === ENTRY.plain && !own.has(entry.path)) tree.shadow(entry.path, index, true);
    });
  }
  for (const entry of sorted) {
    if (entry.kind === ENTRY.hardlink) place(tree, entry, index, 'hardlink');
    else if (entry.kind !== ENTRY.symlink) place(tree, entry, index, entry.kind === ENTRY.wanted ? 'file' : 'plain');
  }
}

/** A folder replaces a link or file of the same name. First by literal name, then with links above it followed, so that order is no matter. */
function shadowFolders(tree: FileTree, layer: LayerFacts, index: number, own: ReadonlyMap<string, LayerEntry>): void {
  const through: string[] = [];
  for (const entry of readEntries(layer.entries)) {
    if (entry.kind !== ENTRY.directory || own.has(entry.path)) continue;
    const node = tree.at(entry.path);
    if (node === undefined) {
      if (tree.resolve(entry.path, false)?.node !== undefined) through.push(entry.path);
    } else if (node.children === null) {
      node.kind = 'folder';
      node.children = new Map();
      node.layer = index;
    }
  }
  for (const path of through) tree.shadow(path, index, false);
}

function place(tree: FileTree, entry: LayerEntry, layer: number, kind: TreeNode['kind']): void {
  tree.insert(entry.path, { kind, layer, path: entry.path, link: entry.link, children: null });
}

function isExtra(extra: Extra, path: string): boolean {
  return extra.paths.has(path) || extra.prefixes.some((prefix) => path.startsWith(prefix));
}
