import { parseV2, scoreV2 } from './cvss/v2.ts';
import { parseV3, scoreV3 } from './cvss/v3.ts';
import { parseV4, scoreV4 } from './cvss/v4.ts';
import type { Metrics } from './cvss/vector.ts';

export type CvssVersion = '2.0' | '3.0' | '3.1' | '4.0';
export interface Cvss {
  readonly version: CvssVersion;
  /** As given, without the parentheses that version 2 may have. */
  readonly vector: string;
  readonly metrics: Metrics;
  /** 0.0 to 10.0, of the base metrics alone. */
  readonly baseScore: number;
  /** With the threat (temporal) and environmental metrics that the vector holds. */
  readonly score: number;
}

/**
 * Reads a vector and computes its scores: a score beside a vector in a feed is never trusted. Undefined when the vector is malformed.
 * Versions 3 and 4 need their prefix (without it the versions cannot be told apart); version 2 has none, and may stand in parentheses.
 */
export function parseCvss(text: string): Cvss | undefined {
  const vector = text.trim().replace(/^\((.*)\)$/, '$1');
  const prefix = /^CVSS:(3\.0|3\.1|4\.0)\//.exec(vector);
  if (prefix === null) return made('2.0', text.trim() === vector || text.trim().startsWith('(') ? vector : '', parseV2(vector));
  if (text.trim() !== vector) return undefined;
  const version = prefix[1] as '3.0' | '3.1' | '4.0';
  const body = vector.slice(prefix[0].length);
  return made(version, vector, version === '4.0' ? parseV4(body) : parseV3(body));
}

function made(version: CvssVersion, vector: string, metrics: Metrics | undefined): Cvss | undefined {
  if (metrics === undefined) return undefined;
  const { base, score } = version === '2.0' ? scoreV2(metrics) : version === '4.0' ? scoreV4(metrics) : scoreV3(metrics, version);
  return { version, vector, metrics, baseScore: base, score };
}
