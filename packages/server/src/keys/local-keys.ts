import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { contextBytes, type KeyProvider, type KeyRef, keyRefused } from './key-provider.ts';

const NONCE = 12;
const TAG = 16;

/**
 * Keys derived from the master key by ARN and version (HKDF-SHA-256): whoever has the master key file opens what they wrapped, without a
 * database. A wrapped key is `v<version>.` and base64 of nonce, ciphertext and tag of AES-256-GCM.
 */
export function localKeys(masterKey: Uint8Array, random: (bytes: number) => Uint8Array = randomBytes): KeyProvider {
  const keyOf = (arn: string, version: number): Buffer =>
    Buffer.from(hkdfSync('sha256', masterKey, '', `assay key ${arn} version ${version} v1`, 32));
  return {
    async wrap(key, dataKey, context) {
      const nonce = random(NONCE);
      const cipher = createCipheriv('aes-256-gcm', keyOf(key.arn, key.version), nonce);
      cipher.setAAD(contextBytes(context));
      const bytes = Buffer.concat([nonce, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()]);
      return `v${key.version}.${bytes.toString('base64')}`;
    },
    async unwrap(key, wrapped, context) {
      const [, version, text] = /^v(\d{1,9})\.([A-Za-z0-9+/=]{40,1000})$/.exec(wrapped) ?? [];
      if (version === undefined || text === undefined) throw refused(key);
      const bytes = Buffer.from(text, 'base64');
      try {
        const decipher = createDecipheriv('aes-256-gcm', keyOf(key.arn, Number(version)), bytes.subarray(0, NONCE));
        decipher.setAAD(contextBytes(context));
        decipher.setAuthTag(bytes.subarray(-TAG));
        return Buffer.concat([decipher.update(bytes.subarray(NONCE, -TAG)), decipher.final()]);
      } catch (cause) {
        throw refused(key, cause);
      }
    },
    async rotate(key) {
      return key.version + 1;
    },
  };
}

function refused(key: KeyRef, cause?: unknown) {
  return keyRefused(`The key ${key.arn} does not open this; use the master key of the service that wrapped it.`, cause);
}
