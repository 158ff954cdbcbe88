import type { JsonObject } from '@assay/core/json.ts';
import type { Reach } from '@assay/core/running.ts';
import { fields, text } from '../../values.ts';
import type { Listed } from '../list-watch.ts';
import { reachOfPlaces, widest } from './addresses.ts';
import {
  type IngressFacts,
  type PolicyFacts,
  type RouteFacts,
  readIngress,
  readPolicy,
  readRoute,
  readService,
  type ServiceFacts,
} from './facts.ts';
import type { NetworkView } from './reach.ts';
import type { Labels } from './selector.ts';

/** Kinds of network objects, by the name of their resource. */
export type NetworkKind = 'services' | 'ingresses' | 'networkpolicies' | 'httproutes' | 'gateways';
type ByName<T> = Map<string, Map<string, T>>;

/** Services, Ingresses, policies, routes of a cluster, as far as they matter to reach. */
export class Network {
  readonly #services: ByName<ServiceFacts> = new Map();
  /** By one pair of the selector: a pod can only be selected by Services under one of its own labels. */
  readonly #bySelector: ByName<Set<ServiceFacts>> = new Map();
  readonly #ingresses: ByName<IngressFacts> = new Map();
  readonly #policies: ByName<PolicyFacts> = new Map();
  readonly #routes: ByName<RouteFacts> = new Map();
  readonly #gateways: ByName<Reach | undefined> = new Map();
  readonly #changed: (namespace: string | undefined) => void;

  /** `changed` hears of the namespace that another reach may hold in; undefined: any. */
  constructor(changed: (namespace: string | undefined) => void) {
    this.#changed = changed;
  }

  list(kind: NetworkKind, path: string): Listed {
    switch (kind) {
      case 'services':
        return this.#listed(path, { facts: this.#services, read: readService, changed: (...change) => this.#serviceChanged(...change) });
      case 'ingresses':
        return this.#listed(path, { facts: this.#ingresses, read: readIngress });
      case 'networkpolicies':
        return this.#listed(path, { facts: this.#policies, read: (_, object) => readPolicy(object) });
      case 'httproutes':
        return this.#listed(path, { facts: this.#routes, read: readRoute, everywhere: true });
      case 'gateways':
        return this.#listed(path, {
          facts: this.#gateways,
          read: (_, object) => reachOfPlaces(fields(object['status'])['addresses']),
          everywhere: true,
        });
    }
  }

  /** `known`: whether a kind may be read; `nodes`: whether nodes have external addresses. */
  view(known: (kind: NetworkKind) => boolean, nodes: boolean | undefined): NetworkView {
    const within =
      <T>(facts: ByName<T>) =>
      (namespace: string) =>
        facts.get(namespace)?.values() ?? [];
    return {
      nodes,
      services: known('services') ? (namespace, labels) => this.#selecting(namespace, labels) : undefined,
      ingresses: known('ingresses') ? within(this.#ingresses) : undefined,
      policies: known('networkpolicies') ? within(this.#policies) : undefined,
      routes: known('httproutes') ? () => [...this.#routes.values()].flatMap((routes) => [...routes.values()]) : undefined,
      gateway: (name) => this.#gateways.get(name.slice(0, name.indexOf('/')))?.get(name.slice(name.indexOf('/') + 1)),
      edge: this.#edge(nodes),
    };
  }

  *#selecting(namespace: string, labels: Labels): Generator<ServiceFacts> {
    const index = this.#bySelector.get(namespace);
    if (index === undefined) return;
    for (const [key, value] of Object.entries(labels)) yield* index.get(`${key}=${value}`) ?? [];
    yield* index.get(WITHOUT) ?? [];
  }

  #edge(nodes: boolean | undefined): Reach {
    let edge: Reach = 'PRIVATE_NETWORK';
    for (const services of this.#services.values()) {
      for (const { outside, ports } of services.values()) {
        if (outside !== undefined) edge = widest(edge, outside);
        if (ports.some(({ onNodes }) => onNodes))
          edge = widest(edge, nodes === undefined ? 'UNKNOWN' : nodes ? 'INTERNET' : 'PRIVATE_NETWORK');
        if (edge === 'INTERNET') return edge;
      }
    }
    return edge;
  }

  #serviceChanged(namespace: string, before: ServiceFacts | undefined, after: ServiceFacts | undefined): void {
    const index = this.#bySelector.get(namespace) ?? new Map<string, Set<ServiceFacts>>();
    this.#bySelector.set(namespace, index);
    if (before !== undefined) {
      const services = index.get(pairOf(before));
      services?.delete(before);
      if (services?.size === 0) index.delete(pairOf(before));
    }
    if (after !== undefined) index.set(pairOf(after), (index.get(pairOf(after)) ?? new Set()).add(after));
    if (index.size === 0) this.#bySelector.delete(namespace);
  }

  #listed<T>(path: string, kind: Kind<T>): Listed {
    let seen = new Set<string>();
    let mine = new Set<string>();
    const set = (namespace: string, name: string, value: T | undefined): void => {
      const facts = kind.facts.get(namespace) ?? new Map<string, T>();
      const before = facts.get(name);
      if (JSON.stringify(plain(before)) === JSON.stringify(plain(value))) return;
      if (value === undefined) facts.delete(name);
      else facts.set(name, value);
      if (facts.size > 0) kind.facts.set(namespace, facts);
      else kind.facts.delete(namespace);
      kind.changed?.(namespace, before, value);
      this.#changed(kind.everywhere === true ? undefined : namespace);
    };
    return {
      path,
      begin: () => {
        seen = new Set();
      },
      put: (object) => {
        const metadata = fields(object['metadata']);
        const [namespace, name] = [text(metadata['namespace']), text(metadata['name'])];
        seen.add(`${namespace}/${name}`);
        mine.add(`${namespace}/${name}`);
        set(namespace, name, kind.read(metadata, object));
      },
      remove: (object) => {
        const { namespace, name } = fields(object['metadata']);
        mine.delete(`${text(namespace)}/${text(name)}`);
        set(text(namespace), text(name), undefined);
      },
      end: () => {
        for (const key of mine) if (!seen.has(key)) set(key.slice(0, key.indexOf('/')), key.slice(key.indexOf('/') + 1), undefined);
        mine = seen;
        seen = new Set();
      },
    };
  }
}

interface Kind<T> {
  readonly facts: ByName<T>;
  readonly read: (metadata: JsonObject, object: JsonObject) => T | undefined;
  readonly changed?: (namespace: string, before: T | undefined, after: T | undefined) => void;
  /** What it says holds beyond its namespace. */
  readonly everywhere?: boolean;
}

/** Services without a selector; no pair is empty. */
const WITHOUT = '';

/** The first pair of a selector. */
function pairOf({ selector }: ServiceFacts): string {
  if (selector === undefined) return WITHOUT;
  const [key = '', value = ''] = Object.entries(selector)[0] ?? [];
  return `${key}=${value}`;
}

function plain(facts: unknown): unknown {
  if (typeof facts !== 'object' || facts === null) return facts;
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, value instanceof Set ? [...value] : value]));
}
