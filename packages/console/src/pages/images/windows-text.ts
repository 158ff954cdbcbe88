import type { Translate } from '../../i18n/translate.ts';

/** `DAYS_14`, LIFETIME or NONE in words. */
export function windowText(window: string, t: Translate): string {
  const days = /^DAYS_(\d+)$/.exec(window)?.[1];
  if (days !== undefined) return t('images.days', { count: Number(days) });
  return t(window === 'LIFETIME' ? 'images.forEver' : 'images.noTime');
}

export function modeText(mode: string, t: Translate): string {
  return t(mode === 'LAST_PULL_DATE' ? 'images.mode.LAST_PULL_DATE' : 'images.mode.LAST_IN_USE_AT');
}
