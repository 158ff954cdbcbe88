import type { Reach } from '@assay/core/running.ts';
import { narrower, widest } from './addresses.ts';
import type { IngressFacts, PolicyFacts, RouteFacts, ServiceFacts } from './facts.ts';
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
}

/**
 * From where pods can be reached, by what the cluster says about itself. Ports are not compared, mesh rules and AdminNetworkPolicies are not read.
 * Doubt never makes it smaller: a way in counts until a policy certainly closes it.
 */
export function reachOf(subject: Subject, network: NetworkView): Reach {
  const found: Reach[] = [];
  const nodes: Reach = network.nodes === undefined ? 'UNKNOWN' : network.nodes ? 'INTERNET' : 'PRIVATE_NETWORK';
  // Policies do not hold in the network of a node.
  if (subject.hostNetwork) found.push(nodes);
  for (const labels of subject.labels) {
    const ways = [...waysTo(subject.namespace, labels, network), ...(subject.hostPort ? [{ from: nodes, sees: 'client' } as const] : [])];
    found.push(throughPolicies(ways, policiesFor(subject.namespace, labels, network)));
    if (network.services === undefined) found.push('UNKNOWN');
  }
  return found.length === 0 ? 'NONE' : widest(...found);
}

function* waysTo(namespace: string, labels: Labels, network: NetworkView): Generator<Way> {
  const nodes: Reach = network.nodes === undefined ? 'UNKNOWN' : network.nodes ? 'INTERNET' : 'PRIVATE_NETWORK';
  for (const service of network.services?.(namespace, labels) ?? []) {
    if (!hasAll(service.selector, labels)) continue;
    const sees = service.local ? 'client' : 'node';
    if (service.outside !== undefined) yield { from: service.outside, sees };
    if (service.nodePort) yield { from: nodes, sees };
    yield* proxiesTo(namespace, service.name, network);
  }
}

function* proxiesTo(namespace: string, service: string, network: NetworkView): Generator<Way> {
  if (network.ingresses === undefined || network.routes === undefined) yield { from: 'UNKNOWN', sees: 'proxy' };
  for (const ingress of network.ingresses?.(namespace) ?? []) {
    if (ingress.services.has(service)) yield { from: ingress.from ?? network.edge, sees: 'proxy' };
  }
  for (const route of network.routes?.() ?? []) {
    if (!route.services.has(`${namespace}/${service}`)) continue;
    for (const gateway of route.gateways) yield { from: network.gateway(gateway) ?? network.edge, sees: 'proxy' };
  }
}

function policiesFor(namespace: string, labels: Labels, network: NetworkView): PolicyFacts[] {
  return [...(network.policies?.(namespace) ?? [])].filter((policy) => selects(policy.selector, labels));
}

/** One policy that selects a pod closes everything but what some policy opens. */
function throughPolicies(ways: readonly Way[], policies: readonly PolicyFacts[]): Reach {
  if (policies.length === 0 || policies.some((policy) => policy.any)) return widest('CLUSTER', ...ways.map((way) => way.from));
  const pods = policies.some((policy) => policy.pods);
  const blocks = policies.flatMap((policy) => policy.blocks ?? []);
  if (!pods && blocks.length === 0) return 'NONE';
  const open = ways.flatMap(({ from, sees }): Reach[] => {
    if (sees === 'proxy') return [from];
    if (blocks.length === 0) return [];
    // Behind the address of a node, a block of internal addresses may hide anybody.
    return [sees === 'client' ? narrower(from, widest(...blocks)) : from];
  });
  return widest('CLUSTER', ...open);
}
