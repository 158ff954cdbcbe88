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

type Post = (path: string, body: object, done: string) => Promise<boolean>;
type Open =
  | { readonly what: 'form'; readonly registry: Registry | undefined }
  | { readonly what: 'delete' | 'missing'; readonly registry: Registry }
  | { readonly what: 'token'; readonly registry: Registry }
  | { readonly what: 'told'; readonly notification: Notification };

/** The registries that are watched, and what a person may do with them. */
export function Registries({ action }: { action: Action }) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const [open, setOpen] = useState<Open | null>(null);
  const admin = useMay('admin');
  const close = () => setOpen(null);
  const post: Post = (path, body, done) => action.run(() => client.ask('assay', `/assay/registries/${path}`, body), done);
  function act(deed: RegistryDeed, registry: Registry) {
    const { registryArn, name, status } = registry;
    if (deed === 'crawl') void post('crawl', { registryArn }, t('images.crawling', { name }));
    else if (deed === 'pause') void post('update', { registryArn, enabled: status === 'PAUSED' }, t('notifications.changed', { name }));
    else if (deed === 'change') setOpen({ what: 'form', registry });
    else setOpen({ what: deed, registry });
  }
  async function tell(notification: Notification, done: string) {
    await action.say(done);
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
      {(open?.what === 'missing' || open?.what === 'delete') && <Confirm {...open} post={post} onClose={close} />}
      {open?.what === 'told' && <NotificationToken notification={open.notification} onClose={close} />}
    </SpaceBetween>
  );
}

interface ConfirmProps {
  readonly what: 'missing' | 'delete';
  readonly registry: Registry;
  readonly post: Post;
  readonly onClose: () => void;
}
function Confirm({ what, registry: { registryArn, name, missingImages = 0 }, post, onClose }: ConfirmProps) {
  const { t } = useI18n();
  const gone = what === 'missing';
  return (
    <Dialog
      title={gone ? t('images.acceptTitle', { count: missingImages }) : t('notifications.deleteTitle', { name })}
      action={t(gone ? 'images.accept' : 'notifications.delete')}
      onClose={onClose}
      onConfirm={() =>
        gone
          ? post('crawl', { registryArn, acceptMissing: true }, t('images.crawling', { name }))
          : post('delete', { registryArn }, t('notifications.deleted', { name }))
      }
    >
      {t(gone ? 'images.acceptText' : 'images.deleteText')}
    </Dialog>
  );
}
