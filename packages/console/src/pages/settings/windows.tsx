import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import type { Monitoring } from '../../api/monitoring.ts';
import { useAnswer } from '../../api/use-answer.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { useFollow } from '../../ui/location.tsx';
import { modeText, windowText } from '../images/windows-text.ts';
import { SettingList } from './setting-list.tsx';

/** For how long images stay monitored. They are chosen beside the numbers of images that they end. */
export function Windows() {
  const { t } = useI18n();
  const follow = useFollow();
  const query = useAnswer<Monitoring>('assay', '/assay/eligibility/status/get', {});
  const windows = query.data;
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={t('images.windowsText')}
          actions={
            <Link href="/images?tab=monitoring" onFollow={follow}>
              {t('settings.toMonitoring')}
            </Link>
          }
        >
          {t('images.windows')}
        </Header>
      }
    >
      <LoadError error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && t('app.loading')}
      {windows !== undefined && (
        <SettingList
          settings={[
            { name: t('images.pushWindow'), value: windowText(windows.pushDuration, t), about: t('images.pushWindowText') },
            { name: t('images.useWindow'), value: windowText(windows.useDuration, t), about: t('images.useWindowText') },
            { name: t('images.mode'), value: modeText(windows.mode, t), about: t('images.modeText') },
          ]}
        />
      )}
    </Container>
  );
}
