import { localMachine } from '@assay/testkit/source-context.ts';
import { describe, expect, it } from 'vitest';
import { openAccess } from './access.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n';
const base64 = Buffer.from(PEM).toString('base64');

function kubeconfig({
  cluster = {},
  user = { token: 'secret-token' },
  more = {},
}: {
  cluster?: object;
  user?: object;
  more?: object;
} = {}): string {
  return JSON.stringify({
    'current-context': 'a',
    contexts: [
      { name: 'a', context: { cluster: 'one', user: 'me' } },
      { name: 'b', context: { cluster: 'two', user: 'me' } },
    ],
    clusters: [
      { name: 'one', cluster: { server: 'https://one.example:6443/k8s/', 'certificate-authority-data': base64, ...cluster } },
      { name: 'two', cluster: { server: 'https://two.example' } },
    ],
    users: [{ name: 'me', user }],
    ...more,
  });
}

describe('a kubeconfig', () => {
  it('tells where the server is and what opens it', async () => {
    const access = await openAccess({}, { secret: kubeconfig() });
    expect(access).toMatchObject({ server: 'https://one.example:6443/k8s', tls: { ca: PEM }, name: 'one' });
    expect(await access.token()).toBe('secret-token');
    const other = await openAccess({ context: 'b' }, { secret: kubeconfig() });
    expect(other).toMatchObject({ server: 'https://two.example', tls: {}, name: 'two' });
    const certificate = { 'client-certificate-data': base64, 'client-key-data': base64 };
    const third = await openAccess({}, { secret: kubeconfig({ user: certificate, cluster: { 'tls-server-name': 'api.one' } }) });
    expect(third.tls).toEqual({ ca: PEM, cert: PEM, key: PEM, servername: 'api.one' });
    expect(await third.token()).toBeUndefined();
  });

  it('may be written as YAML', async () => {
    const yaml = [
      'current-context: a',
      'contexts: [{name: a, context: {cluster: one, user: me}}]',
      'clusters: [{name: one, cluster: {server: "https://one.example"}}]',
      'users:\n- name: me\n  user:\n    token: t',
    ].join('\n');
    expect(await openAccess({}, { secret: yaml })).toMatchObject({ server: 'https://one.example' });
  });

  it('may name files only where its author owns the machine', async () => {
    const secret = kubeconfig({
      user: { tokenFile: '/token' },
      cluster: { 'certificate-authority-data': '', 'certificate-authority': '/ca' },
    });
    await expect(openAccess({}, { secret })).rejects.toThrow(/names a file in certificate-authority; write it with/);
    let token = 'one';
    const machine = localMachine({ readFile: async (path) => (path === '/ca' ? PEM : `${token}\n`) });
    const access = await openAccess({}, { secret, machine });
    expect(access.tls).toEqual({ ca: PEM });
    expect(await access.token()).toBe('one');
    token = 'two';
    expect(await access.token()).toBe('two');
  });

  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghij'
    .split('')
    .map((name, n) => `${name}: &${name} [${`*${'abcdefghij'[n]},`.repeat(9)}]`)
    .join('\n')}`;
  it.each([
    [kubeconfig({ user: { exec: { command: 'sh' } } }), /gets its credentials from a program/],
    [kubeconfig({ user: { 'auth-provider': {} } }), /gets its credentials from a program/],
    [kubeconfig({ user: { username: 'a', password: 'b' } }), /use a token or a certificate/],
    [kubeconfig({ user: { token: 't', as: 'admin' } }), /acts as somebody else/],
    [kubeconfig({ cluster: { 'insecure-skip-tls-verify': true } }), /turns off the check of certificates/],
    [kubeconfig({ cluster: { 'proxy-url': 'http://x' } }), /names a proxy/],
    [kubeconfig({ cluster: { server: 'ftp://x' } }), /no usable address/],
    [kubeconfig({ cluster: { server: 'https://user:pass@x' } }), /no usable address/],
    [kubeconfig({ cluster: { 'certificate-authority-data': 'AAAA' } }), /no PEM in certificate-authority-data/],
    [kubeconfig({ more: { 'current-context': 'c' } }), /has no context "c"/],
    [kubeconfig({ more: { 'current-context': '' } }), /names no current-context/],
    [kubeconfig({ more: { clusters: 'x' } }), /has no cluster "one"/],
    ["a: 'b", /is no YAML/],
    ['just text', /names no current-context/],
    [bomb, /is no YAML/],
    ['x'.repeat(2_000_000), /too long/],
  ])('is refused with a sentence: %#', async (secret, sentence) => {
    await expect(openAccess({}, { secret, machine: localMachine() })).rejects.toMatchObject({
      code: 'bad-kubeconfig',
      message: expect.stringMatching(sentence),
    });
  });
});

describe('without a kubeconfig', () => {
  it('nobody reads the account of the pod that the service runs in', async () => {
    await expect(openAccess({}, { secret: '' })).rejects.toMatchObject({
      code: 'no-access',
      message: expect.stringMatching(/kubeconfig is needed/),
    });
  });

  it('the account of the pod is used, and only that of a pod', async () => {
    const machine = localMachine({ readFile: async (path) => (path.endsWith('ca.crt') ? PEM : 'pod-token\n') });
    const access = await openAccess({}, { secret: '', machine });
    expect(access).toMatchObject({ server: 'https://kubernetes.default.svc', tls: { ca: PEM } });
    expect(await access.token()).toBe('pod-token');
    await expect(openAccess({}, { secret: '', machine: localMachine() })).rejects.toThrow(/no service account here/);
  });
});
