import { ABSENT } from '../format/format.ts';
import { useI18n } from '../i18n/i18n.tsx';
import { useEnvironment } from './environment.tsx';

/** How long ago, and when exactly to whoever points at it. `at` in seconds since 1970. */
export function Moment({ at }: { at: number | undefined }) {
  const { format } = useI18n();
  const { now } = useEnvironment();
  if (at === undefined) return <span className="assay-quiet">{ABSENT}</span>;
  return <span title={format.dateTime(at)}>{format.ago(at, now())}</span>;
}
