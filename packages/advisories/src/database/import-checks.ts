import type { Advisory } from '@assay/core/advisory.ts';
import type { AdvisoryInfo } from './info.ts';

/**
 * What readers of a database rely on, checked where foreign bytes become one. A database that was built here has these forms because
 * the feeds' parsers give them.
 */
export function isInfo(value: unknown): value is AdvisoryInfo {
  const info = value as Partial<AdvisoryInfo> | null;
  if (typeof info !== 'object' || info === null) return false;
  const { revision, builtAt, sources, matcherVersions } = info;
  const dated = typeof builtAt === 'string' && !Number.isNaN(Date.parse(builtAt));
  const versions =
    typeof matcherVersions === 'object' && matcherVersions !== null && Object.values(matcherVersions).every(Number.isSafeInteger);
  return (
    typeof revision === 'string' &&
    /^[0-9a-f]{64}$/.test(revision) &&
    dated &&
    versions &&
    Array.isArray(sources) &&
    sources.every(isSource)
  );
}

export function requireDocument(value: unknown): Advisory {
  const document = value as Partial<Advisory> | null;
  const affected = document?.affected;
  const sound =
    typeof document?.id === 'string' &&
    typeof document.modified === 'string' &&
    Array.isArray(affected) &&
    affected.every((entry) => typeof entry?.package?.ecosystem === 'string' && typeof entry.package.name === 'string') &&
    [document.aliases, document.upstream].every((ids) => ids === undefined || isTexts(ids));
  if (!sound) throw new TypeError('a document without the required members');
  return document as Advisory;
}

export function requireRecords(value: unknown): readonly unknown[] {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isRecord)) throw new TypeError('records without the required members');
  return value;
}

/** The letters of `record-codec.ts`. */
function isRecord(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { a, f, v, l, s, r, w } = value as Record<string, unknown>;
  const texts =
    [a, f, s].every((text) => typeof text === 'string') && isTexts(v) && [l, w].every((list) => list === undefined || isTexts(list));
  return texts && (r === undefined || (Array.isArray(r) && r.every(isRange)));
}

function isRange(value: unknown): boolean {
  if (!Array.isArray(value) || typeof value[0] !== 'string' || !Array.isArray(value[1])) return false;
  return value[1].every((event: unknown) => typeof event === 'object' && event !== null && isTexts(Object.values(event)));
}

function isSource(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { id, licence, date, read, kept, namespaces } = value as Record<string, unknown>;
  return isTexts([id, licence, date]) && [read, kept].every(Number.isSafeInteger) && (namespaces === undefined || isTexts(namespaces));
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
