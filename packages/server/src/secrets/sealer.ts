import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { AssayError } from '@assay/core/errors.ts';
import { deriveKey } from './master-key.ts';

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

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM; layout: version byte, 12 bytes of nonce, ciphertext, 16 bytes of tag. */
export function createSealer(masterKey: Uint8Array, random: (bytes: number) => Uint8Array = randomBytes): Sealer {
  const key = deriveKey(masterKey, 'seal');
  return {
    keyId: createHash('sha256').update('assay key id').update(key).digest('hex').slice(0, 16),
    seal(place, plain) {
      const iv = random(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv);
      cipher.setAAD(associated(place));
      return Buffer.concat([Uint8Array.of(VERSION), iv, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
    },
    open(place, sealed) {
      try {
        if (sealed[0] !== VERSION || sealed.length < 1 + IV_BYTES + TAG_BYTES) throw new Error('not a sealed value');
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(1, 1 + IV_BYTES));
        decipher.setAAD(associated(place));
        decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
        return Buffer.concat([decipher.update(sealed.subarray(1 + IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
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
