import type { Advisory } from '@assay/core/advisory.ts';
import { matchPackage } from '@assay/match/match.ts';
import { memoryLookup } from '@assay/testkit/memory-lookup.ts';
import { memoryRevisions } from '@assay/testkit/memory-revisions.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluate } from './evaluate.ts';
import { advisory, type Estate, estateOf, image } from './testdata/estate.ts';

type Step =
  | { readonly do: 'publish'; readonly advisories: readonly Advisory[] }
  | { readonly do: 'scan'; readonly account: number; readonly name: string; readonly packages: readonly string[] }
  | { readonly do: 'evaluate'; readonly chunk: number };

const name = fc.constantFrom('a', 'b', 'c', 'd');
const version = fc.constantFrom('1.0.0', '2.0.0', '3.0.0');
const packages = fc.array(fc.tuple(name, version), { maxLength: 5 }).map((list) => [...new Set(list.map(([one, at]) => `${one}@${at}`))]);
const advisories = fc
  .array(fc.tuple(fc.constantFrom('CVE-2026-1', 'CVE-2026-2', 'CVE-2026-3'), name, version), { maxLength: 6 })
  .map((list) => list.map(([id, of, fixed], n) => ({ ...advisory(`T-${id}-${of}-${n}`, of, fixed), aliases: [id] })));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('publish' as const), advisories }),
  fc.record({ do: fc.constant('scan' as const), account: fc.integer({ min: 0, max: 1 }), name: fc.constantFrom('x', 'y'), packages }),
  fc.record({ do: fc.constant('evaluate' as const), chunk: fc.integer({ min: 1, max: 3 }) }),
);

describe('inverted evaluation', () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.drop());

  it('leaves exactly the findings that matching every stored inventory directly would give', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 9 }), async (steps) => {
        await db.owner.query(
          'truncate finding, finding_package, finding_event, resource, resource_tag, inventory, revision, progress, job',
        );
        const revisions = memoryRevisions();
        const estate = estateOf(db, revisions);
        const truth = await play(steps, estate, revisions);
        expect(await held(db)).toEqual(truth);
      }),
      { seed: 20260601, numRuns: 25 },
    );
  });

  async function play(steps: readonly Step[], estate: Estate, revisions: ReturnType<typeof memoryRevisions>): Promise<string[]> {
    // The namespace stays known, or everything would rightly stay as it is.
    const keep = advisory('CVE-2000-1', 'unused', '1.0.0');
    const run = (chunk: number) => evaluate({ pool: db.worker, revisions, ctx: estate.ctx, naming: estate.naming, chunk });
    let current: readonly Advisory[] = [keep];
    const stored = new Map<string, readonly string[]>();
    await revisions.publish(db.worker, current);
    for (const one of steps) {
      if (one.do === 'publish') {
        current = [keep, ...one.advisories];
        await revisions.publish(db.worker, current);
      } else if (one.do === 'scan') {
        await estate.scan(one.account, image(one.name, one.packages));
        stored.set(`${one.account} ${one.name}`, one.packages);
      } else await run(one.chunk);
    }
    await run(2);
    const lookup = memoryLookup(current);
    return [...stored]
      .flatMap(([place, list]) =>
        image('', list).packages.flatMap(({ identity }) =>
          matchPackage(identity, lookup).matches.map(
            (match) => `${place} ${match.vulnerabilityId} ${identity.name}@${identity.version} ${match.fixedIn} ${match.advisory}`,
          ),
        ),
      )
      .sort();
  }
});

async function held(db: TestDatabase): Promise<string[]> {
  const { rows } = await db.worker.query<{ line: string }>(
    `select format('%s %s %s %s@%s %s %s', f.account, r.repository, i.name, p.name, p.version, fp.fixed, fp.advisory) as line
     from finding f join resource r on r.account = f.account and r.id = f.resource join issue i on i.id = f.issue
     join finding_package fp on fp.account = f.account and fp.finding = f.id join package p on p.id = fp.package where f.status = 1`,
  );
  return rows.map((row) => row.line).sort();
}
