import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { AssayError } from '@assay/core/errors.ts';
import { deriveKey } from './master-key.ts';
import type { SealingKeys } from './sealing-keys.ts';

/** What a sealed value belongs to: moved to another row it does not open. */
export interface SealedPlace {
  readonly account: number;
  readonly table: string;
  readonly id: string;
}

export interface Sealer {
  /** Names the master key without telling it; stored beside each sealed value. */
  readonly keyId: string;
  seal(place: SealedPlace, plain: string): Buffer;
  /** @throws AssayError `secret-unreadable` */
  open(place: SealedPlace, sealed: Uint8Array): string;
}

const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM under the master key itself; layout: version byte 1, 12 bytes of nonce, ciphertext, 16 bytes of tag. */
export function createSealer(masterKey: Uint8Array, random: (bytes: number) => Uint8Array = randomBytes): Sealer {
  const key = deriveKey(masterKey, 'seal');
  const keyId = createHash('sha256').update('assay key id').update(key).digest('hex').slice(0, 16);
  return sealerOf({ keyId, key, prefix: Buffer.of(1), random });
}

/**
 * Seals under the service's data keys, which a key provider wraps; layout: version byte 2, 16 bytes of the data key's id, nonce, ciphertext, tag.
 * What was sealed under the master key still opens.
 */
export function createRingSealer(masterKey: Uint8Array, sealing: SealingKeys, random: (bytes: number) => Uint8Array = randomBytes): Sealer {
  const old = createSealer(masterKey, random);
  const sealers = [...sealing.keys].map(([keyId, key]) =>
    sealerOf({ keyId, key, prefix: Buffer.concat([Buffer.of(2), idBytes(keyId)]), random }),
  );
  const current = sealers.find((one) => one.keyId === sealing.current);
  if (current === undefined) throw new Error('the data key that seals is not there');
  return {
    keyId: current.keyId,
    seal: current.seal,
    open(place, sealed) {
      const id = Buffer.from(sealed.subarray(1, 17));
      const sealer = sealed[0] === 2 ? sealers.find((one) => idBytes(one.keyId).equals(id)) : old;
      return (sealer ?? old).open(place, sealed);
    },
  };
}

const idBytes = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

interface SealerKey {
  readonly keyId: string;
  readonly key: Uint8Array;
  /** What sealed values begin with. */
  readonly prefix: Buffer;
  readonly random: (bytes: number) => Uint8Array;
}

function sealerOf({ keyId, key, prefix, random }: SealerKey): Sealer {
  const start = prefix.length;
  return {
    keyId,
    seal(place, plain) {
      const iv = random(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      cipher.setAAD(associated(place));
      return Buffer.concat([prefix, iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    open(place, sealed) {
      try {
        if (!prefix.equals(sealed.subarray(0, start)) || sealed.length < start + IV_BYTES + TAG_BYTES)
          throw new Error('not a sealed value');
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(start, start + IV_BYTES));
        decipher.setAAD(associated(place));
        decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
        return Buffer.concat([decipher.update(sealed.subarray(start + IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
      } catch (cause) {
        const message = `The secret ${place.table} ${place.id} does not open with this master key; put the key of this database in place.`;
        throw new AssayError('secret-unreadable', message, { cause });
      }
    },
  };
}

function associated(place: SealedPlace): Buffer {
  return Buffer.from(JSON.stringify([place.account, place.table, place.id]), 'utf8');
}
