import { isObject, type JsonObject } from '@assay/core/json.ts';
import type { Fetcher } from '@assay/net/guarded-fetch.ts';
import { contextBytes, type KeyProvider, type KeyRef, keyRefused } from './key-provider.ts';

export interface TransitSettings {
  /** Of OpenBao or Vault: `https://bao.example:8200`. */
  readonly address: string;
  /** Where the secrets engine is mounted. */
  readonly mount: string;
  readonly token: string;
}

const MAX_ANSWER = 64 * 1024;

/** Keys of the transit engine of OpenBao or Vault (https://openbao.org/api-docs/secret/transit/). The context is the associated data. */
export function transitKeys({ address, mount, token }: TransitSettings, fetcher: Fetcher): KeyProvider {
  const ask = async (key: KeyRef, path: (name: string) => string, body: object): Promise<Record<string, unknown>> => {
    if (!/^[A-Za-z0-9_.-]{1,128}$/.test(key.name) || key.name.startsWith('.')) throw keyRefused(`${key.name} is no name of a transit key.`);
    const answer = await fetcher({
      url: new URL(`/v1/${mount}/${path(key.name)}`, address),
      method: 'POST',
      headers: { 'x-vault-token': token, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      maxBytes: MAX_ANSWER,
      maxRedirects: 0,
      timeoutMs: 30_000,
    });
    const text = await answer.text();
    if (answer.status >= 500 || answer.status === 429 || answer.status === 472)
      throw new Error(`the transit engine answered ${answer.status}`);
    if (answer.status >= 300) throw keyRefused(`The transit engine refuses the key ${key.name} (${answer.status}${problems(text)}).`);
    return (parsed(text)?.['data'] ?? {}) as Record<string, unknown>;
  };
  return {
    async wrap(key, dataKey, context) {
      const plaintext = Buffer.from(dataKey).toString('base64');
      const { ciphertext } = await ask(key, (name) => `encrypt/${name}`, { plaintext, associated_data: associated(context) });
      if (typeof ciphertext !== 'string' || !/^vault:v\d+:/.test(ciphertext))
        throw new Error('the transit engine answered without ciphertext');
      return ciphertext;
    },
    async unwrap(key, wrapped, context) {
      const { plaintext } = await ask(key, (name) => `decrypt/${name}`, { ciphertext: wrapped, associated_data: associated(context) });
      if (typeof plaintext !== 'string') throw new Error('the transit engine answered without plaintext');
      return Buffer.from(plaintext, 'base64');
    },
    async rotate(key) {
      await ask(key, (name) => `keys/${name}/rotate`, {});
      return key.version + 1;
    },
  };
}

function associated(context: Readonly<Record<string, string>>): string {
  return contextBytes(context).toString('base64');
}

function parsed(text: string): JsonObject | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

function problems(text: string): string {
  const errors = parsed(text)?.['errors'];
  return Array.isArray(errors) && errors.length > 0 ? `: ${errors.join('; ').slice(0, 300)}` : '';
}
