import type { MessageKey } from '../i18n/en.ts';
import { useI18n } from '../i18n/i18n.tsx';

export type SeverityName = 'CRITICAL' | 'HIGH' | 'MEDIUM' | 'LOW' | 'INFORMATIONAL' | 'UNTRIAGED' | 'REST';
const NAMES: readonly string[] = ['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'INFORMATIONAL', 'UNTRIAGED', 'REST'];

export function severityName(text: string | undefined): SeverityName {
  return text !== undefined && NAMES.includes(text) ? (text as SeverityName) : 'UNTRIAGED';
}
export function severityKey(name: SeverityName): MessageKey {
  return `severity.${name}`;
}

/** Shape, colour and word together: a severity is never told by colour alone. */
export function SeverityMark({ severity, word = true }: { severity: SeverityName; word?: boolean }) {
  const { t } = useI18n();
  return (
    <span className="assay-severity" data-severity={severity}>
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" focusable="false">
        <Shape severity={severity} />
      </svg>
      {word && <span>{t(severityKey(severity))}</span>}
    </span>
  );
}

function Shape({ severity }: { severity: SeverityName }) {
  switch (severity) {
    case 'CRITICAL':
      return <path className="fill" d="M5 .5h6L15.5 5v6L11 15.5H5L.5 11V5z" />;
    case 'HIGH':
      return <path className="fill" d="M8 1.2 15.6 14.5H.4z" />;
    case 'MEDIUM':
      return <path className="fill" d="M8 .8 15.2 8 8 15.2.8 8z" />;
    case 'LOW':
      return <circle className="fill" cx="8" cy="8" r="6" />;
    case 'REST':
      return <circle className="fill" cx="8" cy="8" r="6" />;
    case 'INFORMATIONAL':
      return <circle className="line" cx="8" cy="8" r="6" />;
    default:
      return <rect className="line dashed" x="2" y="2" width="12" height="12" rx="1.5" />;
  }
}
