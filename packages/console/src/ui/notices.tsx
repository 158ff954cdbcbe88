import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { isBusy, useServiceStatus } from '../api/queries.ts';
import { useI18n } from '../i18n/i18n.tsx';
import { useEnvironment } from './environment.tsx';
import { FirstLooks } from './first-looks.tsx';

/** From this age on the database misses enough that every page should say so. */
export const STALE_DAYS = 3;

/** What a reader of any page must know: the service is still looking, or its advisories are old. */
export function Notices({ more = [] }: { more?: readonly FlashbarProps.MessageDefinition[] }) {
  const { t, format } = useI18n();
  const { now } = useEnvironment();
  const status = useServiceStatus().data;
  const items: FlashbarProps.MessageDefinition[] = [...more];
  const looking = (status?.firstLooks ?? []).filter((look) => look.state === 'RUNNING' || look.state === 'PENDING');
  if (status !== undefined && looking.length > 0) {
    items.push({
      id: 'scanning',
      type: 'in-progress',
      header: t('scanning.title'),
      content: (
        <>
          {t('scanning.text', { count: looking.length })}
          <FirstLooks looks={status.firstLooks} />
        </>
      ),
    });
  } else if (isBusy(status) && status?.evaluation?.state === 'RUNNING') {
    items.push({ id: 'evaluating', type: 'in-progress', content: t('scanning.evaluating') });
  }
  const database = status?.database;
  if (database !== undefined && database.ageSeconds >= STALE_DAYS * 86_400) {
    const [before, after] = t('stale.text', { date: format.date(database.builtAt), command: '\u0000' }).split('\u0000');
    items.push({
      id: 'stale',
      type: 'warning',
      header: t('stale.title', { age: format.age(now() / 1000 - database.ageSeconds, now()) }),
      content: (
        <>
          {before}
          <code>npx assay db update</code>
          {after}
        </>
      ),
    });
  }
  return <Flashbar items={items} />;
}
