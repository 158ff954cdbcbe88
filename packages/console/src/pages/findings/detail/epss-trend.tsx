import type { EpssTrend as Trend } from '../../../api/assay-types.ts';
import { useI18n } from '../../../i18n/i18n.tsx';

const WIDTH = 240;
const HEIGHT = 40;

/** How the probability moved in the last month: in words, and as a line where two days are known. */
export function EpssTrend({ trend }: { trend: Trend }) {
  const { t, format } = useI18n();
  const points = (value: number | undefined) =>
    value === undefined ? null : `${value > 0 ? '+' : ''}${format.number(Math.round(value * 10_000) / 100)}`;
  const week = points(trend.change7Days);
  const month = points(trend.change30Days);
  return (
    <>
      {week !== null && <p className="assay-text">{t('detail.epssWeek', { points: week })}</p>}
      {month !== null && <p className="assay-text">{t('detail.epssMonth', { points: month })}</p>}
      {trend.days.length > 1 && (
        <svg className="assay-spark" viewBox={`0 -2 ${WIDTH} ${HEIGHT + 4}`} aria-hidden="true" focusable="false">
          <polyline points={line(trend.days.map(({ score }) => score))} />
        </svg>
      )}
    </>
  );
}

/** Scaled to the largest value, so that zero is the bottom and small changes stay small. */
function line(values: readonly number[]): string {
  const most = Math.max(...values, Number.MIN_VALUE);
  return values.map((value, i) => `${(i / (values.length - 1)) * WIDTH},${HEIGHT - (value / most) * HEIGHT}`).join(' ');
}
