import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import { useServiceStatus } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { SettingList } from './setting-list.tsx';

/** How long the service keeps what has ended. It holds for all accounts, so whoever starts the service sets it. */
export function Retention() {
  const { t } = useI18n();
  const query = useServiceStatus();
  const kept = query.data?.retention;
  const days = (count: number | undefined) => (count === undefined ? t('images.forEver') : t('images.days', { count }));
  return (
    <Container
      header={
        <Header variant="h2" description={t('settings.retentionText')}>
          {t('settings.retention')}
        </Header>
      }
    >
      <LoadError error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && t('app.loading')}
      {kept !== undefined && (
        <SettingList
          settings={[
            {
              name: t('settings.closedFindings'),
              value: days(kept.closedFindingDays),
              about: t('settings.closedFindingsText', { setting: 'ASSAY_CLOSED_DAYS' }),
            },
            {
              name: t('settings.auditRecords'),
              value: days(kept.auditRecordDays),
              about: t('settings.auditRecordsText', { setting: 'ASSAY_AUDIT_DAYS' }),
            },
            { name: t('settings.running'), value: days(kept.runningDays), about: t('settings.runningText') },
          ]}
        />
      )}
    </Container>
  );
}
