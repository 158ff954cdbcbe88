import type { PackageIdentity } from '@assay/core/package.ts';

/** An index entry of PostgreSQL holds less than a third of its page. */
const MAX_KEY_BYTES = 2400;
const MAX_TEXT = 4096;

/** Texts that PostgreSQL can hold, as text and as JSON: no NUL, no half of a surrogate pair. */
export function isStorableText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT && value.isWellFormed() && !value.includes('\0');
}

/** Every text can be held, and both names fit into their index beside the namespace. */
export function isStorableIdentity(identity: PackageIdentity): boolean {
  const { namespace, name, sourceName = '' } = identity;
  const longest = Math.max(Buffer.byteLength(name), Buffer.byteLength(sourceName));
  return Buffer.byteLength(namespace) + longest <= MAX_KEY_BYTES && Object.values(identity).every(isStorableText);
}

/** What can be held and shown of a text that only people read. */
export function storableText(text: string, most = MAX_TEXT): string {
  return text
    .slice(0, most)
    .toWellFormed()
    .replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
}
