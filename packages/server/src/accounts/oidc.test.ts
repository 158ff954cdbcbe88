import { generateKeyPairSync } from 'node:crypto';
import { silentLogger } from '@assay/core/context.ts';
import { createFetcher } from '@assay/net/guarded-fetch.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSealer } from '../secrets/sealer.ts';
import { createOidc, OIDC_FLOW_LIFE, type Oidc } from './oidc.ts';
import { parseOidcRoles } from './oidc-settings.ts';
import { CLIENT_ID, type HostileProvider, startHostileProvider } from './testdata/hostile-provider.ts';

let provider: HostileProvider;
let oidc: Oidc;
let now = Date.now();
const fetcher = createFetcher({ now: Date.now, sleep: async () => {}, random: () => 0 });
const make = (issuer: string, change: object = {}): Oidc => {
  const roles = parseOidcRoles('security=admin, platform=operator@111111111111')!;
  const client = {
    clientId: CLIENT_ID,
    clientSecret: 'secret',
    publicUrl: 'https://assay.example',
    scope: 'openid',
    claim: 'groups',
    roles,
  };
  const sealer = createSealer(Buffer.alloc(32, 1));
  return createOidc({ settings: { issuer, ...client, ...change }, account: 0, send: fetcher, sealer, now: () => now, log: silentLogger });
};
beforeAll(async () => {
  provider = await startHostileProvider(Date.now);
  oidc = make(provider.issuer);
});
afterAll(() => provider?.close());
beforeEach(() => {
  provider.lie = {};
  now = Date.now();
});

async function signIn(change: { state?: string; flow?: string; nonce?: string } = {}, through: Oidc = oidc) {
  const { location, flow } = await through.begin();
  const asked = new URL(location).searchParams;
  provider.nonce = change.nonce ?? asked.get('nonce')!;
  const query = new URLSearchParams({ code: 'code', state: change.state ?? asked.get('state')! });
  return through.finish(`?${query}`, change.flow ?? flow);
}

test('asks with PKCE, state and nonce, and lets in by the first group that is mapped', async () => {
  const { location } = await oidc.begin();
  const asked = Object.fromEntries(new URL(location).searchParams);
  expect(asked).toMatchObject({
    response_type: 'code',
    client_id: CLIENT_ID,
    redirect_uri: 'https://assay.example/sign-in/oidc/callback',
    code_challenge_method: 'S256',
  });
  expect([asked['state'], asked['nonce'], asked['code_challenge']]).toEqual(Array(3).fill(expect.stringMatching(/^[\w-]{43}$/)));
  expect(await signIn()).toEqual({ account: 0, name: 'sso/kim@example.com', role: 'admin' });
  provider.lie = { claims: { groups: 'platform', email: undefined, preferred_username: 'a b/../c' } };
  expect(await signIn()).toEqual({ account: 111_111_111_111, name: 'sso/a-b-..-c', role: 'operator' });
  provider.lie = { claims: { groups: undefined }, userinfo: { groups: ['other', 'platform'] } };
  expect(await signIn()).toMatchObject({ role: 'operator' });
});

const refused = (refusal: string) => ({ refusal });

test.each<[string, () => Promise<unknown>, string]>([
  ['another state', () => signIn({ state: 'x'.repeat(43) }), 'refused'],
  ['another nonce', () => signIn({ nonce: 'x'.repeat(43) }), 'refused'],
  ['no cookie', () => signIn({ flow: '' }), 'expired'],
  ['a cookie that somebody made', () => signIn({ flow: Buffer.alloc(80, 1).toString('base64url') }), 'expired'],
])('%s is refused', async (_name, attempt, refusal) => {
  await expect(attempt()).rejects.toMatchObject(refused(refusal));
});

test.each<[string, Record<string, unknown>]>([
  ['for somebody else', { aud: 'other' }],
  ['of another issuer', { iss: 'http://127.0.0.1:1' }],
  ['that expired', { exp: Math.floor(Date.now() / 1000) - 3600, iat: Math.floor(Date.now() / 1000) - 7200 }],
  ['without a subject', { sub: undefined }],
  ['without a nonce', { nonce: undefined }],
])('an id token %s is refused', async (_name, claims) => {
  provider.lie = { claims };
  await expect(signIn()).rejects.toMatchObject(refused('refused'));
});

test('an id token that another key signed is refused', async () => {
  provider.lie = { signedBy: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey };
  await expect(signIn()).rejects.toMatchObject(refused('refused'));
});

test('userinfo of somebody else is refused', async () => {
  provider.lie = { claims: { groups: undefined }, userinfo: { sub: 'person-2', groups: ['security'] } };
  await expect(signIn()).rejects.toMatchObject(refused('refused'));
});

test.each([[[]], [['others']], [{ security: true }], ['securit']])('the groups %j let nobody in', async (groups) => {
  provider.lie = { claims: { groups } };
  await expect(signIn()).rejects.toMatchObject(refused('group'));
});

test('who takes longer than ten minutes begins again', async () => {
  const { flow } = await oidc.begin();
  now += OIDC_FLOW_LIFE + 1;
  await expect(oidc.finish('?code=a&state=b', flow)).rejects.toMatchObject(refused('expired'));
});

test('what the provider itself refuses is refused', async () => {
  const { location, flow } = await oidc.begin();
  const state = new URL(location).searchParams.get('state');
  await expect(oidc.finish(`?error=access_denied&state=${state}`, flow)).rejects.toMatchObject(refused('refused'));
});

test('a provider that is away is asked again next time', async () => {
  const away = await startHostileProvider(Date.now);
  const through = make(away.issuer);
  await away.close();
  await expect(through.begin()).rejects.toMatchObject(refused('unavailable'));
  await expect(through.begin()).rejects.toMatchObject(refused('unavailable'));
});

test('roles are read from one line', () => {
  expect(parseOidcRoles('a=b')).toBeUndefined();
  expect(parseOidcRoles('')).toBeUndefined();
  expect(parseOidcRoles('cn=admins=viewer@000000000001')).toEqual([{ group: 'cn=admins', role: 'viewer', account: 1 }]);
});
