import { useI18n } from '../i18n/i18n.tsx';
import { useEnvironment } from './environment.tsx';

/** How long ago; the exact time where the pointer rests. `at` in seconds since 1970. */
export function Ago({ at }: { at: number | undefined }) {
  const { format } = useI18n();
  const { now } = useEnvironment();
  return <span title={format.dateTime(at)}>{format.ago(at, now())}</span>;
}
