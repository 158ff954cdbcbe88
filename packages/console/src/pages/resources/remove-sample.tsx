import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { errorText } from '../../ui/error-text.ts';

interface RemoveSampleProps {
  readonly name: string;
  readonly resourceArn: string;
  readonly onDone: () => void;
  readonly onMessage: (type: 'success' | 'error', text: string) => void;
}

export function RemoveSample({ name, resourceArn, onDone, onMessage }: RemoveSampleProps) {
  const { t } = useI18n();
  const { client } = useEnvironment();
  const queries = useQueryClient();
  const [working, setWorking] = useState(false);
  async function remove() {
    setWorking(true);
    try {
      await client.deleteResource(resourceArn);
      onMessage('success', t('resources.removed'));
    } catch (error) {
      onMessage('error', errorText(error, t));
    }
    await queries.invalidateQueries();
    onDone();
  }
  return (
    <Modal
      visible
      header={t('resources.removeTitle')}
      closeAriaLabel={t('app.close')}
      onDismiss={onDone}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onDone}>
              {t('app.cancel')}
            </Button>
            <Button variant="primary" loading={working} onClick={() => void remove()}>
              {t('resources.removeSample')}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      {t('resources.removeText', { name })}
    </Modal>
  );
}
