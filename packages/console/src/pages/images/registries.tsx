import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useMay } from '../../api/queries.ts';
import type { Notification, Registry } from '../../api/registries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import type { Action } from '../../ui/use-action.tsx';
import { NotificationToken } from './notification-token.tsx';
import { RegistriesTable, type RegistryDeed } from './registries-table.tsx';
import { RegistryForm } from './registry-form.tsx';

type Open =
  | { readonly what: 'form'; readonly registry: Registry | undefined }
  | { readonly what: 'delete' | 'missing' | 'token'; readonly registry: Registry }
  | { readonly what: 'told'; readonly notification: Notification };

/** The registries that are watched, and what a person may do with them. */
export function Registries({ action }: { action: Action }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const [open, setOpen] = useState<Open | null>(null);
  const admin = useMay('admin');
  const close = () => setOpen(null);
  const post = (path: string, body: object, done: string) => action.run(() => client.ask('assay', `/assay/registries/${path}`, body), done);
  function act(deed: RegistryDeed, registry: Registry) {
    const { registryArn, name, status } = registry;
    if (deed === 'crawl') void post('crawl', { registryArn }, t('images.crawling', { name }));
    else if (deed === 'pause') void post('update', { registryArn, enabled: status === 'PAUSED' }, t('notifications.changed', { name }));
    else if (deed === 'change') setOpen({ what: 'form', registry });
    else setOpen({ what: deed, registry });
  }
  async function tell(notification: Notification, done: string) {
    await action.run(async () => undefined, done);
    if (notification.notificationToken !== undefined) setOpen({ what: 'told', notification });
  }
  return (
    <SpaceBetween size="m">
      <RegistriesTable onAction={act} onAdd={admin ? () => setOpen({ what: 'form', registry: undefined }) : undefined} />
      {open?.what === 'form' && (
        <RegistryForm
          registry={open.registry}
          onClose={() => setOpen((now) => (now?.what === 'form' ? null : now))}
          onDone={(notification, name) =>
            tell(notification, t(open.registry === undefined ? 'images.registryAdded' : 'notifications.changed', { name }))
          }
        />
      )}
      {open?.what === 'token' && (
        <Dialog
          title={t('images.newToken')}
          action={t('images.newToken')}
          onClose={() => setOpen((now) => (now?.what === 'token' ? null : now))}
          onConfirm={async () => {
            const { registryArn, name } = open.registry;
            const body = { registryArn, newNotificationToken: true };
            const made = await client.ask<Notification>('assay', '/assay/registries/update', body);
            await tell(made, t('notifications.changed', { name }));
          }}
        >
          {t('images.newTokenText')}
        </Dialog>
      )}
      {open?.what === 'missing' && (
        <Dialog
          title={t('images.acceptTitle', { count: open.registry.missingImages ?? 0 })}
          action={t('images.accept')}
          onClose={close}
          onConfirm={() =>
            post(
              'crawl',
              { registryArn: open.registry.registryArn, acceptMissing: true },
              t('images.crawling', { name: open.registry.name }),
            )
          }
        >
          {t('images.acceptText')}
        </Dialog>
      )}
      {open?.what === 'delete' && (
        <Dialog
          title={t('notifications.deleteTitle', { name: open.registry.name })}
          action={t('notifications.delete')}
          onClose={close}
          onConfirm={() =>
            post('delete', { registryArn: open.registry.registryArn }, t('notifications.deleted', { name: open.registry.name }))
          }
        >
          {t('images.deleteText')}
        </Dialog>
      )}
      {open?.what === 'told' && <NotificationToken notification={open.notification} onClose={close} />}
    </SpaceBetween>
  );
}
