import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useI18n } from '../../i18n/i18n.tsx';
import { CommandLine } from '../../ui/command-line.tsx';
import { ownAddress } from '../../ui/location.tsx';
import { helmCommand, hostCommand, saveCommand } from './collector-commands.ts';
import type { NewToken } from './collectors-table.tsx';

/** Shown once: the service cannot tell it again. */
export function CollectorToken({ made: { name, token }, onClose }: { made: NewToken; onClose: () => void }) {
  const { t } = useI18n();
  const server = ownAddress();
  const steps = [
    [t('collectors.stepSave'), saveCommand(token)],
    [t('collectors.stepCluster'), helmCommand(server, name)],
    [t('collectors.stepHost'), hostCommand(server)],
  ] as const;
  return (
    <Modal
      visible
      size="large"
      header={t('collectors.tokenTitle', { name })}
      closeAriaLabel={t('app.close')}
      onDismiss={onClose}
      footer={
        <Button variant="primary" onClick={onClose}>
          {t('collectors.tokenSaved')}
        </Button>
      }
    >
      <SpaceBetween size="m">
        <Alert type="warning">{t('collectors.tokenText')}</Alert>
        <section className="assay-section">
          <h3>{t('collectors.token')}</h3>
          <CommandLine command={token} />
        </section>
        {steps.map(([title, command]) => (
          <section key={title} className="assay-section">
            <h3>{title}</h3>
            <CommandLine command={command} />
          </section>
        ))}
      </SpaceBetween>
    </Modal>
  );
}
