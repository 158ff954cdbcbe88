import { FINDING_STATUS } from '@assay/core/finding.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withAccounts } from '../../db/pool.ts';
import { EVENT_KIND } from '../write/event-kind.ts';
import { countDays, type FindingDay, fillDays, readDays } from './days.ts';
import { remediationTimes, topMovers } from './movements.ts';

/** Lives of findings made at random, each step with its event, and the counts that a person with a pencil would get from them. */
const { ACTIVE, SUPPRESSED, CLOSED } = FINDING_STATUS;
const DAY = 86_400_000;
const START = Date.parse('2026-03-01T00:00:00Z');
const DAYS = 40;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const dates = Array.from({ length: DAYS }, (_, n) => dayOf(START + n * DAY));

interface Step {
  readonly at: number;
  readonly kind: number;
  readonly status: number;
  readonly severity: number;
}
interface Life {
  readonly account: number;
  readonly id: number;
  readonly steps: readonly Step[];
}

function makeLives(): Life[] {
  const lives = fc.sample(
    fc.record({
      account: fc.constantFrom(1, 2),
      waits: fc.array(fc.integer({ min: 1, max: 9 * DAY }), { minLength: 1, maxLength: 9 }),
      choices: fc.array(fc.nat(), { minLength: 9, maxLength: 9 }),
    }),
    { seed: 7, numRuns: 600 },
  );
  return lives.map(({ account, waits, choices }, n) => {
    let at = START;
    const steps: Step[] = [];
    for (const [i, wait] of waits.entries()) {
      at += wait;
      if (at >= START + DAYS * DAY) break;
      const choice = choices[i]!;
      const last = steps.at(-1);
      const severity = last === undefined || choice % 3 === 0 ? choice % 6 : last.severity;
      steps.push({ at, severity, ...nextState(last?.status, choice) });
    }
    return { account, id: n + 1, steps };
  });
}

function nextState(status: number | undefined, choice: number): { kind: number; status: number } {
  if (status === undefined) return { kind: EVENT_KIND.OPENED, status: choice % 5 === 0 ? SUPPRESSED : ACTIVE };
  if (status === CLOSED) return { kind: EVENT_KIND.REOPENED, status: ACTIVE };
  if (choice % 4 === 0) return { kind: EVENT_KIND.CLOSED, status: CLOSED };
  if (choice % 4 === 1) return { kind: EVENT_KIND.CHANGED, status };
  return status === ACTIVE ? { kind: EVENT_KIND.SUPPRESSED, status: SUPPRESSED } : { kind: EVENT_KIND.UNSUPPRESSED, status: ACTIVE };
}

const lives = makeLives().filter((life) => life.steps.length > 0);

function expected(account: number): Map<string, Omit<FindingDay, 'account' | 'day' | 'severity'>> {
  const counts = new Map<string, { active: number; suppressed: number; opened: number; closed: number }>();
  const of = (day: string, severity: number) => {
    const key = `${day} ${severity}`;
    const found = counts.get(key) ?? { active: 0, suppressed: 0, opened: 0, closed: 0 };
    counts.set(key, found);
    return found;
  };
  for (const { steps } of lives.filter((life) => life.account === account)) {
    for (const day of dates) {
      const last = steps.filter((step) => dayOf(step.at) <= day).at(-1);
      if (last?.status === ACTIVE) of(day, last.severity).active++;
      if (last?.status === SUPPRESSED) of(day, last.severity).suppressed++;
    }
    for (const [i, step] of steps.entries()) {
      const before = steps[i - 1];
      const opens = step.kind === EVENT_KIND.OPENED || step.kind === EVENT_KIND.REOPENED;
      if (opens && step.status === ACTIVE) of(dayOf(step.at), step.severity).opened++;
      if (step.kind === EVENT_KIND.CLOSED && before?.status === ACTIVE) of(dayOf(step.at), before.severity).closed++;
    }
  }
  return counts;
}

const changed = (before: number | undefined, after: number) => (before === after ? undefined : [before ?? null, after]);

async function insertLives(db: TestDatabase): Promise<void> {
  await db.owner.query(
    `insert into issue (id, kind, name, source, doc, revision) overriding system value select n, 1, 'CVE-2026-' || n, 's', '{}', 1 from generate_series(0, 9) n`,
  );
  for (const account of [1, 2]) {
    await db.owner.query(
      `insert into resource (account, id, kind, arn, scan_status, scan_reason, repository) overriding system value
       select $1, n, 2, 'arn' || n, 1, 1, 'team/' || n % 3 from generate_series(0, 600) n`,
      [account],
    );
  }
  const findings = lives.map(({ account, id, steps }) => {
    const last = steps.at(-1)!;
    const closedAt = last.status === CLOSED ? new Date(last.at) : null;
    return {
      account,
      id,
      resource: id,
      issue: id % 10,
      status: last.status,
      severity: last.severity,
      first_at: new Date(steps[0]!.at),
      closed_at: closedAt,
    };
  });
  await db.owner.query(
    `insert into finding (account, id, resource, issue, kind, status, severity, first_at, last_at, updated_at, closed_at) overriding system value
     select account, id, resource, issue, 1, status, severity, first_at, first_at, first_at, closed_at
     from jsonb_to_recordset($1) f(account bigint, id bigint, resource bigint, issue int, status smallint, severity smallint, first_at timestamptz, closed_at timestamptz)`,
    [JSON.stringify(findings)],
  );
  const events = lives.flatMap(({ account, id, steps }) =>
    steps.map((step, i) => {
      const change = { status: changed(steps[i - 1]?.status, step.status), severity: changed(steps[i - 1]?.severity, step.severity) };
      return { account, finding: id, resource: id, at: new Date(step.at), kind: step.kind, change };
    }),
  );
  events.sort((a, b) => a.at.getTime() - b.at.getTime());
  await db.owner.query(
    `insert into finding_event (account, resource, finding, at, kind, actor, change)
     select account, resource, finding, at, kind, 't', change
     from jsonb_to_recordset($1) e(account bigint, resource bigint, finding bigint, at timestamptz, kind smallint, change jsonb)`,
    [JSON.stringify(events)],
  );
}

describe('history of random lives', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
    await insertLives(db);
  });
  afterAll(() => db?.drop());
  const whole = { from: dates[0]!, to: dates.at(-1)! };
  const asMap = (rows: readonly FindingDay[]) =>
    new Map(
      rows.map(({ day, severity, active, suppressed, opened, closed }) => [`${day} ${severity}`, { active, suppressed, opened, closed }]),
    );
  const read = (account: number, days = whole) => withAccounts(db.api, [account], (tx) => readDays(tx, [account], days));

  it('each day counts what was open at its end, and what came and went on it', async () => {
    for (const account of [1, 2]) {
      const counts = asMap(await countDays(db.worker, [account], whole));
      expect(counts).toEqual(expected(account));
    }
    const late = { from: dates[30]!, to: dates[33]! };
    const some = [...expected(1)].filter(([key]) => key.slice(0, 10) >= late.from && key.slice(0, 10) <= late.to);
    expect(asMap(await read(1, late))).toEqual(new Map(some));
  });

  it('stored days and days worked out are the same, however often and from where they are filled', async () => {
    const wanted = expected(1);
    for (const until of [3, 4, 20, 20, 38]) {
      expect(await fillDays(db.worker, dates[until]!)).toBeGreaterThan(0);
      expect(asMap(await read(1))).toEqual(wanted);
    }
    expect(await fillDays(db.worker, dates[10]!)).toBe(0);
    const { rows } = await db.worker.query<{ n: number }>('select count(*) as n from finding_day where account = 2');
    expect(rows[0]!.n).toBeGreaterThan(100);
    expect(await withAccounts(db.api, [2], (tx) => readDays(tx, [1], whole))).toEqual([]);
  });

  it('remediation is told as mean and median of what is gone and was not hidden', async () => {
    const span = { from: new Date(START + 5 * DAY), until: new Date(START + 35 * DAY) };
    const seconds = new Map<number | null, number[]>();
    for (const { account, steps } of lives) {
      const [last, before] = [steps.at(-1)!, steps.at(-2)];
      const inside = last.at >= span.from.getTime() && last.at < span.until.getTime();
      if (account !== 1 || last.status !== CLOSED || before?.status !== ACTIVE || !inside) continue;
      for (const key of [null, last.severity]) seconds.set(key, [...(seconds.get(key) ?? []), (last.at - steps[0]!.at) / 1000]);
    }
    const times = await withAccounts(db.api, [1], (tx) => remediationTimes(tx, [1], span));
    expect(times.map((one) => one.severity)).toEqual([null, ...[5, 4, 3, 2, 1, 0].filter((severity) => seconds.has(severity))]);
    for (const { severity, findings, meanSeconds, medianSeconds } of times) {
      const sorted = seconds.get(severity)!.sort((a, b) => a - b);
      const middle = (sorted[Math.floor((sorted.length - 1) / 2)]! + sorted[Math.ceil((sorted.length - 1) / 2)]!) / 2;
      expect(findings).toBe(sorted.length);
      expect(meanSeconds).toBeCloseTo(sorted.reduce((sum, one) => sum + one) / sorted.length, 0);
      expect(medianSeconds).toBeCloseTo(middle, 0);
    }
    expect(times[0]!.findings).toBeGreaterThan(15);
  });

  it('what moved most comes first', async () => {
    const span = { from: new Date(START), until: new Date(START + DAYS * DAY) };
    const counts = new Map<string, { opened: number; closed: number }>();
    for (const { id, steps } of lives.filter((life) => life.account === 2)) {
      const name = `CVE-2026-${id % 10}`;
      const count = counts.get(name) ?? { opened: 0, closed: 0 };
      counts.set(name, count);
      for (const [i, step] of steps.entries()) {
        if ([EVENT_KIND.OPENED, EVENT_KIND.REOPENED].includes(step.kind as 1) && step.status === ACTIVE) count.opened++;
        if (step.kind === EVENT_KIND.CLOSED && steps[i - 1]?.status === ACTIVE) count.closed++;
      }
    }
    const order = [...counts].sort(([a, x], [b, y]) => {
      const [net, other] = [Math.abs(x.opened - x.closed), Math.abs(y.opened - y.closed)];
      return other - net || y.opened + y.closed - x.opened - x.closed || (a < b ? -1 : 1);
    });
    const movers = await withAccounts(db.api, [2], (tx) => topMovers(tx, [2], { by: 'VULNERABILITY', span, limit: 4 }));
    expect(movers).toEqual(order.slice(0, 4).map(([name, count]) => ({ name, ...count })));
    const repositories = await withAccounts(db.api, [2], (tx) => topMovers(tx, [2], { by: 'REPOSITORY', span, limit: 10 }));
    expect(repositories.map((one) => one.name).sort()).toEqual(['team/0', 'team/1', 'team/2']);
  });
});
