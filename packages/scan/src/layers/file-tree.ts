/** What is known of a path. Only what a scan needs is in the tree: links, selected files and the folders above them. */
export interface TreeNode {
  kind: 'folder' | 'file' | 'plain' | 'symlink' | 'hardlink';
  /** Index of the layer that put it there; for folders the last layer that touched something below. */
  layer: number;
  /** Path by which that layer names it; differs from the place in the tree where a lower layer has a link above it. */
  path: string;
  link: string;
  children: Map<string, TreeNode> | null;
}

/** Linux gives up after as many symbolic links. */
const MAX_HOPS = 40;

export interface Resolved {
  /** Path without links, whether or not something is known there. */
  readonly path: string;
  readonly node: TreeNode | undefined;
}

/** A merged view of layers; all paths are relative to the root, `''` is the root itself. */
export class FileTree {
  readonly root: TreeNode = { kind: 'folder', layer: -1, path: '', link: '', children: new Map() };

  /**
   * Follows links from the root, which `..` and absolute targets never leave. With `followLast` false the last part is not followed.
   * Undefined on cycles and chains of more than 40 links.
   */
  resolve(path: string, followLast = true): Resolved | undefined {
    const todo = path.split('/').reverse();
    const nodes: (TreeNode | undefined)[] = [this.root];
    const names: string[] = [];
    let hops = 0;
    while (todo.length > 0) {
      const name = todo.pop() as string;
      if (name === '' || name === '.') continue;
      if (name === '..') {
        if (names.length > 0) {
          names.pop();
          nodes.pop();
        }
        continue;
      }
      const child = nodes.at(-1)?.children?.get(name);
      if (child?.kind === 'symlink' && (followLast || todo.length > 0)) {
        if (++hops > MAX_HOPS) return undefined;
        if (child.link.startsWith('/')) {
          names.length = 0;
          nodes.length = 1;
        }
        const parts = child.link.split('/');
        if (todo.length + parts.length > 8192) return undefined;
        for (let i = parts.length - 1; i >= 0; i--) todo.push(parts[i] as string);
        continue;
      }
      names.push(name);
      nodes.push(child);
    }
    return { path: names.join('/'), node: nodes.at(-1) };
  }

  /** The node at a literal path, no link followed. */
  at(path: string): TreeNode | undefined {
    let node: TreeNode | undefined = this.root;
    for (const name of path.split('/')) {
      node = node.children?.get(name);
      if (node === undefined) return undefined;
    }
    return node;
  }

  /** Removes what lies at a path, links above it followed. */
  remove(path: string): void {
    const { parent, name } = this.#parent(path);
    parent?.children?.delete(name);
  }

  /** Empties a folder. */
  clear(path: string): void {
    const node = path === '' ? this.root : this.resolve(path)?.node;
    if (node?.children) node.children.clear();
  }

  /** Removes what lies at a path if a layer below `layer` put it there; folders only when `folders` says so. */
  shadow(path: string, layer: number, folders: boolean): void {
    const { parent, name } = this.#parent(path);
    const node = parent?.children?.get(name);
    if (node === undefined || node.layer >= layer || (node.kind === 'folder' && !folders)) return;
    parent?.children?.delete(name);
  }

  insert(path: string, node: TreeNode): void {
    const resolved = this.resolve(parentOf(path));
    if (resolved === undefined) return;
    let folder = this.root;
    for (const name of resolved.path === '' ? [] : resolved.path.split('/')) {
      folder.layer = node.layer;
      let child = folder.children?.get(name);
      if (child === undefined || child.children === null) {
        child = { kind: 'folder', layer: node.layer, path: '', link: '', children: new Map() };
        (folder.children as Map<string, TreeNode>).set(name, child);
      }
      folder = child;
    }
    folder.layer = node.layer;
    (folder.children as Map<string, TreeNode>).set(path.slice(path.lastIndexOf('/') + 1), node);
  }

  /** Every node but folders, with its place in the tree; order is by name at each level. */
  *leaves(): Generator<readonly [path: string, node: TreeNode]> {
    const stack: { prefix: string; node: TreeNode }[] = [{ prefix: '', node: this.root }];
    while (stack.length > 0) {
      const { prefix, node } = stack.pop() as { prefix: string; node: TreeNode };
      if (node.children === null) {
        yield [prefix, node];
        continue;
      }
      const names = [...node.children.keys()].sort().reverse();
      for (const name of names) {
        stack.push({ prefix: prefix === '' ? name : `${prefix}/${name}`, node: node.children.get(name) as TreeNode });
      }
    }
  }

  #lastFolder = '';
  #lastParent: TreeNode | undefined = undefined;
  #cacheable = false;

  /** Between these calls no link changes, so the parent of the last path may be reused: archives list folders together. */
  batch(work: () => void): void {
    this.#cacheable = true;
    this.#lastFolder = '\0';
    try {
      work();
    } finally {
      this.#cacheable = false;
    }
  }

  #parent(path: string): { parent: TreeNode | undefined; name: string } {
    const folder = parentOf(path);
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (this.#cacheable && folder === this.#lastFolder) return { parent: this.#lastParent, name };
    const parent = folder === '' ? this.root : this.resolve(folder)?.node;
    this.#lastFolder = folder;
    this.#lastParent = parent;
    return { parent, name };
  }
}

export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}
