import { spawn } from 'node:child_process';
import { AssayError } from '@assay/core/errors.ts';
import { isObject, type JsonObject } from '@assay/core/json.ts';

export type Credentials =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** A refresh token of the registry's token server. */
  | { readonly kind: 'identity'; readonly token: string }
  /** A bearer token for the registry itself. */
  | { readonly kind: 'registry-token'; readonly token: string };

/** Credentials for exactly this registry host, if there are any. */
export type CredentialsFor = (registryHost: string) => Promise<Credentials | undefined>;

export interface DockerConfigOptions {
  /** Text of `config.json`. */
  readonly text: string;
  /** Where helper programs are looked for, and what else they need to see. */
  readonly environment: Readonly<Record<string, string>>;
}

const HUB_KEYS = ['https://index.docker.io/v1/', 'index.docker.io', 'docker.io', 'registry-1.docker.io'];

/**
 * Credentials from Docker's `config.json`: `credHelpers` by host, then `credsStore`, then `auths`. Hosts must be equal, never alike, so that
 * a foreign registry gets nothing. Throws an AssayError `bad-docker-config` when the file is no JSON object.
 */
export function dockerConfigCredentials(options: DockerConfigOptions): CredentialsFor {
  const config = parseConfig(options.text);
  const helpers = asObject(config['credHelpers']);
  const auths = asObject(config['auths']);
  return async (host) => {
    const keys = keysOf(host);
    const helper = keys.map((key) => own(helpers, key)).find((value) => typeof value === 'string') ?? config['credsStore'];
    if (typeof helper === 'string' && helper !== '') {
      for (const key of keys) {
        const found = await askHelper(helper, key, options.environment);
        if (found !== undefined) return found;
      }
    }
    const entry = keys.map((key) => own(auths, key)).find((value) => value !== undefined);
    return entry === undefined ? undefined : fromAuth(asObject(entry));
  };
}

function parseConfig(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below.
  }
  throw new AssayError(
    'bad-docker-config',
    'The Docker configuration with the registry credentials is no JSON; repair or remove its config.json.',
  );
}

function keysOf(host: string): readonly string[] {
  const keys = host === 'registry-1.docker.io' ? HUB_KEYS : [host];
  return [
    ...keys,
    ...keys.flatMap((key) =>
      key.startsWith('https://') ? [] : [`https://${key}`, `https://${key}/`, `https://${key}/v1/`, `https://${key}/v2/`],
    ),
  ];
}

function fromAuth(entry: Record<string, unknown>): Credentials | undefined {
  const { auth, identitytoken, registrytoken, username, password } = entry;
  if (typeof registrytoken === 'string' && registrytoken !== '') return { kind: 'registry-token', token: registrytoken };
  if (typeof identitytoken === 'string' && identitytoken !== '') return { kind: 'identity', token: identitytoken };
  if (typeof username === 'string' && typeof password === 'string' && username !== '') return { kind: 'basic', username, password };
  if (typeof auth !== 'string' || auth === '') return undefined;
  const decoded = Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  return colon < 0 ? undefined : { kind: 'basic', username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/** Runs `docker-credential-NAME get` (docker-credential-helpers protocol), without a shell; the host goes through standard input. */
function askHelper(name: string, key: string, environment: Readonly<Record<string, string>>): Promise<Credentials | undefined> {
  if (!/^[A-Za-z0-9._-]+$/.test(name)) return Promise.resolve(undefined);
  return new Promise((resolve, reject) => {
    const program = `docker-credential-${name}`;
    const child = spawn(program, ['get'], { env: { ...environment }, stdio: ['pipe', 'pipe', 'ignore'], timeout: 30_000 });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => {
      if (out.length < 65_536) out += chunk.toString('utf8');
    });
    child.stdin.on('error', () => {});
    child.on('error', () =>
      reject(
        new AssayError(
          'credential-helper',
          `The credential helper ${program} cannot be run; install it or remove it from Docker's config.json.`,
        ),
      ),
    );
    child.on('close', (code) => resolve(code === 0 ? helperAnswer(out) : undefined));
    child.stdin.end(key);
  });
}

function helperAnswer(text: string): Credentials | undefined {
  try {
    const { Username, Secret } = JSON.parse(text) as Record<string, unknown>;
    if (typeof Secret !== 'string' || Secret === '') return undefined;
    if (Username === '<token>') return { kind: 'identity', token: Secret };
    return typeof Username === 'string' ? { kind: 'basic', username: Username, password: Secret } : undefined;
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
