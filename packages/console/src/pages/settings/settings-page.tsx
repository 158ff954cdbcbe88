import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useI18n } from '../../i18n/i18n.tsx';
import { PageFrame } from '../../ui/page-frame.tsx';
import { useAction } from '../../ui/use-action.tsx';
import { Keys } from './keys.tsx';
import { Retention } from './retention.tsx';
import { Scanned } from './scanned.tsx';
import { Windows } from './windows.tsx';
import './settings.css';

/** What can be set for an account, and what each setting changes. */
export function SettingsPage() {
  const { t } = useI18n();
  const action = useAction();
  return (
    <PageFrame title="settings.title" notifications={action.messages}>
      <SpaceBetween size="l">
        <Header variant="h1" description={t('settings.intro')}>
          {t('settings.title')}
        </Header>
        <Scanned action={action} />
        <Windows />
        <Retention />
        <Keys action={action} />
      </SpaceBetween>
    </PageFrame>
  );
}
