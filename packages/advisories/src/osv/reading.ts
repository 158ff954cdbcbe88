import { isObject } from '@assay/core/json.ts';
import { parse as parseYaml } from 'yaml';

/** Helpers that read untrusted documents: a value of the wrong kind is absent, never an exception. */

export type Json = Readonly<Record<string, unknown>>;

const MAX_DOCUMENT_BYTES = 8 * 2 ** 20;
const MAX_ID = 200;
const MAX_TEXT = 32 * 1024;

export function asObject(value: unknown): Json | undefined {
  return isObject(value) ? value : undefined;
}
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value !== 'null' ? value : undefined;
}
/** A text cut to a length that a reader still wants to see. */
export function asProse(value: unknown): string | undefined {
  const text = asText(value);
  return text === undefined || text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT)}…`;
}
/** An identifier: short, no white space, no control characters. */
export function asId(value: unknown): string | undefined {
  const text = asText(value)?.trim();
  return text !== undefined && text.length <= MAX_ID && /^[!-~]+$/.test(text) ? text : undefined;
}
export function asIds(value: unknown): readonly string[] {
  return [...new Set(asList(value).map(asId))].filter((id) => id !== undefined);
}
export function isCve(id: string): boolean {
  return /^CVE-[0-9]{4}-[0-9]{4,19}$/.test(id);
}

/** A JSON or YAML document as an object; undefined when it is not one. In YAML every scalar stays the text it was written as. */
export function readDocument(bytes: Buffer, path: string): Json | undefined {
  if (bytes.length > MAX_DOCUMENT_BYTES) return undefined;
  try {
    const text = bytes.toString('utf8');
    if (!path.endsWith('.yaml') && !path.endsWith('.yml')) return asObject(JSON.parse(text));
    if (isHostileYaml(text)) return undefined;
    // Failsafe: `3.10` must stay the version 3.10 and not become the number 3.1. Aliases are refused: they are how YAML explodes.
    return asObject(parseYaml(text, { schema: 'failsafe', maxAliasCount: 0, uniqueKeys: false, logLevel: 'silent' }));
  } catch {
    return undefined;
  }
}

const MAX_YAML_LENGTH = 2 * 2 ** 20;
const MAX_YAML_LINES = 40_000;
const MAX_YAML_LINE = 64 * 1024;
const MAX_YAML_OPEN = 50;

/**
 * The YAML reader takes quadratic time and worse for what is opened and never closed (`[[[[`, `? ? ?`, `- - -`) and for very many lines.
 * No advisory has explicit keys, brackets within brackets fifty deep, or forty thousand lines.
 */
function isHostileYaml(text: string): boolean {
  if (text.length > MAX_YAML_LENGTH) return true;
  const lines = text.split('\n', MAX_YAML_LINES + 1);
  if (lines.length > MAX_YAML_LINES) return true;
  let open = 0;
  for (const line of lines) {
    if (line.length > MAX_YAML_LINE || /^[\s-]*\?/.test(line) || /^[\s-]{400}/.test(line) || /^\s*(?:- ){20}/.test(line)) return true;
    for (let at = 0; at < line.length; at++) {
      const code = line.charCodeAt(at);
      if (code === 0x5b || code === 0x7b) open += 1;
      else if ((code === 0x5d || code === 0x7d) && open > 0) open -= 1;
    }
    if (open > MAX_YAML_OPEN) return true;
  }
  return false;
}
