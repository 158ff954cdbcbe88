import { memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAccount } from '../accounts/directory.ts';
import { ensureAccount } from '../accounts/settings.ts';
import { advisory, estateOf, image, memoryBlobs } from '../findings/write/testdata/estate.ts';
import { type Answer, type BuiltOperation, builtOperations, type Caller, callerFor } from '../http/testdata/built-operations.ts';
import { recipeOf } from '../http/testdata/recipes.ts';
import { fits, inputWith, textMembers } from '../http/testdata/sample-input.ts';
import { startTestService, type TestService } from '../http/testdata/start-service.ts';
import type { Revision } from '../revisions/revisions.ts';
import { clusterOf, digestOf, RunningEstate, runs } from '../running/testdata/running-estate.ts';
import type { ServerDependencies } from './context.ts';

/** B's account, an account of the same organisation, and one that has nothing to do with it. */
const B = 222_222_222_222;
const SIBLING = 111_111_111_111;
const OUTSIDER = 333_333_333_333;
/** In every name that B's data has: where it appears in another's answer, something leaked. */
const CANARY = 'canary-of-b';

let service: TestService;
let built: BuiltOperation[];
const revisions = memoryRevisions();
/** What names something of B, and nothing else in this database. */
let ids: readonly string[];

beforeAll(async () => {
  const blobs = memoryBlobs();
  const info = { revision: 'r', builtAt: '2026-11-01T00:00:00Z', records: 1, sources: [] };
  const opened = {
    open: async (revision: Revision) => {
      const database = await revisions.open(revision);
      return database && (Object.assign(Object.create(database), { info }) as never);
    },
  };
  const sealing = { account: 0, rotate: async () => 1 };
  const dependencies = { blobs, revisions: opened as unknown as ServerDependencies['revisions'], startedAt: new Date(), sealing };
  service = await startTestService({ now: Date.now, dependencies });
  built = await builtOperations();
  const { db } = service;
  for (const account of [B, SIBLING]) {
    await createAccount(db.api, { management: 0, name: `team-${account}`, account, actor: 'test', now: new Date() });
  }
  await ensureAccount(db.api, OUTSIDER, 'outsider');
  await revisions.publish(db.worker, [advisory('CVE-2026-1', 'a', '2.0.0')]);
  const estate = estateOf(db, revisions);
  await estate.scan(B, image(`${CANARY}/app`, ['a@1.0.0', 'b@1.0.0']));
  await estate.scan(SIBLING, image('sibling/app', ['a@1.0.0']));
  await estate.scan(OUTSIDER, image('outsider/app', ['a@1.0.0']));
  for (const account of [B, SIBLING, OUTSIDER]) await runSomething(account);
  ids = await idsOf(await callerFor(service, { account: B, role: 'admin' }));
});
afterAll(() => service?.stop());

/** In B's cluster runs what is known, and something that is not. */
async function runSomething(account: number): Promise<void> {
  const own = account === B ? CANARY : `of-${account}`;
  const estate = new RunningEstate(service.db);
  estate.now = Date.now();
  const rest = { namespace: own, workload: own, lastSeen: estate.now };
  await estate.snapshot(account, clusterOf(own), [runs(`${own}/app`, `${own}/app@${digestOf('a')}`, rest), runs(`${own}/other`, '', rest)]);
}

const REMOVES = /^(Delete|Close|Disable|Disassociate|Cancel|Reset|Untag)/;
const ID =
  /arn:aws[\w:/.@-]*\w|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|\bAKIA[A-Z2-7]{16}\b|\b[0-9a-f]{32}\b|canary-of-b[\w/.-]*/g;

/** B makes one of everything and reads it all: what its answers name, and it did not ask with, others must not get anywhere with. */
async function idsOf(call: Caller): Promise<string[]> {
  const kinds = new Map<string, string[]>([['account', [String(B)]]]);
  const makes = built.filter((one) => !REMOVES.test(one.name)).map((one) => ({ one, input: recipeOf(one, named) }));
  const asked = JSON.stringify(makes.map(({ input }) => input));
  for (const pass of [makes, makes]) {
    for (const { one, input } of pass) {
      const answer = await call(one, input);
      const found = answer.status < 400 ? [...answer.text.matchAll(ID)].map(([id]) => id) : [];
      for (const id of found.filter((text) => text === CANARY || !asked.includes(text))) {
        const kind = id.replace(/[0-9a-f]{4,}/g, '#').replace(/AKIA.*/, 'key');
        const known = kinds.get(kind) ?? [];
        if (known.length < 2 && !known.includes(id)) kinds.set(kind, [...known, id]);
      }
    }
  }
  return [...kinds.values()].flat();
}

function named(member: string): string | undefined {
  return /^(?!bucket).*(name|title|description|reason|comment|owner)/i.test(member) ? CANARY : undefined;
}

/** Every row of B in every table with an account, as one hash a table; but of what B itself read, which is written down later. */
async function stateOfB(): Promise<Record<string, string>> {
  const tables = await service.db.owner.query<{ name: string }>(
    `select c.relname as name from pg_attribute a join pg_class c on c.oid = a.attrelid where a.attname = 'account'
       and c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace`,
  );
  const state: Record<string, string> = {};
  for (const { name } of tables.rows.filter((table) => table.name !== 'audit_record')) {
    const text = `select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as rows from ${name} t where account = $1`;
    state[name] = (await service.db.owner.query<{ rows: string }>(text, [B])).rows[0]!.rows;
  }
  return state;
}

interface Try {
  readonly one: BuiltOperation;
  readonly input: unknown;
}

/** Every id of B in every text that takes it; where any text goes, the ids that most things are found by. */
function triesOf(one: BuiltOperation): Try[] {
  const { model, operation } = one;
  const tries: Try[] = [];
  if (operation.input === undefined) return tries;
  for (const { path, shape } of textMembers(model, operation.input)) {
    const naming = /(id|ids|arn|arns|key|keys|account|accounts|token|name)$/i.test(path.filter((step) => step !== '*').at(-1) ?? '');
    for (const id of ids.filter((text) => (naming || COMMON.test(text)) && fits(model, shape, text))) {
      const input = inputWith(model, operation.input, { path, value: id });
      if (fits(model, operation.input, input)) tries.push({ one, input });
    }
  }
  return tries;
}
const COMMON = /^(222222222222|canary-of-b\/app)$/;

/** What an answer says of B beyond what the caller knew when it asked. */
function leaked(answer: Answer, asked: string): string[] {
  return [CANARY, ...ids].filter((id) => id.length >= 12 && answer.text.includes(id) && !asked.includes(id));
}

test('B has something of every kind that is asked for', () => {
  const kinds = ['arn:aws:inspector2:us-east-1:222222222222:finding/', 'repository/', '/filter/', 'sink/', ':cluster/', 'AKIA', CANARY];
  expect(kinds.filter((kind) => !ids.some((id) => id.includes(kind)))).toEqual([]);
});

/** Reads come first: what a caller wrote itself, it reads again. */
const READS = /^(Get|List|Batch|Describe|Search|Explain|Export|Scan)/;

test.each([
  ['an account of the same organisation', SIBLING],
  ['an outsider', OUTSIDER],
])('%s gets nothing of B out of any operation, and changes nothing of it', { timeout: 300_000 }, async (_who, account) => {
  const call = await callerFor(service, { account, role: 'admin' });
  const before = await stateOfB();
  const problems = new Set<string>();
  const reached = new Set<BuiltOperation>();
  let sent = '';
  const attempt = async ({ one, input }: Try): Promise<void> => {
    const text = JSON.stringify(input);
    sent += text;
    const answer = await call(one, input);
    if (answer.status < 400 || !answer.text.includes('ValidationException')) reached.add(one);
    if (answer.status >= 500) problems.add(`${one.name} ${answer.status} for ${text.slice(0, 200)}`);
    // An audit record, and what a write gives back, tell a caller what it wrote before.
    const known = one.name.includes('Audit') || !READS.test(one.name) ? sent : text;
    for (const leak of leaked(answer, known)) problems.add(`${one.name} tells ${leak} for ${text.slice(0, 200)}`);
  };
  const ordered = [...built.filter((one) => READS.test(one.name)), ...built.filter((one) => !READS.test(one.name))];
  for (const one of ordered) await attempt({ one, input: recipeOf(one) });
  for (const one of ordered) {
    const queue = triesOf(one);
    const work = async (): Promise<void> => {
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) await attempt(next);
    };
    await Promise.all([work(), work(), work(), work()]);
    if (!reached.has(one)) problems.add(`${one.service} ${one.name} has no valid input: add one to RECIPES`);
  }
  expect([...problems]).toEqual([]);
  expect(await stateOfB()).toEqual(before);
});
