import type { JsonObject } from '@assay/core/json.ts';
import type { Reach } from '@assay/core/running.ts';
import { fields, items, labelsOf, text } from '../../values.ts';
import { narrower, reachOfAddress, reachOfBlock, reachOfPlaces, widest } from './addresses.ts';
import { type Port, type PortRange, portOf, readPortRanges } from './ports.ts';
import { type Labels, readSelector, type Selector } from './selector.ts';

/** A Service, as far as it lets others in. */
export interface ServiceFacts {
  readonly name: string;
  /** Undefined: what stands behind it is written by hand or by some program, so any pod of the namespace may. */
  readonly selector: Labels | undefined;
  /** Where it leads to in its pods; none: anywhere. */
  readonly ports: readonly (Port & { readonly onNodes: boolean })[];
  /** Of its load balancer and external addresses; undefined: it has none. */
  readonly outside: Reach | undefined;
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

function isInternal(metadata: JsonObject): boolean {
  const annotations = labelsOf(metadata['annotations']);
  return INTERNAL.some(([name, values]) => values.test(annotations[name] ?? ''));
}

/** Undefined: no pod stands behind it. */
export function readService(metadata: JsonObject, object: JsonObject): ServiceFacts | undefined {
  const spec = fields(object['spec']);
  const selector = labelsOf(spec['selector']);
  if (spec['type'] === 'ExternalName') return undefined;
  const outside = items(spec['externalIPs']).map((one) => reachOfAddress(text(one)));
  const balanced = spec['type'] === 'LoadBalancer' ? reachOfPlaces(fields(fields(object['status'])['loadBalancer'])['ingress']) : undefined;
  if (balanced !== undefined) {
    const ranges = items(spec['loadBalancerSourceRanges']).map((one) => reachOfBlock(text(one)));
    const from: Reach = ranges.length === 0 ? 'INTERNET' : widest(...ranges);
    outside.push(narrower(from, isInternal(metadata) ? 'PRIVATE_NETWORK' : balanced));
  }
  return {
    name: text(metadata['name']),
    selector: Object.keys(selector).length === 0 ? undefined : selector,
    ports: items(spec['ports'])
      .map(fields)
      .map((one) => ({
        protocol: text(one['protocol'], 20) || 'TCP',
        port: portOf(one['targetPort']) ?? portOf(one['port']) ?? '',
        onNodes: Number(one['nodePort']) > 0,
      })),
    outside: outside.length === 0 ? undefined : widest(...outside),
    local: spec['externalTrafficPolicy'] === 'Local',
  };
}

/** An Ingress: which Services of its namespace it leads to, and from where; undefined while nobody has given it an address. */
export interface IngressFacts {
  readonly services: ReadonlySet<string>;
  readonly from: Reach | undefined;
}

export function readIngress(metadata: JsonObject, object: JsonObject): IngressFacts {
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

export function readRoute(metadata: JsonObject, object: JsonObject): RouteFacts {
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

/** Whom a NetworkPolicy lets in to the pods that it selects; without rules nobody. */
export interface PolicyFacts {
  readonly selector: Selector;
  readonly rules: readonly PolicyRule[];
}

export interface PolicyRule {
  /** From anywhere. */
  readonly any: boolean;
  /** From some pods. */
  readonly pods: boolean;
  /** From these addresses; undefined: none. */
  readonly blocks: Reach | undefined;
  /** Undefined: all. */
  readonly ports: readonly PortRange[] | undefined;
}

/** Undefined: it says nothing about what comes in. */
export function readPolicy(object: JsonObject): PolicyFacts | undefined {
  const spec = fields(object['spec']);
  const types = items(spec['policyTypes']);
  if (types.length > 0 && !types.includes('Ingress')) return undefined;
  return { selector: readSelector(spec['podSelector']), rules: items(spec['ingress']).map(fields).map(readRule) };
}

function readRule({ from, ports }: JsonObject): PolicyRule {
  const peers = items(from).map(fields);
  const blocks = peers.filter((peer) => peer['ipBlock'] !== undefined).map((peer) => reachOfBlock(text(fields(peer['ipBlock'])['cidr'])));
  return {
    any: peers.length === 0,
    pods: peers.some((peer) => peer['ipBlock'] === undefined),
    blocks: blocks.length === 0 ? undefined : widest(...blocks),
    ports: readPortRanges(ports),
  };
}
