import type { CrashPoint } from './estate.ts';

/** What makes the program pass by: a submitted document, or other advisories. */
export type Stimulus = 'submission' | 'advisories';

export interface NamedPoint extends Omit<CrashPoint, 'kill'> {
  readonly name: string;
  /** Which process watches for the statement. */
  readonly in: 'api' | 'worker';
  readonly dies: 'itself' | 'postgres';
  readonly on: Stimulus;
}

const CLAIMED = '^with recursive accounts';
const SCAN = 'insert into inventory';
const EVALUATION = 'ev_hit|ev_change';

/** The moments at which something was half done, by the statement that makes them. A point that is never reached fails its test. */
export const SUBMISSION_POINTS: readonly NamedPoint[] = [
  {
    name: 'a submission is received, its job not yet written',
    in: 'api',
    dies: 'itself',
    on: 'submission',
    side: 'before',
    statement: '^insert into job',
  },
  {
    name: 'a submission is written, not yet committed',
    in: 'api',
    dies: 'itself',
    on: 'submission',
    side: 'before',
    statement: '^commit',
    after: 'insert into job',
  },
  {
    name: 'a submission is committed, not yet acknowledged',
    in: 'api',
    dies: 'itself',
    on: 'submission',
    side: 'after',
    statement: '^commit',
    after: 'insert into job',
  },
  {
    name: 'PostgreSQL dies as a submission is committed',
    in: 'api',
    dies: 'postgres',
    on: 'submission',
    side: 'before',
    statement: '^commit',
    after: 'insert into job',
  },
  { name: 'a job is claimed', in: 'worker', dies: 'itself', on: 'submission', side: 'after', statement: CLAIMED },
  {
    name: 'new packages are in the dictionary',
    in: 'worker',
    dies: 'itself',
    on: 'submission',
    side: 'after',
    statement: 'insert into package ',
  },
  { name: 'the inventory is written', in: 'worker', dies: 'itself', on: 'submission', side: 'after', statement: SCAN },
  {
    name: 'findings are opened, their packages not yet written',
    in: 'worker',
    dies: 'itself',
    on: 'submission',
    side: 'after',
    statement: 'insert into finding ',
  },
  {
    name: 'events are written',
    in: 'worker',
    dies: 'itself',
    on: 'submission',
    side: 'after',
    statement: 'insert into finding_event',
    after: SCAN,
  },
  {
    name: 'a scan is whole, not yet committed',
    in: 'worker',
    dies: 'itself',
    on: 'submission',
    side: 'before',
    statement: '^commit',
    after: SCAN,
  },
  {
    name: 'a scan is committed, nobody knows yet',
    in: 'worker',
    dies: 'itself',
    on: 'submission',
    side: 'after',
    statement: '^commit',
    after: SCAN,
  },
  {
    name: 'PostgreSQL dies as a scan is committed',
    in: 'worker',
    dies: 'postgres',
    on: 'submission',
    side: 'before',
    statement: '^commit',
    after: SCAN,
  },
];

export const EVALUATION_POINTS: readonly NamedPoint[] = [
  {
    name: 'an evaluation has begun',
    in: 'worker',
    dies: 'itself',
    on: 'advisories',
    side: 'after',
    statement: 'update progress p set fence',
  },
  {
    name: 'a part of an evaluation is written, not yet committed',
    in: 'worker',
    dies: 'itself',
    on: 'advisories',
    side: 'before',
    statement: '^commit',
    after: 'insert into finding_event',
  },
  {
    name: 'a part of an evaluation is committed, the rest not',
    in: 'worker',
    dies: 'itself',
    on: 'advisories',
    side: 'after',
    statement: '^commit',
    after: 'insert into finding_event',
  },
  {
    name: 'an evaluation is done, not yet recorded as done',
    in: 'worker',
    dies: 'itself',
    on: 'advisories',
    side: 'before',
    statement: '^update progress set revision',
  },
  {
    name: 'PostgreSQL dies in the middle of an evaluation',
    in: 'worker',
    dies: 'postgres',
    on: 'advisories',
    side: 'after',
    statement: EVALUATION,
    nth: 3,
  },
  {
    name: 'events are sent, their receipt not yet recorded',
    in: 'worker',
    dies: 'itself',
    on: 'submission',
    side: 'before',
    statement: '^update progress set seq',
  },
  {
    name: 'the receipt of events is not yet committed',
    in: 'worker',
    dies: 'itself',
    on: 'submission',
    side: 'before',
    statement: '^commit',
    after: 'update progress set seq',
  },
  {
    name: 'PostgreSQL dies as the receipt of events is committed',
    in: 'worker',
    dies: 'postgres',
    on: 'submission',
    side: 'before',
    statement: '^commit',
    after: 'update progress set seq',
  },
];
