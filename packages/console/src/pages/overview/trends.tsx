import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Spinner from '@cloudscape-design/components/spinner';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n/i18n.tsx';
import { LoadError } from '../../ui/load-error.tsx';
import { DayChart, type Series } from './day-chart.tsx';
import { type Counts, type TrendDay, useTrend } from './queries.ts';

const SEVERITIES = [
  ['UNTRIAGED', 'untriaged'],
  ['INFORMATIONAL', 'informational'],
  ['LOW', 'low'],
  ['MEDIUM', 'medium'],
  ['HIGH', 'high'],
  ['CRITICAL', 'critical'],
] as const satisfies readonly (readonly [string, keyof Counts])[];

/** Findings open at the end of each day, and those that came and went on it. */
export function Trends({ startTime }: { startTime: number }) {
  const { t } = useI18n();
  const trend = useTrend(startTime);
  const days = trend.data?.trends[0]?.days ?? [];
  const chart = (make: (days: readonly TrendDay[]) => ReactNode) => {
    if (trend.isError) return <LoadError error={trend.error} onRetry={() => void trend.refetch()} />;
    return trend.data === undefined ? <Spinner /> : make(days);
  };
  const dates = days.map(({ date }) => date);
  const bySeverity: Series[] = SEVERITIES.map(([name, member]) => ({
    name: t(`severity.${name}`),
    colour: name,
    values: days.map(({ active }) => active[member]),
  }));
  const moves: Series[] = (['opened', 'closed'] as const).map((member) => ({
    name: t(`overview.${member}`),
    colour: member,
    values: days.map((day) => day[member].all),
  }));
  return (
    <>
      <div>
        <Container header={<Header variant="h2">{t('overview.open')}</Header>}>
          {chart(() => (
            <DayChart label={t('overview.open')} dates={dates} series={bySeverity} stacked />
          ))}
        </Container>
      </div>
      <div>
        <Container header={<Header variant="h2">{t('overview.moves')}</Header>}>
          {chart(() => (
            <DayChart label={t('overview.moves')} dates={dates} series={moves} stacked={false} />
          ))}
        </Container>
      </div>
    </>
  );
}
