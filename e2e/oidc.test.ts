import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import Provider from 'oidc-provider';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from './free-port.ts';
import { cleanUp, type Service, scratch, startService } from './service.ts';

/** The whole way through a real OpenID Connect provider: its pages are walked as a browser walks them. */
const folder = scratch();
const GROUPS: Readonly<Record<string, readonly string[]>> = { kim: ['platform'], lee: ['security'], eve: ['visitors'] };
let idp: Server;
let service: Service;

beforeAll(async () => {
  idp = createServer();
  await new Promise<void>((resolve) => idp.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(idp.address() as AddressInfo).port}`;
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'assay',
        redirect_uris: [`${address}/sign-in/oidc/callback`],
        token_endpoint_auth_method: 'none',
        response_types: ['code'],
      },
    ],
    claims: { openid: ['sub', 'groups'], profile: [], email: ['email'] },
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.com`, groups: [...(GROUPS[id] ?? [])] }),
    }),
    pkce: { required: () => true },
  });
  idp.on('request', provider.callback());
  service = await startService({
    data: path.join(folder, 'data'),
    environment: {
      ASSAY_PORT: String(port),
      ASSAY_PUBLIC_URL: address,
      ASSAY_OIDC_ISSUER: issuer,
      ASSAY_OIDC_CLIENT_ID: 'assay',
      ASSAY_OIDC_ROLES: 'security=admin,platform=viewer',
    },
  });
});
afterAll(async () => {
  await cleanUp(folder);
  idp?.closeAllConnections();
  idp?.close();
});

/** Free a moment ago: the provider must know the address before the service starts. */
/** A browser as far as this needs one: cookies by host and path, redirects, one form. */
function browser() {
  const jar = new Map<string, { value: string; path: string }>();
  const open = async (url: string, form?: Record<string, string>): Promise<{ url: URL; text: string; status: number }> => {
    const at = new URL(url);
    const cookies = [...jar].flatMap(([name, one]) =>
      at.pathname.startsWith(one.path) ? [`${name.slice(name.indexOf(' ') + 1)}=${one.value}`] : [],
    );
    const mine = cookies.length > 0 ? { cookie: cookies.join('; ') } : {};
    const answer = await fetch(at, {
      method: form ? 'POST' : 'GET',
      headers: { ...mine, ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) },
      redirect: 'manual',
      ...(form ? { body: new URLSearchParams(form) } : {}),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(/; ?/);
      const where = attributes.find((one) => /^path=/i.test(one))?.slice(5) ?? '/';
      const value = pair.slice(pair.indexOf('=') + 1);
      if (value === '') jar.delete(`${at.port} ${pair.split('=')[0]}`);
      else jar.set(`${at.port} ${pair.split('=')[0]}`, { value, path: where });
    }
    const location = answer.headers.get('location');
    if (location !== null) return open(new URL(location, at).href);
    return { url: at, text: await answer.text(), status: answer.status };
  };
  return { open, cookie: (name: string) => jar.get(`${new URL(service.address).port} ${name}`)?.value };
}

/** Signs in at the provider and agrees; returns where the browser ends and its session. */
async function signIn(login: string) {
  const { open, cookie } = browser();
  let page = await open(`${service.address}/sign-in/oidc`);
  for (let step = 0; step < 3 && page.url.pathname.startsWith('/interaction/'); step++) {
    const prompt = /name="prompt" value="(\w+)"/.exec(page.text)?.[1] ?? '';
    page = await open(page.url.href, { prompt, login, password: 'x' });
  }
  return { page, session: cookie('assay_session') };
}

function call(session: string, operation: string, input: object): Promise<Response> {
  const headers = { cookie: `assay_session=${session}`, origin: service.address, 'x-assay-csrf': '1', 'x-assay-service': 'inspector2' };
  return fetch(`${service.address}${operation}`, { method: 'POST', headers, body: JSON.stringify(input) });
}

test('the sign-in page learns that there is a provider', async () => {
  expect(await (await fetch(`${service.address}/sign-in/methods`)).json()).toEqual({ oidc: true });
});

test('a person of a mapped group gets a session with the role of the group, until signing out', async () => {
  const { page, session } = await signIn('kim');
  expect(page.url.href).toBe(`${service.address}/`);
  expect((await call(session!, '/findings/list', {})).status).toBe(200);
  const refused = await call(session!, '/disable', {});
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('user/sso/kim is viewer')]);
  const admin = await signIn('lee');
  expect((await call(admin.session!, '/enable', { resourceTypes: ['ECR'] })).status).toBe(200);
  const out = await fetch(`${service.address}/session`, {
    method: 'DELETE',
    headers: { cookie: `assay_session=${session}`, origin: service.address, 'x-assay-csrf': '1' },
  });
  expect(out.status).toBe(204);
  expect((await call(session!, '/findings/list', {})).status).toBe(403);
});

test('a person of no mapped group lands on the sign-in page with the reason, without a session', async () => {
  const { page, session } = await signIn('eve');
  expect(page.url.pathname + page.url.search).toBe('/sign-in?refused=group');
  expect(session).toBeUndefined();
});

test('an answer that nobody asked for lets nobody in', async () => {
  const { open, cookie } = browser();
  const page = await open(`${service.address}/sign-in/oidc/callback?code=stolen&state=made-up`);
  expect(page.url.search).toBe('?refused=expired');
  expect(cookie('assay_session')).toBeUndefined();
});
