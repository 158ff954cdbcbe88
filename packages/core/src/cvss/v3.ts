import { hasAll, type Metrics, metricTable, parseMetrics } from './vector.ts';

const BASE = ['AV', 'AC', 'PR', 'UI', 'S', 'C', 'I', 'A'];
const TABLE = metricTable(
  'AV:NALP AC:LH PR:NLH UI:NR S:UC C:HLN I:HLN A:HLN E:XUPFH RL:XOTWU RC:XURC CR:XLMH IR:XLMH AR:XLMH MAV:XNALP MAC:XLH MPR:XNLH MUI:XNR MS:XUC MC:XNLH MI:XNLH MA:XNLH',
);
const TEMPORAL = ['E', 'RL', 'RC'];
const ENVIRONMENTAL = [...TABLE.keys()].filter((name) => !BASE.includes(name) && !TEMPORAL.includes(name));
const IMPACT = { H: 0.56, L: 0.22, N: 0 };
const REQUIREMENT = { X: 1, L: 0.5, M: 1, H: 1.5 };
const WEIGHT: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: IMPACT,
  I: IMPACT,
  A: IMPACT,
  E: { X: 1, U: 0.91, P: 0.94, F: 0.97, H: 1 },
  RL: { X: 1, O: 0.95, T: 0.96, W: 0.97, U: 1 },
  RC: { X: 1, U: 0.92, R: 0.96, C: 1 },
  CR: REQUIREMENT,
  IR: REQUIREMENT,
  AR: REQUIREMENT,
};
const PRIVILEGES = { unchanged: { N: 0.85, L: 0.62, H: 0.27 }, changed: { N: 0.85, L: 0.68, H: 0.5 } };

/** The part after `CVSS:3.x/`; metrics may stand in any order (FIRST, specification section 6). */
export function parseV3(body: string): Metrics | undefined {
  const metrics = parseMetrics(body, TABLE, { ordered: false });
  return metrics !== undefined && hasAll(metrics, BASE) ? metrics : undefined;
}

/** Base score, and the score with what else the vector says (section 7). */
export function scoreV3(metrics: Metrics, version: '3.0' | '3.1'): { readonly base: number; readonly score: number } {
  const weight = (name: string) => WEIGHT[name]?.[metrics.get(name) ?? 'X'] ?? 1;
  const base = baseOf(metrics);
  const temporal = weight('E') * weight('RL') * weight('RC');
  const environmental = ENVIRONMENTAL.some((name) => (metrics.get(name) ?? 'X') !== 'X');
  if (!environmental) return { base, score: temporal === 1 ? base : roundUp(base * temporal) };
  return { base, score: roundUp(modifiedOf(metrics, version) * temporal) };
}

interface Parts {
  readonly metric: (name: string) => string;
  readonly changed: boolean;
}

function exploitability({ metric, changed }: Parts): number {
  const privileges = PRIVILEGES[changed ? 'changed' : 'unchanged'][metric('PR') as 'N' | 'L' | 'H'];
  const rest = ['AV', 'AC', 'UI'].reduce((product, name) => product * (WEIGHT[name]?.[metric(name)] as number), 1);
  return 8.22 * rest * privileges;
}

function baseOf(metrics: Metrics): number {
  const metric = (name: string) => metrics.get(name) as string;
  const changed = metric('S') === 'C';
  const loss = 1 - ['C', 'I', 'A'].reduce((product, name) => product * (1 - (WEIGHT[name]?.[metric(name)] as number)), 1);
  const impact = changed ? 7.52 * (loss - 0.029) - 3.25 * (loss - 0.02) ** 15 : 6.42 * loss;
  return combine(impact, exploitability({ metric, changed }), changed);
}

function modifiedOf(metrics: Metrics, version: '3.0' | '3.1'): number {
  const metric = (name: string) => {
    const modified = metrics.get(`M${name}`) ?? 'X';
    return modified === 'X' ? (metrics.get(name) as string) : modified;
  };
  const changed = metric('S') === 'C';
  const kept = ['C', 'I', 'A'].reduce((product, name) => {
    const requirement = WEIGHT[`${name}R`]?.[metrics.get(`${name}R`) ?? 'X'] as number;
    return product * (1 - requirement * (WEIGHT[name]?.[metric(name)] as number));
  }, 1);
  const loss = Math.min(1 - kept, 0.915);
  const tail = version === '3.0' ? 3.25 * (loss - 0.02) ** 15 : 3.25 * (loss * 0.9731 - 0.02) ** 13;
  const impact = changed ? 7.52 * (loss - 0.029) - tail : 6.42 * loss;
  return combine(impact, exploitability({ metric, changed }), changed);
}

function combine(impact: number, exploit: number, changed: boolean): number {
  return impact <= 0 ? 0 : roundUp(Math.min((changed ? 1.08 : 1) * (impact + exploit), 10));
}

/** Appendix A of 3.1: up to one decimal, without the noise of binary fractions. */
function roundUp(value: number): number {
  const scaled = Math.round(value * 100_000);
  return scaled % 10_000 === 0 ? scaled / 100_000 : (Math.floor(scaled / 10_000) + 1) / 10;
}
