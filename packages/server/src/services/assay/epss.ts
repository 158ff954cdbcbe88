import type { AssayOut } from '@assay/wire/operation-types.ts';
import type { EpssTrend } from '../../vulnerabilities/epss-days.ts';

type WireTrend = NonNullable<AssayOut<'GetVulnerability'>['epss']>;

export function epssToWire(score: number, { change7, change30, days }: EpssTrend): WireTrend {
  return {
    score: Number(score.toFixed(5)),
    ...(change7 === undefined ? {} : { change7Days: change7 }),
    ...(change30 === undefined ? {} : { change30Days: change30 }),
    days: days.map(({ day, epss }) => ({ date: day, score: epss })),
  };
}
