import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useI18n } from '../i18n/i18n.tsx';
import { errorText } from './error-text.ts';

export interface Action {
  readonly working: boolean;
  /** Where its messages stand: for `notifications` of the page. */
  readonly messages: ReactNode;
  /** Does `work`, says `done` or why not, and has everything asked again. False when it was refused. */
  readonly run: (work: () => Promise<unknown>, done: string) => Promise<boolean>;
  /** Says what a dialog has done, and has everything asked again. */
  readonly say: (done: string) => Promise<void>;
}

export function useAction(): Action {
  const { t } = useI18n();
  const queries = useQueryClient();
  const [working, setWorking] = useState(false);
  const [message, setMessage] = useState<{ type: FlashbarProps.Type; text: string } | null>(null);
  const items: FlashbarProps.MessageDefinition[] =
    message === null
      ? []
      : [
          {
            id: message.text,
            type: message.type,
            content: message.text,
            dismissible: true,
            dismissLabel: t('app.close'),
            onDismiss: () => setMessage(null),
          },
        ];
  async function run(work: () => Promise<unknown>, done: string): Promise<boolean> {
    setWorking(true);
    try {
      await work();
      setMessage({ type: 'success', text: done });
      return true;
    } catch (error) {
      setMessage({ type: 'error', text: errorText(error, t) });
      return false;
    } finally {
      setWorking(false);
      await queries.invalidateQueries();
    }
  }
  async function say(done: string): Promise<void> {
    setMessage({ type: 'success', text: done });
    await queries.invalidateQueries();
  }
  return { working, messages: <Flashbar items={items} />, run, say };
}
