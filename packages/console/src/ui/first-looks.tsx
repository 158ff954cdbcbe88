import StatusIndicator, { type StatusIndicatorProps } from '@cloudscape-design/components/status-indicator';
import type { FirstLook } from '../api/assay-types.ts';
import { useI18n } from '../i18n/i18n.tsx';
import { choiceLabel } from '../pages/findings/choice-label.ts';

const TYPES: Record<FirstLook['state'], StatusIndicatorProps.Type> = {
  PENDING: 'pending',
  RUNNING: 'in-progress',
  DONE: 'success',
  FAILED: 'error',
};

/** What the service looks at by itself on its first start, one line each. */
export function FirstLooks({ looks }: { looks: readonly FirstLook[] }) {
  const { t } = useI18n();
  return (
    <ul className="assay-looks">
      {looks.map((look) => (
        <li key={`${look.kind} ${look.name}`}>
          <StatusIndicator type={TYPES[look.state]}>{choiceLabel('look', look.name, t)}</StatusIndicator>
          {look.packageCount !== undefined && <span>{t('look.packages', { count: look.packageCount })}</span>}
          {look.findingCount !== undefined && <span>{t('findings.count', { count: look.findingCount })}</span>}
          {look.gapCount !== undefined && look.gapCount > 0 && <span>{t('look.gaps', { count: look.gapCount })}</span>}
          {look.message !== undefined && look.message !== '' && <span>{look.message}</span>}
        </li>
      ))}
    </ul>
  );
}
