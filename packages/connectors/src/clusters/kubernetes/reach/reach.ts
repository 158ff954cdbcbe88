import type { Reach } from '@assay/core/running.ts';
import { narrower, widest } from './addresses.ts';
import type { IngressFacts, PolicyFacts, PolicyRule, RouteFacts, ServiceFacts } from './facts.ts';
import { mayBe, type Port } from './ports.ts';
import { hasAll, type Labels, selects } from './selector.ts';

/** What is known of the network around pods. What may not be read is undefined; what a cluster does not have is empty. */
export interface NetworkView {
  /** Whether ports of nodes may be reached from the internet. */
  readonly nodes: boolean | undefined;
  /** Services of the namespace that may select these labels; `hasAll` decides. */
  readonly services: ((namespace: string, labels: Labels) => Iterable<ServiceFacts>) | undefined;
  readonly ingresses: ((namespace: string) => Iterable<IngressFacts>) | undefined;
  readonly routes: (() => Iterable<RouteFacts>) | undefined;
  /** Of a Gateway, `namespace/name`; undefined: it has no address. */
  readonly gateway: (name: string) => Reach | undefined;
  readonly policies: ((namespace: string) => Iterable<PolicyFacts>) | undefined;
  /** The widest way into the cluster: where an Ingress stands whose address nobody tells. */
  readonly edge: Reach;
}

export interface Subject {
  readonly namespace: string;
  /** Of its pods that run: each set once. */
  readonly labels: Iterable<Labels>;
  /** Some have a port on their node. */
  readonly hostPort: boolean;
  /** Some are in the network of their node. */
  readonly hostNetwork: boolean;
}

/** A way in. Whose address the pod sees: the client's, a node's, or that of a proxy in the cluster. */
interface Way {
  readonly from: Reach;
  readonly sees: 'client' | 'node' | 'proxy';
  /** Undefined: any. */
  readonly port: Port | undefined;
}

/**
 * From where pods can be reached, by what the cluster says about itself; mesh rules and AdminNetworkPolicies are not read. Doubt never makes it
 * smaller: a way in counts until a policy certainly closes it, and where a way may lead to any pod of a namespace, nobody knows for one of them.
 */
export function reachOf(subject: Subject, network: NetworkView): Reach {
  const found: Reach[] = [];
  const nodes: Reach = network.nodes === undefined ? 'UNKNOWN' : network.nodes ? 'INTERNET' : 'PRIVATE_NETWORK';
  // Policies do not hold in the network of a node.
  if (subject.hostNetwork) found.push(nodes);
  for (const labels of subject.labels) {
    const ways = [
      ...waysTo(subject.namespace, labels, network),
      ...(subject.hostPort ? [{ from: nodes, sees: 'client', port: undefined } as const] : []),
    ];
    found.push(throughPolicies(ways, policiesFor(subject.namespace, labels, network)));
    if (network.services === undefined) found.push('UNKNOWN');
  }
  return found.length === 0 ? 'NONE' : widest(...found);
}

function* waysTo(namespace: string, labels: Labels, network: NetworkView): Generator<Way> {
  for (const service of network.services?.(namespace, labels) ?? []) {
    if (service.selector !== undefined && !hasAll(service.selector, labels)) continue;
    const ways = waysThrough(service, { namespace, network });
    if (service.selector !== undefined) yield* ways;
    else for (const way of ways) yield { ...way, from: 'UNKNOWN' };
  }
}

interface Around {
  readonly namespace: string;
  readonly network: NetworkView;
}

function* waysThrough(service: ServiceFacts, { namespace, network }: Around): Generator<Way> {
  const nodes: Reach = network.nodes === undefined ? 'UNKNOWN' : network.nodes ? 'INTERNET' : 'PRIVATE_NETWORK';
  const sees = service.local ? 'client' : 'node';
  const proxies = [...proxiesTo(service, { namespace, network })];
  for (const port of service.ports.length === 0 ? [undefined] : service.ports) {
    if (service.outside !== undefined) yield { from: service.outside, sees, port };
    if (port?.onNodes === true) yield { from: nodes, sees, port };
    for (const from of proxies) yield { from, sees: 'proxy', port };
  }
}

function* proxiesTo({ name, selector }: ServiceFacts, { namespace, network }: Around): Generator<Reach> {
  // One that may lead anywhere and that nobody is seen to use would make a whole namespace unknown.
  if (selector !== undefined && (network.ingresses === undefined || network.routes === undefined)) yield 'UNKNOWN';
  for (const ingress of network.ingresses?.(namespace) ?? []) if (ingress.services.has(name)) yield ingress.from ?? network.edge;
  for (const route of network.routes?.() ?? []) {
    if (!route.services.has(`${namespace}/${name}`)) continue;
    for (const gateway of route.gateways) yield network.gateway(gateway) ?? network.edge;
  }
}

function policiesFor(namespace: string, labels: Labels, network: NetworkView): PolicyFacts[] {
  return [...(network.policies?.(namespace) ?? [])].filter((policy) => selects(policy.selector, labels));
}

/** One policy that selects a pod closes everything but what some policy opens. */
function throughPolicies(ways: readonly Way[], policies: readonly PolicyFacts[]): Reach {
  if (policies.length === 0) return widest('CLUSTER', ...ways.map((way) => way.from));
  const rules = policies.flatMap((policy) => policy.rules);
  if (rules.length === 0) return 'NONE';
  return widest('CLUSTER', ...ways.flatMap((way) => through(way, rules)));
}

function through({ from, sees, port }: Way, rules: readonly PolicyRule[]): Reach[] {
  const open = rules.filter((rule) => mayBe(port, rule.ports));
  if (open.length === 0) return [];
  if (sees === 'proxy' || open.some((rule) => rule.any)) return [from];
  const blocks = open.flatMap((rule) => rule.blocks ?? []);
  if (blocks.length === 0) return [];
  // Behind the address of a node, a block of internal addresses may hide anybody.
  return [sees === 'client' ? narrower(from, widest(...blocks)) : from];
}
