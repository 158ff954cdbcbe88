import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** An identity provider that says whatever a test wants it to say. */
export interface HostileProvider {
  readonly issuer: string;
  /** Changes the next id token: claims put over the honest ones, and who signs it. */
  lie: { claims?: Record<string, unknown>; signedBy?: KeyObject; userinfo?: Record<string, unknown> };
  /** The nonce of the last authorization request, which an honest provider repeats. */
  nonce: string;
  close(): Promise<void>;
}

export const CLIENT_ID = 'assay';

export async function startHostileProvider(now: () => number): Promise<HostileProvider> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const server = http.createServer((request, response) => {
    const answer = (body: unknown): void => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    request.resume();
    const { issuer } = self;
    if (request.url === '/.well-known/openid-configuration') {
      const endpoints = { authorization_endpoint: `${issuer}/auth`, token_endpoint: `${issuer}/token`, userinfo_endpoint: `${issuer}/me` };
      answer({ issuer, ...endpoints, jwks_uri: `${issuer}/jwks`, id_token_signing_alg_values_supported: ['RS256'] });
    } else if (request.url === '/jwks') answer({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] });
    else if (request.url === '/me') answer({ sub: 'person-1', ...self.lie.userinfo });
    else if (request.url === '/token') {
      const seconds = Math.floor(now() / 1000);
      const honest = { iss: issuer, aud: CLIENT_ID, sub: 'person-1', nonce: self.nonce, iat: seconds, exp: seconds + 300, email: 'kim@example.com' };
      const token = jwt({ ...honest, groups: ['security'], ...self.lie.claims }, self.lie.signedBy ?? privateKey);
      answer({ access_token: 'access', token_type: 'Bearer', id_token: token });
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: HostileProvider = {
    issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lie: {},
    nonce: '',
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return self;
}

function jwt(claims: object, key: KeyObject): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ alg: 'RS256', kid: 'k' })}.${part(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
}
