import type { Cataloger } from '../cataloger.ts';
import type { Matcher } from '../matcher.ts';
import { ENTRY, type LayerEntry, readEntries } from './entry-list.ts';
import { type FileTree, parentOf, type TreeNode } from './file-tree.ts';
import type { Extra, LayerFacts } from './squash.ts';

/** A path that catalogers select, and the file nobody selected to which it leads. */
export interface LinkedFile {
  readonly real: string;
  readonly as: string;
  readonly under?: boolean;
}

const MAX_LINKED = 20_000;

/**
 * Symbolic links whose own name is selected, and folders reached by a link under whose name something would be selected:
 * `var/lib/dpkg → ../../srv/db` makes `srv/db/status` the file `/lib/dpkg/status`.
 */
export function linkedFiles(tree: FileTree, matcher: Matcher, catalogers: readonly Pick<Cataloger, 'wants'>[]): readonly LinkedFile[] {
  const endings = folderEndings(catalogers);
  const found: LinkedFile[] = [];
  for (const [path, node] of tree.leaves()) {
    if (node.kind !== 'symlink' || found.length >= MAX_LINKED) continue;
    const target = tree.resolve(path);
    if (target === undefined || target.path === '' || target.path === path) continue;
    const selected = matcher.match(path);
    if (selected.length > 0 && target.node?.kind !== 'folder' && !sameSelection(matcher, selected, target.path)) {
      found.push({ real: target.path, as: path });
    }
    for (const candidate of endings(path, target.path)) {
      const name = candidate.under === true ? `${candidate.as}/x` : candidate.as;
      const real = candidate.under === true ? `${candidate.real}/x` : candidate.real;
      if (!sameSelection(matcher, matcher.match(name), real)) found.push(candidate);
    }
  }
  return found;
}

function sameSelection(matcher: Matcher, selected: readonly number[], path: string): boolean {
  const there = matcher.match(path);
  return selected.every((index) => there.includes(index));
}

/** For a folder link `D → T`: for each ending `head/tail` with D ending in `head`, the file `T/tail`. */
function folderEndings(catalogers: readonly Pick<Cataloger, 'wants'>[]): (link: string, target: string) => Iterable<LinkedFile> {
  const heads = new Map<string, Set<string>>();
  const folders = new Set<string>();
  for (const { wants } of catalogers) {
    for (const suffix of wants.suffixes ?? []) {
      for (let slash = suffix.indexOf('/', 1); slash > 0; slash = suffix.indexOf('/', slash + 1)) {
        const head = suffix.slice(0, slash);
        heads.set(head, (heads.get(head) ?? new Set()).add(suffix.slice(slash + 1)));
      }
    }
    for (const folder of [...(wants.folders ?? []), ...(wants.within ?? []).map((rule) => rule.folder)]) folders.add(folder);
  }
  return function* (link, target) {
    const rooted = `/${link}`;
    for (const [head, tails] of heads) {
      if (rooted.endsWith(head)) for (const tail of tails) yield { real: `${target}/${tail}`, as: `${link}/${tail}` };
    }
    for (const folder of folders) {
      if (`${rooted}/`.endsWith(folder)) yield { real: target, as: link, under: true };
      for (let slash = folder.indexOf('/', 1); slash > 0 && slash < folder.length - 1; slash = folder.indexOf('/', slash + 1)) {
        const rest = folder.slice(slash + 1, -1);
        if (rooted.endsWith(folder.slice(0, slash))) yield { real: `${target}/${rest}`, as: `${link}/${rest}`, under: true };
      }
    }
  };
}

export function extraOf(linked: readonly LinkedFile[]): Extra {
  return {
    paths: new Set(linked.filter((file) => file.under !== true).map((file) => file.real)),
    prefixes: [...new Set(linked.filter((file) => file.under === true).map((file) => `${file.real}/`))].slice(0, 64),
  };
}

/** Where the bytes of a hard link are: the layer and the name of the file it was made from, which may have been overwritten since. */
export interface HardlinkOrigin {
  readonly layer: number;
  readonly path: string;
}

/** Looks for the targets of hard links, each from its own layer downwards. Chains and cycles end after 40 steps. */
export function hardlinkOrigins(layers: readonly LayerFacts[], links: readonly TreeNode[]): ReadonlyMap<TreeNode, HardlinkOrigin> {
  const found = new Map<TreeNode, HardlinkOrigin>();
  let open = links.map((node) => ({ node, target: node.link, top: node.layer }));
  for (let hop = 0; hop < 40 && open.length > 0; hop++) {
    const next: typeof open = [];
    for (let index = layers.length - 1; index >= 0 && open.length > 0; index--) {
      const asked = new Set(open.filter((item) => item.top >= index).map((item) => item.target));
      if (asked.size === 0) continue;
      const here = new Map<string, LayerEntry>();
      for (const entry of readEntries(layers[index]!.entries)) if (asked.has(entry.path)) here.set(entry.path, entry);
      open = open.filter((item) => {
        const entry = item.top >= index ? here.get(item.target) : undefined;
        if (entry === undefined) return true;
        if (entry.kind === ENTRY.hardlink && entry.link !== item.target) next.push({ node: item.node, target: entry.link, top: index });
        else if (entry.kind === ENTRY.symlink) {
          const to = entry.link.startsWith('/') ? entry.link.slice(1) : `${parentOf(entry.path)}/${entry.link}`;
          next.push({ node: item.node, target: to.replace(/^\//, ''), top: index });
        } else if (entry.kind === ENTRY.plain || entry.kind === ENTRY.wanted) found.set(item.node, { layer: index, path: item.target });
        return false;
      });
    }
    open = next;
  }
  return found;
}
