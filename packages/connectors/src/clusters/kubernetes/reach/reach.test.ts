import type { Reach } from '@assay/core/running.ts';
import { describe, expect, it } from 'vitest';
import { reachOfBlock } from './addresses.ts';
import { Network, type NetworkKind } from './network.ts';
import { reachOf } from './reach.ts';

const labels = { app: 'web', tier: 'front' };
const meta = (name: string, more: object = {}) => ({ name, namespace: 'shop', ...more });
const service = (spec: object, status: object = {}, annotations: object = {}) => ({
  metadata: meta('web', { annotations }),
  spec: { selector: { app: 'web' }, ...spec },
  status,
});
const balancer = (spec: object, places: readonly object[], annotations: object = {}) =>
  service({ type: 'LoadBalancer', ...spec }, { loadBalancer: { ingress: places } }, annotations);
const nodePort = service({ type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] });
const clusterIp = service({ type: 'ClusterIP', ports: [{ port: 80 }] });
const policy = (ingress: readonly object[] | undefined, more: object = {}) => ({
  metadata: meta('p'),
  spec: { podSelector: { matchLabels: { app: 'web' } }, ...(ingress !== undefined && { ingress }), ...more },
});
const ingress = (places: readonly object[], spec: object, annotations: object = {}) => ({
  metadata: meta('in', { annotations }),
  spec,
  status: { loadBalancer: { ingress: places } },
});
const toWeb = { rules: [{ http: { paths: [{ backend: { service: { name: 'web' } } }] } }] };
const route = {
  metadata: meta('r'),
  spec: { parentRefs: [{ name: 'gw', namespace: 'edge' }], rules: [{ backendRefs: [{ name: 'web', port: 80 }] }] },
};
const gateway = (value: string) => ({ metadata: { name: 'gw', namespace: 'edge' }, status: { addresses: [{ type: 'IPAddress', value }] } });
const block = (cidr: string, ...except: string[]) => ({ from: [{ ipBlock: { cidr, except } }] });
const pods = { from: [{ podSelector: {} }] };
const PUBLIC = { ip: '203.0.113.7' };
const PRIVATE = { ip: '10.1.2.3' };

interface Case {
  readonly what: string;
  readonly is: Reach;
  readonly services?: readonly object[];
  readonly ingresses?: readonly object[];
  readonly networkpolicies?: readonly object[];
  readonly httproutes?: readonly object[];
  readonly gateways?: readonly object[];
  /** Kinds that may not be read. */
  readonly denied?: readonly NetworkKind[];
  /** Whether nodes have external addresses; null: may not be read. */
  readonly nodes?: boolean | null;
  readonly host?: 'port' | 'network';
  readonly none?: boolean;
}

const CASES: readonly Case[] = [
  { what: 'nothing leads to it', is: 'CLUSTER' },
  { what: 'none of its pods run', none: true, services: [balancer({}, [PUBLIC])], is: 'NONE' },
  { what: 'a Service inside', services: [clusterIp], is: 'CLUSTER' },
  { what: 'a load balancer', services: [balancer({}, [PUBLIC])], is: 'INTERNET' },
  { what: 'a load balancer with a name', services: [balancer({}, [{ hostname: 'web.elb.example' }])], is: 'INTERNET' },
  { what: 'a load balancer that is not there yet', services: [balancer({}, [])], is: 'CLUSTER' },
  { what: 'a load balancer with private addresses', services: [balancer({}, [PRIVATE])], is: 'PRIVATE_NETWORK' },
  {
    what: "Amazon's internal name",
    services: [balancer({}, [{ hostname: 'internal-a-1.us-east-1.elb.amazonaws.com' }])],
    is: 'PRIVATE_NETWORK',
  },
  {
    what: 'an annotation that keeps it inside',
    services: [balancer({}, [{ hostname: 'lb.example' }], { 'service.beta.kubernetes.io/aws-load-balancer-scheme': 'internal' })],
    is: 'PRIVATE_NETWORK',
  },
  {
    what: 'an annotation that says it is not internal',
    services: [balancer({}, [PUBLIC], { 'service.beta.kubernetes.io/aws-load-balancer-internal': 'false' })],
    is: 'INTERNET',
  },
  { what: 'private source ranges', services: [balancer({ loadBalancerSourceRanges: ['10.0.0.0/8'] }, [PUBLIC])], is: 'PRIVATE_NETWORK' },
  {
    what: 'public source ranges',
    services: [balancer({ loadBalancerSourceRanges: ['10.0.0.0/8', '198.51.100.0/24'] }, [PUBLIC])],
    is: 'INTERNET',
  },
  { what: 'a Service for other pods', services: [balancer({ selector: { app: 'db' } }, [PUBLIC])], is: 'CLUSTER' },
  { what: 'a Service that wants more labels', services: [balancer({ selector: { app: 'web', tier: 'back' } }, [PUBLIC])], is: 'CLUSTER' },
  { what: 'a Service without selector, which may lead anywhere', services: [balancer({ selector: {} }, [PUBLIC])], is: 'UNKNOWN' },
  { what: 'a Service without selector that lets nobody in', services: [service({ selector: {} })], denied: ['ingresses'], is: 'CLUSTER' },
  { what: 'a name for something outside', services: [service({ type: 'ExternalName', externalIPs: ['203.0.113.9'] })], is: 'CLUSTER' },
  {
    what: 'an Ingress to a Service without selector',
    services: [service({ selector: {} })],
    ingresses: [ingress([PUBLIC], toWeb)],
    is: 'UNKNOWN',
  },
  {
    what: 'a load balancer beside a Service without selector',
    services: [balancer({}, [PUBLIC]), { ...nodePort, spec: { ...nodePort.spec, selector: {} }, metadata: meta('other') }],
    is: 'INTERNET',
  },
  { what: 'a node port, nodes inside', services: [nodePort], is: 'PRIVATE_NETWORK' },
  { what: 'a node port, nodes outside', services: [nodePort], nodes: true, is: 'INTERNET' },
  { what: 'a node port, nodes unknown', services: [nodePort], nodes: null, is: 'UNKNOWN' },
  { what: 'external addresses', services: [service({ externalIPs: ['203.0.113.9'] })], is: 'INTERNET' },
  { what: 'external addresses inside', services: [service({ externalIPs: ['192.168.1.9'] })], is: 'PRIVATE_NETWORK' },
  { what: 'a port of its node', host: 'port', is: 'PRIVATE_NETWORK' },
  { what: 'a port of its node outside', host: 'port', nodes: true, is: 'INTERNET' },
  { what: 'the network of its node, whatever policies say', host: 'network', nodes: true, networkpolicies: [policy([])], is: 'INTERNET' },
  { what: 'an Ingress', services: [clusterIp], ingresses: [ingress([PUBLIC], toWeb)], is: 'INTERNET' },
  {
    what: 'an Ingress by its default',
    services: [clusterIp],
    ingresses: [ingress([PUBLIC], { defaultBackend: { service: { name: 'web' } } })],
    is: 'INTERNET',
  },
  { what: 'an Ingress inside', services: [clusterIp], ingresses: [ingress([PRIVATE], toWeb)], is: 'PRIVATE_NETWORK' },
  {
    what: 'an Ingress that is kept inside',
    services: [clusterIp],
    ingresses: [ingress([{ hostname: 'k8s.example' }], toWeb, { 'alb.ingress.kubernetes.io/scheme': 'internal' })],
    is: 'PRIVATE_NETWORK',
  },
  {
    what: 'an Ingress without address, nothing else leads in',
    services: [clusterIp],
    ingresses: [ingress([], toWeb)],
    is: 'PRIVATE_NETWORK',
  },
  {
    what: 'an Ingress without address, where a controller may stand outside',
    services: [clusterIp, { ...balancer({ selector: { app: 'nginx' } }, [PUBLIC]), metadata: { name: 'ingress', namespace: 'ingress' } }],
    ingresses: [ingress([], toWeb)],
    is: 'INTERNET',
  },
  {
    what: 'an Ingress for another Service',
    services: [clusterIp],
    ingresses: [ingress([PUBLIC], { defaultBackend: { service: { name: 'api' } } })],
    is: 'CLUSTER',
  },
  { what: 'a route through a Gateway', services: [clusterIp], httproutes: [route], gateways: [gateway('203.0.113.8')], is: 'INTERNET' },
  {
    what: 'a route through a Gateway inside',
    services: [clusterIp],
    httproutes: [route],
    gateways: [gateway('10.0.0.8')],
    is: 'PRIVATE_NETWORK',
  },
  { what: 'a policy that lets nobody in', services: [balancer({}, [PUBLIC])], networkpolicies: [policy([])], is: 'NONE' },
  { what: 'a policy without rules', services: [balancer({}, [PUBLIC])], networkpolicies: [policy(undefined)], is: 'NONE' },
  {
    what: 'a policy for what goes out',
    services: [balancer({}, [PUBLIC])],
    networkpolicies: [policy(undefined, { policyTypes: ['Egress'] })],
    is: 'INTERNET',
  },
  {
    what: 'a policy for other pods',
    services: [balancer({}, [PUBLIC])],
    networkpolicies: [policy([], { podSelector: { matchLabels: { app: 'db' } } })],
    is: 'INTERNET',
  },
  {
    what: 'a policy by expressions',
    services: [balancer({}, [PUBLIC])],
    networkpolicies: [
      policy([], {
        podSelector: {
          matchExpressions: [
            { key: 'app', operator: 'In', values: ['web', 'api'] },
            { key: 'tier', operator: 'NotIn', values: ['back'] },
            { key: 'tier', operator: 'Exists' },
            { key: 'gone', operator: 'DoesNotExist' },
          ],
        },
      }),
    ],
    is: 'NONE',
  },
  {
    what: 'a policy that lets everybody in',
    services: [balancer({}, [PUBLIC])],
    networkpolicies: [policy([]), policy([{}])].map((one, n) => ({ ...one, metadata: meta(`p${n}`) })),
    is: 'INTERNET',
  },
  { what: 'a policy that lets pods in', services: [balancer({}, [PUBLIC])], networkpolicies: [policy([pods])], is: 'CLUSTER' },
  {
    what: 'a policy that lets pods in, behind an Ingress',
    services: [clusterIp],
    ingresses: [ingress([PUBLIC], toWeb)],
    networkpolicies: [policy([pods])],
    is: 'INTERNET',
  },
  {
    what: 'private addresses only, which hide behind a node',
    services: [balancer({}, [PUBLIC])],
    networkpolicies: [policy([block('10.0.0.0/8')])],
    is: 'INTERNET',
  },
  {
    what: 'private addresses only, which the pod sees',
    services: [balancer({ externalTrafficPolicy: 'Local' }, [PUBLIC])],
    networkpolicies: [policy([block('10.0.0.0/8')])],
    is: 'PRIVATE_NETWORK',
  },
  {
    what: 'any address but some, which the pod sees',
    services: [balancer({ externalTrafficPolicy: 'Local' }, [PUBLIC])],
    networkpolicies: [policy([block('0.0.0.0/0', '10.0.0.0/8')])],
    is: 'INTERNET',
  },
  ...(
    [
      ['another port', [{ port: 8080 }], [{ port: 9090 }], 'CLUSTER'],
      ['its port', [{ port: 80, targetPort: 8080 }], [{ port: 8080 }], 'INTERNET'],
      ['the port of the Service, which is not the pod’s', [{ port: 80, targetPort: 8080 }], [{ port: 80 }], 'CLUSTER'],
      ['one of two ports', [{ port: 80 }, { port: 9090 }], [{ port: 9090 }], 'INTERNET'],
      ['a range with its port', [{ port: 8080 }], [{ port: 8000, endPort: 8100 }], 'INTERNET'],
      ['a range without it', [{ port: 8080 }], [{ port: 8081, endPort: 8100 }], 'CLUSTER'],
      ['its port of another protocol', [{ port: 53, protocol: 'UDP' }], [{ port: 53 }], 'CLUSTER'],
      ['all of its protocol', [{ port: 53, protocol: 'UDP' }], [{ protocol: 'UDP' }], 'INTERNET'],
      ['a name, which may be its port', [{ port: 8080 }], [{ port: 'web' }], 'INTERNET'],
      ['a number, which its name may be', [{ port: 80, targetPort: 'web' }], [{ port: 9090 }], 'INTERNET'],
      ['no ports, so all', [{ port: 8080 }], undefined, 'INTERNET'],
    ] as const
  ).map(([what, ports, open, is]): Case => {
    const rules = [pods, { ...(open !== undefined && { ports: open }) }];
    return {
      what: `a policy that lets everybody in to ${what}`,
      services: [balancer({ ports }, [PUBLIC])],
      networkpolicies: [policy(rules)],
      is,
    };
  }),
  {
    what: 'a policy that lets pods in to another port, behind an Ingress',
    services: [clusterIp],
    ingresses: [ingress([PUBLIC], toWeb)],
    networkpolicies: [policy([{ ...pods, ports: [{ port: 9090 }] }])],
    is: 'CLUSTER',
  },
  {
    what: 'private addresses to its port, any to another',
    services: [balancer({ ports: [{ port: 8080 }], externalTrafficPolicy: 'Local' }, [PUBLIC])],
    networkpolicies: [policy([{ ...block('10.0.0.0/8'), ports: [{ port: 8080 }] }, { ports: [{ port: 9090 }] }])],
    is: 'PRIVATE_NETWORK',
  },
  { what: 'Services may not be read', denied: ['services'], is: 'UNKNOWN' },
  { what: 'Services may not be read, but its node is outside', denied: ['services'], host: 'port', nodes: true, is: 'INTERNET' },
  { what: 'Ingresses may not be read', services: [clusterIp], denied: ['ingresses'], is: 'UNKNOWN' },
  {
    what: 'Ingresses may not be read, but a load balancer leads to it',
    services: [balancer({}, [PUBLIC])],
    denied: ['ingresses'],
    is: 'INTERNET',
  },
  { what: 'Ingresses may not be read, and no Service leads to it', denied: ['ingresses'], is: 'CLUSTER' },
  {
    what: 'policies may not be read',
    services: [balancer({}, [PUBLIC])],
    denied: ['networkpolicies'],
    networkpolicies: [policy([])],
    is: 'INTERNET',
  },
];

describe('reach', () => {
  it.each(CASES)('$what: $is', ({ is, denied = [], nodes = false, host, none = false, ...objects }) => {
    const network = new Network(() => {});
    for (const kind of ['services', 'ingresses', 'networkpolicies', 'httproutes', 'gateways'] as const) {
      const list = network.list(kind, `/${kind}`);
      list.begin();
      for (const object of objects[kind] ?? []) list.put(object as Readonly<Record<string, unknown>>);
      list.end();
    }
    const view = network.view((kind) => !denied.includes(kind), nodes ?? undefined);
    const subject = { namespace: 'shop', labels: none ? [] : [labels], hostPort: host === 'port', hostNetwork: host === 'network' };
    expect(reachOf(subject, view)).toBe(is);
  });

  it('is the widest of its pods', () => {
    const network = new Network(() => {});
    network.list('services', '/services').put(balancer({ selector: { 'statefulset.kubernetes.io/pod-name': 'db-0' } }, [PUBLIC]));
    const subject = { namespace: 'shop', hostPort: false, hostNetwork: false };
    const one = (n: number) => ({ app: 'db', 'statefulset.kubernetes.io/pod-name': `db-${n}` });
    expect(
      reachOf(
        { ...subject, labels: [one(0), one(1)] },
        network.view(() => true, false),
      ),
    ).toBe('INTERNET');
    expect(
      reachOf(
        { ...subject, labels: [one(1), one(2)] },
        network.view(() => true, false),
      ),
    ).toBe('CLUSTER');
  });

  it('is asked for again where something changed, and only then', () => {
    const changes: (string | undefined)[] = [];
    const network = new Network((namespace) => changes.push(namespace));
    const services = network.list('services', '/services');
    services.begin();
    services.put(clusterIp);
    services.put({ ...clusterIp, metadata: meta('web', { annotations: { other: 'x' }, resourceVersion: '9' }) });
    services.end();
    expect(changes).toEqual(['shop']);
    services.put(balancer({}, [PUBLIC]));
    services.remove(clusterIp);
    services.remove(clusterIp);
    expect(changes).toEqual(['shop', 'shop', 'shop']);
    network.list('gateways', '/gateways').put(gateway('10.0.0.8'));
    expect(changes.at(-1)).toBeUndefined();
    services.put(clusterIp);
    services.begin();
    services.end();
    expect([...network.view(() => true, false).services!('shop', labels)]).toEqual([]);
  });
});

it.each([
  ['10.0.0.0/8', 'PRIVATE_NETWORK'],
  ['10.2.3.4/32', 'PRIVATE_NETWORK'],
  ['192.168.0.0/16', 'PRIVATE_NETWORK'],
  ['172.16.0.0/12', 'PRIVATE_NETWORK'],
  ['fd00::/8', 'PRIVATE_NETWORK'],
  ['0.0.0.0/0', 'INTERNET'],
  ['::/0', 'INTERNET'],
  ['10.0.0.0/7', 'INTERNET'],
  ['192.0.0.0/8', 'INTERNET'],
  ['172.16.0.0/11', 'INTERNET'],
  ['2001::/16', 'INTERNET'],
  ['198.51.100.0/24', 'INTERNET'],
  ['nonsense', 'INTERNET'],
  ['', 'INTERNET'],
])('whoever comes from %s comes from %s', (cidr, is) => {
  expect(reachOfBlock(cidr)).toBe(is);
});
