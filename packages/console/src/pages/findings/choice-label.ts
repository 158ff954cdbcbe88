import { en, type MessageKey } from '../../i18n/en.ts';
import type { Translate } from '../../i18n/translate.ts';

const PREFIX: Record<string, string> = {
  severity: 'severity',
  resourceType: 'resource',
  findingType: 'type',
  fixAvailable: 'choice',
  exploitAvailable: 'choice',
  status: 'status',
};

/** The word for a value of an enumeration; a value that the dictionary does not know stays as the API wrote it. */
export function choiceLabel(field: string, value: string, t: Translate): string {
  const key = `${PREFIX[field] ?? field}.${value}`;
  return Object.hasOwn(en, key) ? t(key as MessageKey) : value;
}
