import { hkdfSync, randomBytes } from 'node:crypto';
import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { AssayError } from '@assay/core/errors.ts';

const KEY_BYTES = 32;

/**
 * The key that seals every stored secret: 32 bytes as 64 hex digits in a file of mode 0600, made on first use.
 * It lies in the data directory or where an administrator says, and never in a backup.
 * @throws AssayError `master-key`
 */
export function openMasterKey(file: string): Buffer {
  const existing = readKey(file);
  if (existing) return existing;
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const key = randomBytes(KEY_BYTES);
  try {
    const handle = openSync(file, 'wx', 0o600);
    try {
      writeSync(handle, `${key.toString('hex')}\n`);
      // Secrets sealed under a key that a power cut takes away are lost.
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    return key;
  } catch (error) {
    // Another process of ours was quicker.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readKey(file) ?? refuse(file);
    throw error;
  }
}

function readKey(file: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  if (!/^[0-9a-f]{64}$/i.test(text)) refuse(file);
  chmodSync(file, 0o600);
  return Buffer.from(text, 'hex');
}

function refuse(file: string): never {
  throw new AssayError('master-key', `The master key file ${file} must hold 64 hexadecimal digits; restore it from where you keep it.`);
}

/** Tells two keys apart without telling anything about them. */
export function keyFingerprint(masterKey: Uint8Array): string {
  return deriveKey(masterKey, 'fingerprint').toString('hex').slice(0, 16);
}

/** A key for one purpose, so that no key is ever used for two things. */
export function deriveKey(masterKey: Uint8Array, purpose: 'seal' | 'paging' | 'finding-arn' | 'fingerprint'): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', `assay ${purpose} v1`, KEY_BYTES));
}
