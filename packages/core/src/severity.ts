import type { SeverityWord } from './advisory.ts';

/** Inspector's severities, with the small integers stored in SQL, ordered as they sort. */
export const SEVERITY_CODES = { UNTRIAGED: 0, INFORMATIONAL: 1, LOW: 2, MEDIUM: 3, HIGH: 4, CRITICAL: 5 } as const;
export type Severity = keyof typeof SEVERITY_CODES;
export const SEVERITIES = Object.keys(SEVERITY_CODES) as Severity[];

/** Bands of architecture issue 3: 0 Informational, 0.1–3.9 Low, 4.0–6.9 Medium, 7.0–8.9 High, 9.0–10.0 Critical, no score UNTRIAGED. */
export function severityOfScore(score: number | null): Severity {
  if (score === null || score < 0) return 'UNTRIAGED';
  if (score === 0) return 'INFORMATIONAL';
  if (score < 4) return 'LOW';
  if (score < 7) return 'MEDIUM';
  if (score < 9) return 'HIGH';
  return 'CRITICAL';
}

export function severityOfWord(word: SeverityWord): Severity {
  return word === 'none' ? 'INFORMATIONAL' : (word.toUpperCase() as Severity);
}

const WORDS: Readonly<Record<string, SeverityWord>> = {
  none: 'none',
  negligible: 'none',
  unimportant: 'none',
  informational: 'none',
  low: 'low',
  minor: 'low',
  medium: 'medium',
  moderate: 'medium',
  high: 'high',
  important: 'high',
  critical: 'critical',
};

/** Our word for a vendor's: Debian urgencies, Ubuntu priorities, errata and GitHub severities, any case; undefined when it says nothing. */
export function severityWordOf(vendorWord: string): SeverityWord | undefined {
  // Debian marks a guessed urgency with stars (`high**`).
  const key = vendorWord.trim().toLowerCase().replace(/\*+$/, '');
  return Object.hasOwn(WORDS, key) ? WORDS[key] : undefined;
}
