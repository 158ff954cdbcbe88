import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isSignedOut } from '../api/client.ts';
import { useI18n } from '../i18n/i18n.tsx';
import { errorText } from './error-text.ts';
import { navigate } from './location.tsx';

export interface Change {
  readonly working: boolean;
  /** Why the last one was refused; null when it was not. */
  readonly error: string | null;
  /** Does it and asks everything shown again; undefined when it was refused. */
  readonly run: <T>(work: () => Promise<T>) => Promise<T | undefined>;
}

/** One change that a person asked for where there is no dialog, and what became of it. */
export function useChange(): Change {
  const { t } = useI18n();
  const queries = useQueryClient();
  const [working, setWorking] = useState(false);
  const [error, setError] = useState<string | null>(null);
  async function run<T>(work: () => Promise<T>): Promise<T | undefined> {
    setWorking(true);
    setError(null);
    try {
      const answer = await work();
      await queries.invalidateQueries();
      return answer;
    } catch (reason) {
      if (isSignedOut(reason)) navigate('/sign-in?ended=1');
      setError(errorText(reason, t));
      return undefined;
    } finally {
      setWorking(false);
    }
  }
  return { working, error, run };
}
