import Link from '@cloudscape-design/components/link';
import type { OpenFindings } from '../../api/images.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { useFollow } from '../../ui/location.tsx';
import { SeverityMark, type SeverityName } from '../../ui/severity.tsx';
import { DEFAULT_STATE, formatState } from '../findings/findings-state.ts';

/** A list of findings that one condition chooses. */
export function findingsOf(key: string, values: readonly string[]): string {
  return `/${formatState({ ...DEFAULT_STATE, view: 'list', conditions: [{ key, operator: '=', values }] })}`;
}

/** How many findings, the worst of them by name, and a bar in proportion; leads to the list of them. */
export function CountsBar({ findings, href, of }: { findings: OpenFindings; href: string; of: string }) {
  const { t, format } = useI18n();
  const follow = useFollow();
  if (findings.all === 0) return <span className="assay-quiet">{t('images.noFindings')}</span>;
  const { critical, high, medium, all } = findings;
  const parts: readonly (readonly [SeverityName, number])[] = [
    ['CRITICAL', critical],
    ['HIGH', high],
    ['MEDIUM', medium],
    ['REST', Math.max(0, all - critical - high - medium)],
  ];
  const words = parts.filter(([, count]) => count > 0).map(([name, count]) => `${t(`severity.${name}`)} ${format.number(count)}`);
  return (
    <span className="assay-tally" title={words.join(', ')}>
      <Link href={href} onFollow={follow} ariaLabel={t('images.findingsOf', { count: all, name: of, words: words.join(', ') })}>
        {format.number(all)}
      </Link>
      {parts.slice(0, 2).map(([name, count]) =>
        count === 0 ? null : (
          <span key={name} className="assay-tally-part">
            <SeverityMark severity={name} word={false} /> {format.number(count)}
          </span>
        ),
      )}
      <svg className="assay-bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        <Segments parts={parts} />
      </svg>
    </span>
  );
}

function Segments({ parts }: { parts: readonly (readonly [SeverityName, number])[] }) {
  const sizes = parts.map(([, count]) => (count === 0 ? 0 : Math.max(3, (count / parts.reduce((sum, [, one]) => sum + one, 0)) * 100)));
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  return parts.map(([name], index) => {
    const x = (sizes.slice(0, index).reduce((sum, size) => sum + size, 0) / whole) * 100;
    return <rect key={name} data-severity={name} className="fill" x={x} y="0" width={((sizes[index] ?? 0) / whole) * 100} height="6" />;
  });
}
