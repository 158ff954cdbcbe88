import { isInternalAddress } from '@assay/net/address.ts';
import { fields, items, text } from '../values.ts';
import type { Listed } from './list-watch.ts';

export interface NodeChanges {
  /** Told where it was unknown. */
  platform(node: string, platform: string): void;
  /** Whether nodes can be reached from the internet is another than before. */
  external(): void;
}

/** Pods outlive their node by minutes: that many nodes that are gone are remembered. */
const MOST_REMEMBERED = 10_000;

/** Platforms and addresses of nodes. */
export class Nodes {
  readonly #platforms = new Map<string, string>();
  readonly #external = new Set<string>();
  readonly #changes: NodeChanges;
  readonly #listed = new Set<string>();

  constructor(changes: NodeChanges) {
    this.#changes = changes;
  }

  /** Whether ports of nodes may be reached from the internet. */
  get external(): boolean {
    return this.#external.size > 0;
  }

  /** `linux/arm64`; empty when nobody has told it. */
  platformOf(name: string): string {
    return this.#platforms.get(name) ?? '';
  }

  list(): Listed {
    let seen = new Set<string>();
    return {
      path: '/api/v1/nodes',
      begin: () => {
        seen = new Set();
      },
      put: (object) => {
        const name = text(fields(object['metadata'])['name']);
        if (name === '') return;
        seen.add(name);
        this.#listed.add(name);
        this.#put(name, fields(object['status']));
      },
      remove: (object) => this.#gone(text(fields(object['metadata'])['name'])),
      end: () => {
        for (const name of this.#listed) if (!seen.has(name)) this.#gone(name);
      },
    };
  }

  #put(name: string, status: Readonly<Record<string, unknown>>): void {
    const { operatingSystem, architecture } = fields(status['nodeInfo']);
    const [os, arch] = [text(operatingSystem), text(architecture)];
    const known = this.#platforms.has(name);
    if (os !== '' && arch !== '') {
      this.#platforms.set(name, `${os}/${arch}`);
      if (!known) this.#changes.platform(name, `${os}/${arch}`);
    }
    const external = items(status['addresses']).some((one) => {
      const { type, address } = fields(one);
      return type === 'ExternalIP' && text(address) !== '' && !isInternalAddress(text(address));
    });
    this.#expose(name, external);
  }

  #gone(name: string): void {
    this.#listed.delete(name);
    this.#expose(name, false);
    for (const other of this.#platforms.keys()) {
      if (this.#platforms.size <= this.#listed.size + MOST_REMEMBERED) break;
      if (!this.#listed.has(other)) this.#platforms.delete(other);
    }
  }

  #expose(name: string, external: boolean): void {
    const before = this.external;
    if (external) this.#external.add(name);
    else this.#external.delete(name);
    if (before !== this.external) this.#changes.external();
  }
}
