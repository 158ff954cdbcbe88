import Link from '@cloudscape-design/components/link';
import { useAccountCounts } from '../../api/queries.ts';
import type { SeverityCounts } from '../../api/types.ts';
import { useI18n } from '../../i18n/i18n.tsx';
import { navigate } from '../../ui/location.tsx';
import { SeverityMark, type SeverityName } from '../../ui/severity.tsx';
import { restCount } from './finding-facts.ts';
import { DEFAULT_STATE, formatState } from './findings-state.ts';

const VALUES: Record<string, readonly string[]> = {
  CRITICAL: ['CRITICAL'],
  HIGH: ['HIGH'],
  MEDIUM: ['MEDIUM'],
  REST: ['LOW', 'INFORMATIONAL', 'UNTRIAGED'],
};

/** Active findings of the account by severity: four links and a bar in proportion. */
export function SeverityBar() {
  const { t, format } = useI18n();
  const counts = useAccountCounts();
  if (counts.data === undefined) return <div className="assay-bar-place" />;
  const totals = sum(counts.data.map((row) => row.severityCounts ?? {}));
  const parts: { name: SeverityName; count: number }[] = [
    { name: 'CRITICAL', count: totals.critical ?? 0 },
    { name: 'HIGH', count: totals.high ?? 0 },
    { name: 'MEDIUM', count: totals.medium ?? 0 },
    { name: 'REST', count: restCount(totals) },
  ];
  const fixable = counts.data.reduce((total, row) => total + (row.fixAvailableCount ?? 0), 0);
  const exploitable = counts.data.reduce((total, row) => total + (row.exploitAvailableCount ?? 0), 0);
  return (
    <section className="assay-summary" aria-label={t('findings.summary')}>
      <ul className="assay-counts">
        {parts.map(({ name, count }) => (
          <li key={name}>
            <a className="assay-count" href={hrefOf('severity', VALUES[name] ?? [])} onClick={inPlace}>
              <b>{format.number(count)}</b>
              <SeverityMark severity={name} /> <span className="assay-hidden">{t('findings.summaryShow')}</span>
            </a>
          </li>
        ))}
        <li className="assay-also">
          {fixable > 0 && (
            <Link href={hrefOf('fixAvailable', ['YES', 'PARTIAL'])} onFollow={(event) => inPlace(event, event.detail.href)}>
              {t('findings.withFix', { count: fixable })}
            </Link>
          )}
          {exploitable > 0 && (
            <Link href={hrefOf('exploitAvailable', ['YES'])} onFollow={(event) => inPlace(event, event.detail.href)}>
              {t('findings.withExploit', { count: exploitable })}
            </Link>
          )}
        </li>
      </ul>
      <svg className="assay-bar" viewBox="0 0 1000 6" preserveAspectRatio="none" aria-hidden="true" focusable="false">
        {segments(parts).map(({ name, x, width }) => (
          <rect key={name} data-severity={name} className="fill" x={x} y="0" width={width} height="6" />
        ))}
      </svg>
    </section>
  );
}

function inPlace(
  event: { preventDefault(): void; currentTarget?: EventTarget | null; metaKey?: boolean; ctrlKey?: boolean },
  href?: string,
) {
  if (event.metaKey === true || event.ctrlKey === true) return;
  const target =
    href ?? (event.currentTarget instanceof HTMLAnchorElement ? `${event.currentTarget.pathname}${event.currentTarget.search}` : undefined);
  if (target === undefined) return;
  event.preventDefault();
  navigate(target);
}

function hrefOf(key: string, values: readonly string[]): string {
  return `/${formatState({ ...DEFAULT_STATE, view: 'list', conditions: [{ key, operator: '=', values }] })}`;
}

function sum(rows: readonly SeverityCounts[]): SeverityCounts {
  const total = { all: 0, critical: 0, high: 0, medium: 0 };
  for (const row of rows) for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += row[key] ?? 0;
  return total;
}

/** Every part that counts anything is at least a sliver, so that one critical finding among thousands is seen. */
function segments(parts: readonly { name: SeverityName; count: number }[]): { name: SeverityName; x: number; width: number }[] {
  const shown = parts.filter((part) => part.count > 0);
  const total = shown.reduce((all, part) => all + part.count, 0);
  const sizes = shown.map((part) => Math.max(8, (part.count / total) * 1000));
  const scale = 1000 / sizes.reduce((all, size) => all + size, 0);
  let x = 0;
  return shown.map(({ name }, i) => {
    const width = (sizes[i] ?? 0) * scale;
    const segment = { name, x, width: Math.max(0, width - 2) };
    x += width;
    return segment;
  });
}
