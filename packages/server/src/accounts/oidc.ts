import { randomBytes } from 'node:crypto';
import type { Logger } from '@assay/core/context.ts';
import type { Fetcher, GuardedRequest } from '@assay/net/guarded-fetch.ts';
import type { Configuration, CustomFetchOptions } from 'openid-client';
import type { Sealer } from '../secrets/sealer.ts';
import type { OidcSettings } from './oidc-settings.ts';
import type { TokenOwner } from './tokens.ts';

/** Why somebody was not let in, as the sign-in page knows it. */
export type OidcRefusal = 'unavailable' | 'refused' | 'expired' | 'group';

export class OidcRefused extends Error {
  readonly refusal: OidcRefusal;
  constructor(refusal: OidcRefusal, cause: unknown) {
    super(`sign-in through the identity provider: ${refusal}`, { cause });
    this.refusal = refusal;
  }
}

export interface Oidc {
  readonly secure: boolean;
  /** Where to send the browser, and what it must bring back in a cookie. @throws OidcRefused */
  begin(): Promise<{ readonly location: string; readonly flow: string }>;
  /** @param query of the provider's answer, with `?`. @throws OidcRefused */
  finish(query: string, flow: string | undefined): Promise<TokenOwner>;
}

export interface OidcOptions {
  readonly settings: OidcSettings;
  /** Whom a group without an account is let in to. */
  readonly account: number;
  readonly send: Fetcher;
  readonly sealer: Sealer;
  readonly now: () => number;
  readonly log: Logger;
  readonly random?: (bytes: number) => Buffer;
}

/** Path of the answer, to be registered with the provider below the public address. */
export const OIDC_CALLBACK = '/sign-in/oidc/callback';
/** Milliseconds to sign in at the provider. */
export const OIDC_FLOW_LIFE = 10 * 60_000;
const FLOW_PLACE = { account: 0, table: 'cookie', id: 'oidc' };
const LARGEST_ANSWER = 1024 * 1024;

interface Flow {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly at: number;
}

/** Authorization code flow with PKCE, state and nonce; the signature of the id token is checked although it came over TLS. */
export function createOidc(options: OidcOptions): Oidc {
  const { settings, sealer, now, log, random = randomBytes } = options;
  const redirectUri = `${settings.publicUrl}${OIDC_CALLBACK}`;
  let discovered: Promise<Configuration> | undefined;
  const provider = (): Promise<Configuration> => {
    discovered ??= discover(options).catch((error: unknown) => {
      discovered = undefined;
      log.warn('the identity provider cannot be reached', { issuer: settings.issuer, error: text(error) });
      throw new OidcRefused('unavailable', error);
    });
    return discovered;
  };
  return {
    secure: settings.publicUrl.startsWith('https:'),
    async begin() {
      const client = await import('openid-client');
      const configuration = await provider();
      const made = (): string => random(32).toString('base64url');
      const flow: Flow = { state: made(), nonce: made(), verifier: made(), at: now() };
      const location = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: settings.scope,
        state: flow.state,
        nonce: flow.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
        code_challenge_method: 'S256',
      });
      return { location: location.href, flow: sealer.seal(FLOW_PLACE, JSON.stringify(flow)).toString('base64url') };
    },
    async finish(query, sealed) {
      const flow = openFlow(sealer, sealed, now());
      const client = await import('openid-client');
      const configuration = await provider();
      try {
        const tokens = await client.authorizationCodeGrant(configuration, new URL(`${redirectUri}${query}`), {
          pkceCodeVerifier: flow.verifier,
          expectedState: flow.state,
          expectedNonce: flow.nonce,
          idTokenExpected: true,
        });
        const claims: Readonly<Record<string, unknown>> & { readonly sub: string } = tokens.claims() ?? { sub: '' };
        const more = claims[settings.claim] === undefined && configuration.serverMetadata().userinfo_endpoint !== undefined;
        const info = more ? await client.fetchUserInfo(configuration, tokens.access_token, claims.sub) : {};
        return ownerOf({ ...info, ...claims }, options);
      } catch (error) {
        if (error instanceof OidcRefused) throw error;
        log.warn('a sign-in through the identity provider was refused', { issuer: settings.issuer, error: text(error) });
        throw new OidcRefused('refused', error);
      }
    },
  };
}

async function discover({ settings, send }: OidcOptions): Promise<Configuration> {
  const client = await import('openid-client');
  const issuer = new URL(settings.issuer);
  const authentication = settings.clientSecret === undefined ? client.None() : client.ClientSecretBasic(settings.clientSecret);
  const configuration = await client.discovery(issuer, settings.clientId, undefined, authentication, {
    [client.customFetch]: (url, init) => guarded(send, { url, init, issuer }),
    // The guarded fetch says where plain http may go: to loopback only.
    execute: [client.enableNonRepudiationChecks, ...(issuer.protocol === 'http:' ? [client.allowInsecureRequests] : [])],
  });
  return configuration;
}

interface Exchange {
  readonly url: string;
  readonly init: CustomFetchOptions;
  readonly issuer: URL;
}

/** Other addresses than the issuer's come from its own document, so they may not be internal ones. */
async function guarded(send: Fetcher, { url, init, issuer }: Exchange): Promise<Response> {
  const body = init.body === undefined || init.body === null ? undefined : String(init.body);
  const answer = await send({
    url,
    method: init.method as NonNullable<GuardedRequest['method']>,
    headers: init.headers,
    ...(body === undefined ? {} : { body }),
    maxBytes: LARGEST_ANSWER,
    timeoutMs: 15_000,
    maxRedirects: 0,
    retries: 1,
    named: [issuer.host],
    foreign: true,
    ...(init.signal ? { signal: init.signal } : {}),
  });
  const content = await answer.bytes();
  return new Response(new Uint8Array(content), { status: answer.status, headers: [...answer.headers] });
}

function openFlow(sealer: Sealer, sealed: string | undefined, now: number): Flow {
  try {
    const flow = JSON.parse(sealer.open(FLOW_PLACE, Buffer.from(sealed ?? '', 'base64url'))) as Flow;
    if (Math.abs(now - flow.at) <= OIDC_FLOW_LIFE) return flow;
    throw new Error('too old');
  } catch (error) {
    throw new OidcRefused('expired', error);
  }
}

/** The name begins with `sso/`, which no name that is made here can. */
function ownerOf(claims: Readonly<Record<string, unknown>>, { settings, account }: OidcOptions): TokenOwner {
  const held = [claims[settings.claim]].flat().filter((group) => typeof group === 'string');
  const match = settings.roles.find((one) => held.includes(one.group));
  if (match === undefined) throw new OidcRefused('group', new Error(`none of the groups in ${settings.claim} is mapped`));
  const name = [claims['email'], claims['preferred_username'], claims['sub']].find((one) => typeof one === 'string' && one !== '');
  return {
    account: match.account ?? account,
    name: `sso/${String(name)
      .replace(/[^\w+=,.@-]/g, '-')
      .slice(0, 64)}`,
    role: match.role,
  };
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
