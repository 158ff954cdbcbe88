import Alert from '@cloudscape-design/components/alert';
import FormField from '@cloudscape-design/components/form-field';
import type { Notification } from '../../api/registries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { Dialog } from '../../ui/dialog.tsx';

/** Shown once: the service cannot tell the token again. */
export function NotificationToken({ notification, onClose }: { notification: Notification; onClose: () => void }) {
  const { t } = useI18n();
  const { notificationPath = '', notificationToken = '' } = notification;
  return (
    <Dialog title={t('images.notify')} onClose={onClose}>
      <div>{t('images.notifyText')}</div>
      <FormField label={t('images.notifyAddress')}>
        <CommandLine command={`${window.location.origin}${notificationPath}`} />
      </FormField>
      <FormField label={t('images.notifyHeader')}>
        <CommandLine command={`Authorization: Bearer ${notificationToken}`} />
      </FormField>
      <Alert type="warning">{t('images.notifyOnce')}</Alert>
    </Dialog>
  );
}
