import { isInternalAddress } from '@assay/net/address.ts';
import { fields, items, text } from './json.ts';
import type { Listed } from './list-watch.ts';

export interface ClusterNode {
  readonly name: string;
  /** `linux/arm64`; empty while nobody has told it. */
  platform: string;
  /** It has an address that the internet reaches. */
  external: boolean;
  pods: number;
  /** Of the last list that mentioned it; -1 when it is gone, or was never listed. */
  list: number;
}

export interface NodeChanges {
  platform(node: ClusterNode): void;
  external(): void;
}

/** Nodes, by name; one that is gone stays for as long as it has pods. */
export class Nodes {
  readonly #nodes = new Map<string, ClusterNode>();
  readonly #changes: NodeChanges;
  #external = 0;

  constructor(changes: NodeChanges) {
    this.#changes = changes;
  }

  /** Whether ports of nodes may be reached from the internet. */
  get external(): boolean {
    return this.#external > 0;
  }

  named(name: string): ClusterNode {
    let node = this.#nodes.get(name);
    if (node === undefined) {
      node = { name, platform: '', external: false, pods: 0, list: -1 };
      this.#nodes.set(name, node);
    }
    return node;
  }

  unused(node: ClusterNode): void {
    if (node.pods === 0 && node.list === -1) this.#nodes.delete(node.name);
  }

  list(): Listed {
    let list = 0;
    return {
      path: '/api/v1/nodes',
      begin: () => {
        list++;
      },
      put: (object) => {
        const name = text(fields(object['metadata'])['name']);
        if (name !== '') this.#put(this.named(name), fields(object['status']), list);
      },
      remove: (object) => this.#gone(this.#nodes.get(text(fields(object['metadata'])['name']))),
      end: () => {
        for (const node of this.#nodes.values()) if (node.list !== list) this.#gone(node);
      },
    };
  }

  #put(node: ClusterNode, status: Readonly<Record<string, unknown>>, list: number): void {
    node.list = list;
    const { operatingSystem, architecture } = fields(status['nodeInfo']);
    const [os, arch] = [text(operatingSystem), text(architecture)];
    const platform = os === '' || arch === '' ? '' : `${os}/${arch}`;
    if (platform !== '' && platform !== node.platform) {
      node.platform = platform;
      if (node.pods > 0) this.#changes.platform(node);
    }
    const external = items(status['addresses']).some((one) => {
      const { type, address } = fields(one);
      return type === 'ExternalIP' && text(address) !== '' && !isInternalAddress(text(address));
    });
    this.#expose(node, external);
  }

  #gone(node: ClusterNode | undefined): void {
    if (node === undefined) return;
    node.list = -1;
    this.#expose(node, false);
    this.unused(node);
  }

  #expose(node: ClusterNode, external: boolean): void {
    if (node.external === external) return;
    node.external = external;
    const before = this.external;
    this.#external += external ? 1 : -1;
    if (before !== this.external) this.#changes.external();
  }
}
