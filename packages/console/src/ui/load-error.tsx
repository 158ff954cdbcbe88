import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { isSignedOut } from '../api/client.ts';
import { useI18n } from '../i18n/i18n.tsx';
import { errorText } from './error-text.ts';

export function LoadError({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { t } = useI18n();
  if (error === null || error === undefined || isSignedOut(error)) return null;
  return (
    <Alert type="error" header={t('error.title')} action={<Button onClick={onRetry}>{t('app.retry')}</Button>}>
      {errorText(error, t)}
    </Alert>
  );
}
