import { useI18n } from '../../i18n/i18n.tsx';
import { axisEnd } from './chart-scale.ts';

export interface Series {
  readonly name: string;
  /** Names the colour: `data-series` in console.css. */
  readonly colour: string;
  /** One value a day. */
  readonly values: readonly number[];
}
interface DayChartProps {
  readonly label: string;
  /** `2026-11-22`, oldest first. */
  readonly dates: readonly string[];
  /** From the bottom up when stacked, from left to right when not. */
  readonly series: readonly Series[];
  readonly stacked: boolean;
}

const WIDTH = 640;
const HEIGHT = 180;
const LEFT = 44;
const BOTTOM = 24;
const TOP = 8;

/** Bars by day, the same as a table under it, and a legend in words. */
export function DayChart({ label, dates, series, stacked }: DayChartProps) {
  const { t, format } = useI18n();
  const day = (date: string) => format.date(Date.parse(`${date}T12:00:00Z`) / 1000);
  return (
    <figure className="assay-chart" aria-label={label}>
      <ul className="assay-legend" aria-hidden="true">
        {series.map(({ name, colour }) => (
          <li key={name} data-series={colour}>
            <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
              <rect className="fill" width="10" height="10" rx="2" />
            </svg>
            {name}
          </li>
        ))}
      </ul>
      <Bars dates={dates} series={series} stacked={stacked} day={day} />
      <details>
        <summary>{t('overview.asTable')}</summary>
        <table className="assay-plain">
          <thead>
            <tr>
              <th scope="col">{t('overview.day')}</th>
              {series.map(({ name }) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {dates.map((date, index) => (
              <tr key={date}>
                <th scope="row">{day(date)}</th>
                {series.map(({ name, values }) => (
                  <td key={name}>{format.number(values[index] ?? 0)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}

function Bars({ dates, series, stacked, day }: Omit<DayChartProps, 'label'> & { day: (date: string) => string }) {
  const { format } = useI18n();
  const tops = dates.map((_, index) => {
    const values = series.map(({ values }) => values[index] ?? 0);
    return stacked ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
  });
  const end = axisEnd(Math.max(0, ...tops));
  const slot = (WIDTH - LEFT) / Math.max(1, dates.length);
  const height = (value: number) => ((HEIGHT - TOP - BOTTOM) * value) / end;
  const floor = HEIGHT - BOTTOM;
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true" focusable="false">
      {[0, end / 2, end].map((value) => (
        <g key={value}>
          <line className="assay-grid-line" x1={LEFT} x2={WIDTH} y1={floor - height(value)} y2={floor - height(value)} />
          <text x={LEFT - 6} y={floor - height(value) + 4} textAnchor="end">
            {Number.isInteger(value) ? format.number(value) : ''}
          </text>
        </g>
      ))}
      {dates.map((date, index) => (
        <g key={date}>
          <title>{`${day(date)}: ${series.map(({ name, values }) => `${name} ${format.number(values[index] ?? 0)}`).join(', ')}`}</title>
          <rect className="assay-hit" x={LEFT + index * slot} y={TOP} width={slot} height={floor - TOP} />
          {series.map(({ name, colour, values }, place) => {
            const value = values[index] ?? 0;
            const below = stacked ? series.slice(0, place).reduce((sum, lower) => sum + (lower.values[index] ?? 0), 0) : 0;
            const width = (slot * 0.8) / (stacked ? 1 : series.length);
            const x = LEFT + index * slot + slot * 0.1 + (stacked ? 0 : place * width);
            return (
              <g key={name} data-series={colour}>
                <rect className="fill" x={x} width={width} y={floor - height(below + value)} height={height(value)} />
              </g>
            );
          })}
        </g>
      ))}
      {[0, dates.length - 1].map((index) => (
        <text key={index} x={index === 0 ? LEFT : WIDTH} y={HEIGHT - 6} textAnchor={index === 0 ? 'start' : 'end'}>
          {day(dates[index] ?? '')}
        </text>
      ))}
    </svg>
  );
}
