import type { FindingCriteria, StringFilter } from '@assay/core/filter/criteria.ts';
import { matchesCriteria, matchesStrings } from '@assay/core/filter/matches.ts';
import { FINDING_KIND, RESOURCE_KIND } from '@assay/core/finding.ts';
import { createTestDatabase, type TestDatabase } from '@assay/testkit/postgres.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { withAccounts } from '../../db/pool.ts';
import { type Estate, type EstateFinding, insertEstate, makeEstate, TEST_ARNS, TEST_REGION } from '../list/estate.testdata.ts';
import { criteriaOf } from '../list/oracle.testdata.ts';
import { type AggregateRequest, type AggregateRow, aggregateFindings, aggregateInHalves } from './aggregate.ts';
import { readGroupFacts } from './facts.ts';
import { type AggregationSort, type AggregationType, type CountColumn, GROUPINGS, SEVERITY_NAMES, SORT_COLUMNS } from './groupings.ts';

const estate: Estate = makeEstate(21);
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase();
  await insertEstate(db.owner, estate);
}, 120_000);
afterAll(async () => db?.drop());

type Asked = Pick<AggregateRequest, 'by' | 'sortBy' | 'descending' | 'criteria' | 'packageNames' | 'layers' | 'operatingSystems'> & {
  readonly accounts?: readonly number[];
};

async function pages({ accounts = estate.accounts, ...asked }: Asked, limit: number): Promise<AggregateRow[]> {
  const rows: AggregateRow[] = [];
  for (;;) {
    const after = rows.at(-1)?.position;
    const request = { ...asked, accounts, region: TEST_REGION, arns: TEST_ARNS, limit, ...(after === undefined ? {} : { after }) };
    const page = await withAccounts(db.api, accounts, (tx) => aggregateFindings(tx, request));
    rows.push(...page);
    if (page.length < limit) return rows;
  }
}

type Key = readonly [holder: number, name: string];
const RESOURCES: Partial<Record<AggregationType, keyof typeof RESOURCE_KIND>> = {
  AWS_ECR_CONTAINER: 'AWS_ECR_CONTAINER_IMAGE',
  AWS_EC2_INSTANCE: 'AWS_EC2_INSTANCE',
  AWS_LAMBDA_FUNCTION: 'AWS_LAMBDA_FUNCTION',
  CODE_REPOSITORY: 'CODE_REPOSITORY',
  VM_INSTANCE: 'Microsoft.Compute/virtualMachines',
  CONTAINER_IMAGE: 'Microsoft.ContainerRegistry/registry/containerImage',
  SERVERLESS_FUNCTION: 'Microsoft.Web/sites',
};

/** The groups a finding is counted in, in plain words. */
function groupsOf({ by, packageNames, layers }: Asked, f: EstateFinding): readonly Key[] {
  const kind = f.resource.kind;
  const distinct = (names: readonly (string | undefined)[], filters: readonly StringFilter[] | undefined): string[] =>
    [...new Set(names)].flatMap((name) => (name !== undefined && matchesStrings(filters, name) ? [name] : []));
  const named = (name: unknown): Key[] => (typeof name === 'string' ? [[0, name]] : []);
  switch (by) {
    case 'ACCOUNT':
      return [[0, '']];
    case 'FINDING_TYPE':
      return [[0, String(FINDING_KIND[f.facts.strings.findingType as keyof typeof FINDING_KIND])]];
    case 'TITLE':
      return [[f.issue.id, '']];
    case 'PACKAGE':
      return distinct(
        f.packages.map((p) => p.name),
        packageNames,
      ).map((name) => [0, name]);
    case 'REPOSITORY':
      return kind === RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE ? named(f.resource['repository']) : [];
    case 'AMI':
      return kind === RESOURCE_KIND.AWS_EC2_INSTANCE ? named((f.resource['detail'] as Record<string, unknown>)['ec2InstanceImageId']) : [];
    case 'IMAGE_LAYER':
    case 'LAMBDA_LAYER': {
      const wanted = by === 'IMAGE_LAYER' ? RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE : RESOURCE_KIND.AWS_LAMBDA_FUNCTION;
      if (kind !== wanted) return [];
      const held = f.packages.map((p) => f.resource.places.get(p.id)?.layer);
      return distinct(held, layers).map((name) => [f.resource['id'] as number, name]);
    }
    default:
      return kind === RESOURCE_KIND[RESOURCES[by] as keyof typeof RESOURCE_KIND] ? [[f.resource['id'] as number, '']] : [];
  }
}

/** Inspector shows what has an exploit or a fix for these alone. */
const WITH_AVAILABLE = ['ACCOUNT', 'FINDING_TYPE', 'CODE_REPOSITORY', 'CONTAINER_IMAGE', 'SERVERLESS_FUNCTION', 'VM_INSTANCE'];

type Counts = Record<CountColumn, number> & { resources: Set<number> };

function expected(asked: Asked): { readonly key: string; readonly counts: Counts }[] {
  const groups = new Map<string, Counts>();
  const { accounts = estate.accounts, criteria, operatingSystems } = asked;
  for (const f of estate.findings) {
    const { strings } = f.facts;
    if (!accounts.includes(f.account) || strings.findingStatus !== 'ACTIVE' || !matchesCriteria(criteria, f.facts)) continue;
    if (!matchesStrings(operatingSystems, (f.resource['platform'] as string | null) ?? undefined)) continue;
    for (const [holder, name] of groupsOf(asked, f)) {
      const key = JSON.stringify([f.account, holder, name]);
      const counts = groups.get(key) ?? ({ resources: new Set() } as Counts);
      const add = (column: CountColumn, one: boolean): void => {
        counts[column] = (counts[column] ?? 0) + Number(one);
      };
      add('n_all', true);
      for (const severity of SEVERITY_NAMES) add(`n_${severity}`, strings.severity === severity.toUpperCase());
      add('n_fix', WITH_AVAILABLE.includes(asked.by) && strings.fixAvailable === 'YES');
      add('n_exploit', WITH_AVAILABLE.includes(asked.by) && strings.exploitAvailable === 'YES');
      add('n_network', /_INSTANCE$/.test(asked.by) && strings.findingType === 'NETWORK_REACHABILITY');
      counts.resources.add(f.resource['id'] as number);
      groups.set(key, counts);
    }
  }
  const affected = (counts: Counts): number =>
    ['ACCOUNT', 'FINDING_TYPE', 'TITLE', 'PACKAGE'].includes(asked.by) ? 0 : counts.resources.size;
  const all = [...groups].map(([key, counts]) => ({ key, counts: { ...counts, n_affected: affected(counts) } }));
  return all.sort((a, b) => inOrder(asked, a, b));
}

function inOrder({ sortBy, descending }: Asked, a: { key: string; counts: Counts }, b: { key: string; counts: Counts }): number {
  for (const column of SORT_COLUMNS[sortBy]) {
    const difference = a.counts[column] - b.counts[column];
    if (difference !== 0) return descending ? -difference : difference;
  }
  const [accountA, holderA, nameA] = JSON.parse(a.key) as [number, number, string];
  const [accountB, holderB, nameB] = JSON.parse(b.key) as [number, number, string];
  return Buffer.compare(Buffer.from(nameA), Buffer.from(nameB)) || holderA - holderB || accountA - accountB;
}

function told(row: AggregateRow): readonly unknown[] {
  const { account, holder, name, counts, fixAvailable, exploitAvailable, networkFindings, affected } = row;
  return [
    JSON.stringify([account, holder, name]),
    counts.all,
    ...SEVERITY_NAMES.map((s) => counts[s]),
    fixAvailable,
    exploitAvailable,
    networkFindings,
    affected,
  ];
}

function tell({ key, counts }: { key: string; counts: Counts }): readonly unknown[] {
  const columns: CountColumn[] = [
    'n_all',
    ...SEVERITY_NAMES.map((s) => `n_${s}` as const),
    'n_fix',
    'n_exploit',
    'n_network',
    'n_affected',
  ];
  return [key, ...columns.map((column) => counts[column])];
}

const types = Object.keys(GROUPINGS) as AggregationType[];
const sorts = Object.keys(SORT_COLUMNS) as AggregationSort[];
const NARROWED: readonly (keyof FindingCriteria)[] = [
  ...(['findingType', 'resourceType', 'title', 'vulnerabilityId', 'resourceId', 'ecrImageRepositoryName', 'ecrImageTags'] as const),
  ...(['ecrImageLastInUseAt', 'ecrImageInUseCount', 'resourceTags', 'ec2InstanceImageId', 'awsAccountId', 'lambdaFunctionName'] as const),
];

describe.each(types)('by %s', (by) => {
  test('counts what is there, page by page, in every order', { timeout: 60_000 }, async () => {
    const count = expected({ by, sortBy: 'ALL', descending: true, criteria: {} }).length;
    expect(count).toBeGreaterThan(0);
    for (const sortBy of sorts) {
      for (const descending of [true, false]) {
        const asked: Asked = { by, sortBy, descending, criteria: {} };
        const rows = await pages(asked, Math.max(2, Math.ceil(count / 4)));
        expect(rows.map(told)).toEqual(expected(asked).map(tell));
      }
    }
  });

  test('narrowed at random', { timeout: 60_000 }, async () => {
    const filter = (values: readonly string[]): fc.Arbitrary<StringFilter[] | undefined> =>
      fc.option(
        fc.array(fc.record({ comparison: fc.constantFrom('EQUALS', 'PREFIX', 'NOT_EQUALS'), value: fc.constantFrom(...values) }), {
          minLength: 1,
          maxLength: 2,
        }),
        { nil: undefined },
      ) as fc.Arbitrary<StringFilter[] | undefined>;
    const names = [...new Set(estate.packages.map((p) => p.name))];
    const asked = fc.record({
      criteria: fc.subarray([...NARROWED], { maxLength: 2 }).chain((fields) => criteriaOf(estate, fields)),
      packageNames: filter([...names, 'lib']),
      layers: filter(['sha256:layer0', 'sha256:layer1', 'sha256:']),
      operatingSystems: filter(['DEBIAN_12', 'ALPINE', 'ALPINE_3_20']),
      accounts: fc.subarray([...estate.accounts], { minLength: 1 }),
      sortBy: fc.constantFrom(...sorts),
      descending: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(asked, async ({ packageNames, layers, operatingSystems, ...rest }) => {
        const one: Asked = {
          ...rest,
          by,
          ...(by === 'PACKAGE' && packageNames !== undefined ? { packageNames } : {}),
          ...(by.endsWith('_LAYER') && layers !== undefined ? { layers } : {}),
          ...(/INSTANCE$/.test(by) && operatingSystems !== undefined ? { operatingSystems } : {}),
        };
        expect((await pages(one, 7)).map(told)).toEqual(expected(one).map(tell));
      }),
      { seed: 29, numRuns: 25 },
    );
  });
});

test('a caller of many accounts gets the same groups from two halves', async () => {
  const many = [...estate.accounts, ...Array.from({ length: 30 }, (_, n) => 5_000 + n)];
  for (const by of types) {
    for (const descending of [true, false]) {
      const request = {
        by,
        sortBy: 'HIGH',
        descending,
        criteria: {},
        accounts: many,
        region: TEST_REGION,
        arns: TEST_ARNS,
        limit: 9,
      } as const;
      const rows = await aggregateInHalves((accounts, read) => withAccounts(db.api, accounts, read), request);
      expect(rows.map(told)).toEqual(expected(request).slice(0, 9).map(tell));
    }
  }
});

test('a page tells of its issues and resources', async () => {
  const facts = async (by: AggregationType) => {
    const rows = await pages({ by, sortBy: 'ALL', descending: true, criteria: {} }, 1000);
    const read = await withAccounts(db.api, estate.accounts, (tx) => readGroupFacts(tx, by, rows));
    return rows.map((row, at) => ({ row, ...read[at] }));
  };
  for (const { row, issue } of await facts('TITLE')) {
    const known = estate.issues.find((one) => one.id === row.holder);
    expect(issue).toMatchObject({ name: known?.['name'], title: (known?.['doc'] as { title: string } | undefined)?.title });
  }
  for (const { row, resource } of await facts('AWS_ECR_CONTAINER')) {
    const known = estate.resources.find((one) => one['id'] === row.holder);
    expect(resource).toMatchObject({ arn: known?.['arn'], digest: known?.['digest'], inUseCount: known?.['in_use_count'] });
    expect(resource?.imageTags).toEqual([...new Set(known?.tags.filter((t) => t.space === 1).map((t) => t.value))].sort());
  }
});
