import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { useMay, useServiceStatus } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import type { Action } from '../../ui/use-action.tsx';
import { enabledTypes, SCAN_TYPES, useAccountStates } from '../accounts/accounts.ts';
import { ScanTypes } from '../accounts/scan-types.tsx';
import { SettingList } from './setting-list.tsx';

/** What Assay looks into for this account. */
export function Scanned({ action }: { action: Action }) {
  const { t } = useI18n();
  const admin = useMay('admin');
  const own = useServiceStatus().data?.account;
  const query = useAccountStates([]);
  const state = query.data?.accounts.find(({ accountId }) => accountId === own);
  const enabled = enabledTypes(state);
  const [open, setOpen] = useState(false);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={t('settings.scannedText')}
          actions={admin && state !== undefined && <Button onClick={() => setOpen(true)}>{t('accounts.action.types')}</Button>}
        >
          {t('settings.scanned')}
        </Header>
      }
    >
      <LoadError error={query.error} onRetry={() => void query.refetch()} />
      {query.isPending && t('app.loading')}
      {state !== undefined && (
        <SettingList
          settings={SCAN_TYPES.map(({ id }) => ({
            name: t(`accounts.type.${id}`),
            value: (
              <StatusIndicator type={enabled.includes(id) ? 'success' : 'stopped'}>
                {t(enabled.includes(id) ? 'settings.on' : 'settings.off')}
              </StatusIndicator>
            ),
            about: t(`settings.type.${id}`),
          }))}
        />
      )}
      {open && own !== undefined && (
        <ScanTypes accountId={own} present={enabled} onDone={() => action.say(t('accounts.done'))} onClose={() => setOpen(false)} />
      )}
    </Container>
  );
}
