import Alert from '@cloudscape-design/components/alert';
import { isBusy, useServiceStatus } from '../api/queries.ts';
import { useI18n } from '../i18n/i18n.tsx';
import { CommandLine } from './command-line.tsx';
import { useEnvironment } from './environment.tsx';
import { FirstLooks } from './first-looks.tsx';

/** From this age on the database misses enough that every page should say so. */
export const STALE_DAYS = 3;

/** What a reader of any page must know: the service is still looking, or its advisories are old. */
export function Notices() {
  const { t, format } = useI18n();
  const { now } = useEnvironment();
  const status = useServiceStatus().data;
  if (status === undefined) return null;
  const looking = status.firstLooks.filter((look) => look.state === 'RUNNING' || look.state === 'PENDING');
  const evaluating = isBusy(status) && status.evaluation?.state === 'RUNNING';
  const database = status.database;
  const stale = database !== undefined && database.ageSeconds >= STALE_DAYS * 86_400;
  if (looking.length === 0 && !evaluating && !stale) return null;
  return (
    <div className="assay-notices" aria-live="polite">
      {looking.length > 0 && (
        <Alert type="info" header={t('scanning.title')}>
          {t('scanning.text', { count: looking.length })}
          <FirstLooks looks={status.firstLooks} />
        </Alert>
      )}
      {looking.length === 0 && evaluating && <Alert type="info">{t('scanning.evaluating')}</Alert>}
      {stale && (
        <Alert
          type="warning"
          header={t('stale.title', { age: format.age(now() / 1000 - database.ageSeconds, now()) })}
          action={<CommandLine command="npx assay db update" />}
        >
          {t('stale.text', { date: format.date(database.builtAt) })}
        </Alert>
      )}
    </div>
  );
}
