import type { SeverityCounts } from '../../api/types.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { SeverityMark, type SeverityName } from '../../ui/severity.tsx';

/** Counts by severity as numbers with their marks, and a bar in proportion; what is not known is a dash and no bar. */
export function FindingsBar({ counts }: { counts: SeverityCounts | undefined }) {
  const { t, format } = useI18n();
  if (counts === undefined) return <span className="assay-quiet">{t('clusters.worst.UNKNOWN')}</span>;
  const { all = 0, critical = 0, high = 0, medium = 0 } = counts;
  if (all === 0) return <span className="assay-quiet">{t('clusters.noFindings')}</span>;
  const rest = Math.max(0, all - critical - high - medium);
  const parts: readonly [SeverityName, number][] = [
    ['CRITICAL', critical],
    ['HIGH', high],
    ['MEDIUM', medium],
    ['REST', rest],
  ];
  const shown = parts.filter(([, count]) => count > 0);
  return (
    <span className="assay-findings">
      <span className="assay-hidden">{t('clusters.findingsText', { critical, high, medium, all })}</span>
      <span className="assay-findings-counts" aria-hidden="true">
        {shown.map(([severity, count]) => (
          <span key={severity}>
            <SeverityMark severity={severity} word={false} />
            {format.number(count)}
          </span>
        ))}
      </span>
      <svg className="assay-bar" viewBox={`0 0 ${all} 6`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {shown.map(([severity, count], at) => (
          <rect
            key={severity}
            data-severity={severity}
            className="fill"
            x={shown.slice(0, at).reduce((sum, [, before]) => sum + before, 0)}
            width={count}
            height="6"
          />
        ))}
      </svg>
    </span>
  );
}
