import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMay } from '../../api/queries.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useEnvironment } from '../../ui/environment.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import type { Action } from '../../ui/use-action.tsx';
import { type Sink, useDeadLetters, useSink } from './sinks.ts';

/** What a sink did not take in nine hours, the oldest first, and the way to send it again. */
export function DeadLetters({ sink, action, onClose }: { sink: Sink; action: Action; onClose: () => void }) {
  const { t, format } = useI18n();
  const { client } = useEnvironment();
  const may = useMay('admin');
  const letters = useDeadLetters(sink.sinkArn);
  const count = useSink(sink.sinkArn).data?.deadLetterCount ?? 0;
  async function replay() {
    await action.run(() => client.ask('assay', '/assay/sinks/dead-letters/replay', { sinkArn: sink.sinkArn }), t('notifications.replayed'));
    onClose();
  }
  return (
    <Modal
      visible
      size="large"
      header={t('notifications.deadOf', { name: sink.name })}
      closeAriaLabel={t('app.close')}
      onDismiss={onClose}
      footer={
        may && (
          <Button variant="primary" disabled={count === 0} loading={action.working} onClick={() => void replay()}>
            {t('notifications.replay', { count })}
          </Button>
        )
      }
    >
      <SpaceBetween size="m">
        {letters.isError && <LoadError error={letters.error} onRetry={() => void letters.refetch()} />}
        <div>{count === 0 ? t('notifications.deadNone') : t('notifications.deadCount', { count })}</div>
        <ul className="assay-lines">
          {(letters.data?.deadLetters ?? []).map(({ message, error, createdAt }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: dead letters have no id on the wire, and the list is shown as it came
            <li key={index}>
              <div>
                {format.dateTime(createdAt)}: {error}
              </div>
              <details>
                <summary>{t('notifications.deadMessage')}</summary>
                <pre className="assay-code assay-pre">{JSON.stringify(message, null, 2)}</pre>
              </details>
            </li>
          ))}
        </ul>
      </SpaceBetween>
    </Modal>
  );
}
