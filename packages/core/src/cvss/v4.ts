import { DEPTH, HIGHEST, MACRO_VECTOR_SCORES } from './v4.data.ts';
import { hasAll, type Metrics, metricTable, parseMetrics } from './vector.ts';

const BASE = ['AV', 'AC', 'AT', 'PR', 'UI', 'VC', 'VI', 'VA', 'SC', 'SI', 'SA'];
const TABLE = metricTable(
  'AV:NALP AC:LH AT:NP PR:NLH UI:NPA VC:HLN VI:HLN VA:HLN SC:HLN SI:HLN SA:HLN E:XAPU CR:XHML IR:XHML AR:XHML MAV:XNALP MAC:XLH MAT:XNP MPR:XNLH MUI:XNPA MVC:XHLN MVI:XHLN MVA:XHLN MSC:XHLN MSI:XSHLN MSA:XSHLN S:XNP AU:XNY R:XAUI V:XDC RE:XLMH U:X,Clear,Green,Amber,Red',
);
/** From severe to harmless: the place in the row is the number of steps. */
const STEPS: Readonly<Record<string, string>> = {
  AV: 'NALP',
  AC: 'LH',
  AT: 'NP',
  PR: 'NLH',
  UI: 'NPA',
  VC: 'HLN',
  VI: 'HLN',
  VA: 'HLN',
  SC: 'SHLN',
  SI: 'SHLN',
  SA: 'SHLN',
  CR: 'HML',
  IR: 'HML',
  AR: 'HML',
};
type Levels = readonly [number, number, number, number, number, number];

/** The part after `CVSS:4.0/`; the order is fixed (FIRST, specification section 7). */
export function parseV4(body: string): Metrics | undefined {
  const metrics = parseMetrics(body, TABLE, { ordered: true });
  return metrics !== undefined && hasAll(metrics, BASE) ? metrics : undefined;
}

/** Base score (all other metrics left out), and the score with what else the vector says (section 8). */
export function scoreV4(metrics: Metrics): { readonly base: number; readonly score: number } {
  return { base: score((name) => effective(metrics, name, 'base')), score: score((name) => effective(metrics, name, 'all')) };
}

type Value = (name: string) => string;

/** What is not defined counts as the worst. */
function effective(metrics: Metrics, name: string, which: 'base' | 'all'): string {
  const own = metrics.get(name) ?? 'X';
  const given = which === 'all' ? [metrics.get(`M${name}`), own] : [BASE.includes(name) ? own : 'X'];
  const value = given.find((candidate) => candidate !== undefined && candidate !== 'X');
  return value ?? (name === 'E' ? 'A' : 'H');
}

function score(value: Value): number {
  if (['VC', 'VI', 'VA', 'SC', 'SI', 'SA'].every((name) => value(name) === 'N')) return 0;
  const levels = levelsOf(value);
  const top = scoreOfLevels(levels) as number;
  const [one, two, three, four, , six] = levels;
  const parts = [
    { lower: lowered(levels, 0), at: distance(HIGHEST.eq1[one] ?? [], value) / (DEPTH.eq1[one] ?? 1) },
    { lower: lowered(levels, 1), at: distance(HIGHEST.eq2[two] ?? [], value) / (DEPTH.eq2[two] ?? 1) },
    { lower: lowerOfThreeAndSix(levels), at: distance(HIGHEST.eq36[three]?.[six] ?? [], value) / (DEPTH.eq36[three]?.[six] ?? 1) },
    { lower: lowered(levels, 3), at: distance(HIGHEST.eq4[four] ?? [], value) / (DEPTH.eq4[four] ?? 1) },
    { lower: lowered(levels, 4), at: 0 },
  ].filter((part) => part.lower !== undefined);
  const drops = parts.map((part) => (top - (part.lower as number)) * part.at);
  const mean = drops.length === 0 ? 0 : drops.reduce((sum, drop) => sum + drop, 0) / drops.length;
  return Math.round((Math.min(10, Math.max(0, top - mean)) + 1e-6) * 10) / 10;
}

function levelsOf(value: Value): Levels {
  const is = (name: string, wanted: string) => value(name) === wanted;
  const open = Number(is('AV', 'N')) + Number(is('PR', 'N')) + Number(is('UI', 'N'));
  const high = (name: string) => is(name, 'H');
  return [
    open === 3 ? 0 : open > 0 && !is('AV', 'P') ? 1 : 2,
    is('AC', 'L') && is('AT', 'N') ? 0 : 1,
    high('VC') && high('VI') ? 0 : high('VC') || high('VI') || high('VA') ? 1 : 2,
    is('SI', 'S') || is('SA', 'S') ? 0 : high('SC') || high('SI') || high('SA') ? 1 : 2,
    'APU'.indexOf(value('E')),
    (high('CR') && high('VC')) || (high('IR') && high('VI')) || (high('AR') && high('VA')) ? 0 : 1,
  ];
}

function scoreOfLevels([one, two, three, four, five, six]: Levels): number | undefined {
  const cell = MACRO_VECTOR_SCORES[`${one}${two}${three}`]?.split(' | ')[four]?.split(' ')[five]?.split('/');
  const text = three === 2 ? (six === 1 ? cell?.[0] : undefined) : cell?.[six];
  return text === undefined ? undefined : Number(text);
}

function lowered(levels: Levels, place: number): number | undefined {
  return scoreOfLevels(levels.map((level, index) => (index === place ? level + 1 : level)) as unknown as Levels);
}

/** EQ3 and EQ6 depend on each other: the next lower of both is the better of the two ways down, where there are two. */
function lowerOfThreeAndSix(levels: Levels): number | undefined {
  const [, , three, , , six] = levels;
  if (six === 1) return lowered(levels, 2);
  const bySix = lowered(levels, 5);
  if (three === 1) return bySix;
  const byThree = lowered(levels, 2);
  return bySix === undefined || byThree === undefined ? (bySix ?? byThree) : Math.max(bySix, byThree);
}

/** Steps from the first of the highest vectors that is nowhere below this one. */
function distance(highest: readonly string[], value: Value): number {
  for (const vector of highest) {
    const steps = vector.split(' ').map((metric) => {
      const [name = '', top = ''] = metric.split(':');
      const row = STEPS[name] ?? '';
      return row.indexOf(value(name)) - row.indexOf(top);
    });
    if (steps.every((step) => step >= 0)) return steps.reduce((sum, step) => sum + step, 0);
  }
  return 0;
}
