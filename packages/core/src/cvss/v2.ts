import { hasAll, type Metrics, metricTable, parseMetrics } from './vector.ts';

const BASE = ['AV', 'AC', 'Au', 'C', 'I', 'A'];
const TEMPORAL = ['E', 'RL', 'RC'];
const ENVIRONMENTAL = ['CDP', 'TD', 'CR', 'IR', 'AR'];
const TABLE = metricTable(
  'AV:LAN AC:HML Au:MSN C:NPC I:NPC A:NPC E:U,POC,F,H,ND RL:OF,TF,W,U,ND RC:UC,UR,C,ND CDP:N,L,LM,MH,H,ND TD:N,L,M,H,ND CR:L,M,H,ND IR:L,M,H,ND AR:L,M,H,ND',
);
const IMPACT = { N: 0, P: 0.275, C: 0.66 };
const REQUIREMENT = { L: 0.5, M: 1, H: 1.51, ND: 1 };
const WEIGHT: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  C: IMPACT,
  I: IMPACT,
  A: IMPACT,
  E: { U: 0.85, POC: 0.9, F: 0.95, H: 1, ND: 1 },
  RL: { OF: 0.87, TF: 0.9, W: 0.95, U: 1, ND: 1 },
  RC: { UC: 0.9, UR: 0.95, C: 1, ND: 1 },
  CDP: { N: 0, L: 0.1, LM: 0.3, MH: 0.4, H: 0.5, ND: 0 },
  TD: { N: 0, L: 0.25, M: 0.75, H: 1, ND: 1 },
  CR: REQUIREMENT,
  IR: REQUIREMENT,
  AR: REQUIREMENT,
};

/** CVSS 2.0 vectors have no prefix, a fixed order, and whole groups only (FIRST, complete guide section 2.4). */
export function parseV2(vector: string): Metrics | undefined {
  const metrics = parseMetrics(vector, TABLE, { ordered: true });
  if (metrics === undefined || !hasAll(metrics, BASE)) return undefined;
  for (const group of [TEMPORAL, ENVIRONMENTAL]) {
    const given = group.filter((name) => metrics.has(name)).length;
    if (given !== 0 && given !== group.length) return undefined;
  }
  return metrics;
}

/** Base score, and the score with what else the vector says (section 3.2). */
export function scoreV2(metrics: Metrics): { readonly base: number; readonly score: number } {
  const weight = (name: string) => WEIGHT[name]?.[metrics.get(name) ?? 'ND'] ?? 1;
  const [c, i, a] = [weight('C'), weight('I'), weight('A')];
  const base = baseWith(impactOf(c, i, a), weight);
  const temporal = weight('E') * weight('RL') * weight('RC');
  if (!metrics.has('CDP')) return { base, score: metrics.has('E') ? round(base * temporal) : base };
  const adjusted = Math.min(10, impactOf(c * weight('CR'), i * weight('IR'), a * weight('AR')));
  const adjustedTemporal = round(baseWith(adjusted, weight) * temporal);
  return { base, score: round((adjustedTemporal + (10 - adjustedTemporal) * weight('CDP')) * weight('TD')) };
}

function impactOf(c: number, i: number, a: number): number {
  return 10.41 * (1 - (1 - c) * (1 - i) * (1 - a));
}
function baseWith(impact: number, weight: (name: string) => number): number {
  const exploitability = 20 * weight('AV') * weight('AC') * weight('Au');
  return round((0.6 * impact + 0.4 * exploitability - 1.5) * (impact === 0 ? 0 : 1.176));
}
/** To one decimal, halves up; the tiny step undoes what binary fractions take from a half. */
function round(value: number): number {
  return Math.round(value * 10 + 1e-6) / 10;
}
