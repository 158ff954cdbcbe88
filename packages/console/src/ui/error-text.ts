import { ApiError } from '../api/client.ts';
import type { Translate } from '../i18n/translate.ts';

/** One sentence a person can act on. What the service wrote is shown as text. */
export function errorText(error: unknown, t: Translate): string {
  if (!(error instanceof ApiError)) return t('error.other', { message: error instanceof Error ? error.message : String(error) });
  switch (error.code) {
    case 'NetworkError':
      return t('error.NetworkError');
    case 'ThrottlingException':
      return t('error.ThrottlingException');
    case 'InternalServerException':
      return t('error.InternalServerException', { requestId: error.requestId ?? '–' });
    default:
      return t('error.other', { message: error.message || error.code });
  }
}
