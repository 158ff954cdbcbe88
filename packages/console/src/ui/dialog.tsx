import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { errorText } from './error-text.ts';

interface DialogProps {
  readonly title: string;
  readonly children: ReactNode;
  /** The word on the button; without it there is nothing to do but to read. */
  readonly action?: string;
  readonly enabled?: boolean;
  readonly wide?: boolean;
  /** What was refused is said in the dialog, which then stays open. */
  readonly onConfirm?: () => Promise<unknown>;
  readonly onClose: () => void;
}

/** A question or a form over the page: it goes when it was answered or done. */
export function Dialog({ title, children, action, enabled = true, wide = false, onConfirm, onClose }: DialogProps) {
  const { t } = useI18n();
  const [working, setWorking] = useState(false);
  const [refused, setRefused] = useState('');
  async function confirm() {
    setWorking(true);
    try {
      await onConfirm?.();
      onClose();
    } catch (error) {
      setRefused(errorText(error, t));
      setWorking(false);
    }
  }
  return (
    <Modal
      visible
      size={wide ? 'large' : 'medium'}
      header={title}
      closeAriaLabel={t('app.close')}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              {t(action === undefined ? 'app.close' : 'app.cancel')}
            </Button>
            {action !== undefined && (
              <Button variant="primary" loading={working} disabled={!enabled} onClick={() => void confirm()}>
                {action}
              </Button>
            )}
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        {refused !== '' && <Alert type="error">{refused}</Alert>}
        {/* Not children of SpaceBetween itself: it wants elements, and a dialog often only says a sentence. */}
        <div className="assay-dialog">{children}</div>
      </SpaceBetween>
    </Modal>
  );
}
