import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { AccessKey } from './access-keys.ts';

/** AWS shared-credentials format, readable by its owner only. The region is for people: credentials files of AWS do not carry one. */
export function writeCredentials(file: string, key: AccessKey): void {
  const text = `[default]\naws_access_key_id = ${key.accessKeyId}\naws_secret_access_key = ${key.secretAccessKey}\n`;
  if (readOrEmpty(file) === text) {
    chmodSync(file, 0o600);
    return;
  }
  const fresh = `${file}.new`;
  writeFileSync(fresh, text, { mode: 0o600 });
  chmodSync(fresh, 0o600);
  renameSync(fresh, file);
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
