import type { Reach } from '@assay/core/running.ts';
import { fields, items, labelsOf, text } from '../../values.ts';
import { narrower, reachOfAddress, reachOfBlock, reachOfPlaces, widest } from './addresses.ts';
import { type Labels, readSelector, type Selector } from './selector.ts';

type Json = Readonly<Record<string, unknown>>;

/** A Service, as far as it lets others in. */
export interface ServiceFacts {
  readonly name: string;
  readonly selector: Labels;
  /** Of its load balancer and external addresses; undefined: it has none. */
  readonly outside: Reach | undefined;
  /** It has a port on every node. */
  readonly nodePort: boolean;
  /** The pods see the addresses of clients (`externalTrafficPolicy: Local`). */
  readonly local: boolean;
}

/** What says that a load balancer stays inside: annotation → its values. */
const INTERNAL: readonly (readonly [string, RegExp])[] = [
  ['service.beta.kubernetes.io/aws-load-balancer-scheme', /^internal$/i],
  ['service.beta.kubernetes.io/aws-load-balancer-internal', /^(?!false$).+/i],
  ['networking.gke.io/load-balancer-type', /^internal$/i],
  ['cloud.google.com/load-balancer-type', /^internal$/i],
  ['service.beta.kubernetes.io/azure-load-balancer-internal', /^true$/i],
  ['service.beta.kubernetes.io/openstack-internal-load-balancer', /^true$/i],
  ['service.beta.kubernetes.io/oci-load-balancer-internal', /^true$/i],
  ['service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type', /^intranet$/i],
  ['service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type', /^private$/i],
  ['alb.ingress.kubernetes.io/scheme', /^internal$/i],
  ['kubernetes.io/ingress.class', /^gce-internal$/i],
];

function isInternal(metadata: Json): boolean {
  const annotations = labelsOf(metadata['annotations']);
  return INTERNAL.some(([name, values]) => values.test(annotations[name] ?? ''));
}

/** Undefined: no pod stands behind it by its labels. */
export function readService(metadata: Json, object: Json): ServiceFacts | undefined {
  const spec = fields(object['spec']);
  const selector = labelsOf(spec['selector']);
  if (Object.keys(selector).length === 0 || spec['type'] === 'ExternalName') return undefined;
  const outside = items(spec['externalIPs']).map((one) => reachOfAddress(text(one)));
  const balanced = spec['type'] === 'LoadBalancer' ? reachOfPlaces(fields(fields(object['status'])['loadBalancer'])['ingress']) : undefined;
  if (balanced !== undefined) {
    const ranges = items(spec['loadBalancerSourceRanges']).map((one) => reachOfBlock(text(one)));
    const from: Reach = ranges.length === 0 ? 'INTERNET' : widest(...ranges);
    outside.push(narrower(from, isInternal(metadata) ? 'PRIVATE_NETWORK' : balanced));
  }
  return {
    name: text(metadata['name']),
    selector,
    outside: outside.length === 0 ? undefined : widest(...outside),
    nodePort: items(spec['ports']).some((port) => Number(fields(port)['nodePort']) > 0),
    local: spec['externalTrafficPolicy'] === 'Local',
  };
}

/** An Ingress: which Services of its namespace it leads to, and from where; undefined while nobody has given it an address. */
export interface IngressFacts {
  readonly services: ReadonlySet<string>;
  readonly from: Reach | undefined;
}

export function readIngress(metadata: Json, object: Json): IngressFacts {
  const spec = fields(object['spec']);
  const backends = [spec['defaultBackend']];
  for (const rule of items(spec['rules'])) {
    for (const path of items(fields(fields(rule)['http'])['paths'])) backends.push(fields(path)['backend']);
  }
  const services = new Set(backends.map((backend) => text(fields(fields(backend)['service'])['name'])).filter((name) => name !== ''));
  const places = reachOfPlaces(fields(fields(object['status'])['loadBalancer'])['ingress']);
  return { services, from: isInternal(metadata) ? 'PRIVATE_NETWORK' : places };
}

/** An HTTPRoute: its Gateways and Services, as `namespace/name`. */
export interface RouteFacts {
  readonly gateways: readonly string[];
  readonly services: ReadonlySet<string>;
}

export function readRoute(metadata: Json, object: Json): RouteFacts {
  const own = text(metadata['namespace']);
  const named = (value: unknown, kind: string): string[] => {
    const reference = fields(value);
    if ((text(reference['kind']) || kind) !== kind) return [];
    return [`${text(reference['namespace']) || own}/${text(reference['name'])}`];
  };
  const spec = fields(object['spec']);
  const backends = items(spec['rules']).flatMap((rule) => items(fields(rule)['backendRefs']));
  return {
    gateways: items(spec['parentRefs']).flatMap((one) => named(one, 'Gateway')),
    services: new Set(backends.flatMap((one) => named(one, 'Service'))),
  };
}

/** What a NetworkPolicy lets in to the pods that it selects. */
export interface PolicyFacts {
  readonly selector: Selector;
  /** From anywhere. */
  readonly any: boolean;
  /** From some pods. */
  readonly pods: boolean;
  /** From these addresses; undefined: none. */
  readonly blocks: Reach | undefined;
}

/** Undefined: it says nothing about what comes in. Ports are not looked at: a rule for one port lets in. */
export function readPolicy(object: Json): PolicyFacts | undefined {
  const spec = fields(object['spec']);
  const types = items(spec['policyTypes']);
  if (types.length > 0 && !types.includes('Ingress')) return undefined;
  const rules = items(spec['ingress']).map((rule) => items(fields(rule)['from']));
  const peers = rules.flat().map(fields);
  const blocks = peers.filter((peer) => peer['ipBlock'] !== undefined).map((peer) => reachOfBlock(text(fields(peer['ipBlock'])['cidr'])));
  return {
    selector: readSelector(spec['podSelector']),
    any: rules.some((from) => from.length === 0),
    pods: peers.some((peer) => peer['ipBlock'] === undefined),
    blocks: blocks.length === 0 ? undefined : widest(...blocks),
  };
}
