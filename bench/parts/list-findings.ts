import { DATE_FIELDS, type FindingCriteria, NUMBER_FIELDS, STRING_FIELDS } from '@assay/core/filter/criteria.ts';
import { withAccounts } from '@assay/server/db/pool.ts';
import { findingArns } from '@assay/server/findings/arn.ts';
import { type CompiledCriteria, compileCriteria } from '@assay/server/findings/list/compile.ts';
import { findPage, type PageRow, type ReadAs } from '@assay/server/findings/list/page.ts';
import { type Position, SORTS, type SortField } from '@assay/server/findings/list/sorts.ts';
import type pg from 'pg';

/** The grid filter field × sort field × order × page 1, 100 and last, as the api role, all accounts. */
export interface GridResult {
  readonly cells: number;
  /** Statements whose plan read a whole findings table; only when plans are watched. */
  readonly sequentialScans: readonly string[];
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
  /** Share of cells over 50 ms, and each of them by name. */
  readonly slowShare: number;
  readonly slow: readonly string[];
  /** `select 1` under the same role and transaction in the same run: the floor of any page. */
  readonly reference: number;
}

const PAGE = 100;
export const arns = findingArns(Buffer.alloc(32, 3), 'us-east-1');
const day = 86_400_000;
const NOW = Date.UTC(2026, 10, 1);

/** One everyday criterion for every field; fields of resources that the estate does not hold match nothing. */
function criterionOf(field: string): FindingCriteria {
  const values: Readonly<Record<string, string>> = {
    findingArn: arns.format(1, 1),
    awsAccountId: '000000000007',
    findingType: 'PACKAGE_VULNERABILITY',
    severity: 'CRITICAL',
    findingStatus: 'ACTIVE',
    title: 'CVE-2021-1',
    resourceType: 'AWS_ECR_CONTAINER_IMAGE',
    resourceId: 'arn:aws:ecr:us-east-1:000000000003:',
    ecrImageArchitecture: 'arm64',
    ecrImageRegistry: 'registry-3.example',
    ecrImageRepositoryName: 'team-7/service-7',
    ecrImageTags: 'v7',
    ecrImageHash: 'sha256:00',
    vulnerabilityId: 'CVE-2015-10012',
    vulnerabilitySource: 'debian',
    vendorSeverity: 'HIGH',
    relatedVulnerabilities: 'GHSA-12',
    fixAvailable: 'YES',
    exploitAvailable: 'YES',
    cloudProvider: 'AWS',
    cloudProviderRegion: 'us-east-1',
    cloudProviderAccountId: '000000000009',
  };
  const prefixed = ['title', 'resourceId', 'ecrImageHash'];
  if ((STRING_FIELDS as readonly string[]).includes(field)) {
    return { [field]: [{ comparison: prefixed.includes(field) ? 'PREFIX' : 'EQUALS', value: values[field] ?? 'none' }] };
  }
  if ((DATE_FIELDS as readonly string[]).includes(field))
    return { [field]: [{ startInclusive: NOW - 90 * day, endInclusive: NOW - 30 * day }] };
  if ((NUMBER_FIELDS as readonly string[]).includes(field)) return { [field]: [{ lowerInclusive: field === 'epssScore' ? 0.5 : 7 }] };
  if (field === 'resourceTags') return { resourceTags: [{ comparison: 'EQUALS', key: 'team' }] };
  if (field === 'portRange') return { portRange: [{ beginInclusive: 1, endInclusive: 100 }] };
  return { vulnerablePackages: [{ name: { comparison: 'EQUALS', value: 'deb-package-20' } }] };
}

export const GRID_FIELDS = ['none', ...STRING_FIELDS, ...DATE_FIELDS, ...NUMBER_FIELDS, 'resourceTags', 'portRange', 'vulnerablePackages'];

export interface GridOptions {
  /** Every how many-th combination of field, sort and order. */
  readonly everyNth: number;
  readonly watchPlans: boolean;
}

interface Grid {
  readonly readAs: ReadAs;
  readonly times: { readonly name: string; readonly ms: number }[];
  /** What the cell being measured is called, for the plan watcher. */
  current: string;
}

export async function benchListFindings(api: pg.Pool, accounts: readonly number[], options: GridOptions): Promise<GridResult> {
  const scans: string[] = [];
  const grid: Grid = {
    times: [],
    current: '',
    readAs: (visible, read) =>
      withAccounts(api, visible, (tx) => read(options.watchPlans ? watchPlans(tx, (plan) => scans.push(`${grid.current}: ${plan}`)) : tx)),
  };
  let n = 0;
  for (const field of GRID_FIELDS) {
    const criteria = compileCriteria(field === 'none' ? {} : criterionOf(field), { accounts, region: 'us-east-1', arns });
    for (const sortField of Object.keys(SORTS) as SortField[]) {
      for (const descending of [true, false]) {
        if (n++ % options.everyNth === 0) await measureCell(grid, criteria, { field, sortField, descending });
      }
    }
  }
  return { ...summary(grid.times), sequentialScans: scans, reference: await floor(api, accounts) };
}

interface Cell {
  readonly field: string;
  readonly sortField: SortField;
  readonly descending: boolean;
}

/** Pages 1, 100 and last; the places of the later ones are found outside the measurement. */
async function measureCell(grid: Grid, criteria: CompiledCriteria, { field, sortField, descending }: Cell): Promise<void> {
  const sort = SORTS[sortField];
  const page = (limit: number, order: boolean, after?: Position): Promise<PageRow[]> =>
    findPage({ criteria, sort, descending: order, limit, ...(after === undefined ? {} : { after }) }, grid.readAs);
  const measure = async (name: string, after?: Position): Promise<void> => {
    grid.current = `${field} × ${sortField} ${descending ? 'desc' : 'asc'} × ${name}`;
    const start = performance.now();
    await page(PAGE, descending, after);
    grid.times.push({ name: grid.current, ms: performance.now() - start });
  };
  await measure('page 1');
  grid.current += ' (looking for page 100)';
  const before100 = (await page(99 * PAGE, descending)).at(-1);
  await measure('page 100', before100);
  grid.current += ' (looking for the last page)';
  // Rows without the key come last in both orders, so the last page is found among them, if there are any.
  const beyond: Position = { key: null, holder: descending ? -1 : Number.MAX_SAFE_INTEGER, id: descending ? -1 : Number.MAX_SAFE_INTEGER };
  const keyless = sort.key?.nullable === true ? await page(PAGE + 1, !descending, beyond) : [];
  const beforeLast = keyless.length > 0 ? keyless.at(-1) : (await page(PAGE + 1, !descending)).at(-1);
  await measure('last page', beforeLast);
}

/** A client that asks for the plan of each statement before running it. */
function watchPlans(tx: pg.ClientBase, found: (plan: string) => void): pg.ClientBase {
  const query = async (text: string, values?: unknown[]): Promise<unknown> => {
    if (/^\s*(select [fir]\.|with )/.test(text)) {
      const { rows } = await tx.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`explain (format json) ${text}`, values);
      for (const node of nodesOf(rows[0]!['QUERY PLAN'][0].Plan)) {
        const table = node['Relation Name'] ?? '';
        if (node['Node Type'] === 'Seq Scan' && ['finding', 'finding_package'].includes(table)) found(`sequential scan of ${table}`);
      }
    }
    return values === undefined ? tx.query(text) : tx.query(text, values);
  };
  return { query } as unknown as pg.ClientBase;
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly PlanNode[];
}

function* nodesOf(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const below of node.Plans ?? []) yield* nodesOf(below);
}

function summary(times: readonly { readonly name: string; readonly ms: number }[]): Omit<GridResult, 'reference' | 'sequentialScans'> {
  const sorted = times.map((t) => t.ms).sort((a, b) => a - b);
  const at = (q: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0;
  const slow = times.filter((t) => t.ms > 50).sort((a, b) => b.ms - a.ms);
  return {
    cells: times.length,
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    max: sorted.at(-1) ?? 0,
    slowShare: slow.length / times.length,
    slow: slow.map((t) => `${t.name}: ${t.ms.toFixed(0)} ms`),
  };
}

async function floor(api: pg.Pool, accounts: readonly number[]): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 50; i++) {
    const start = performance.now();
    await withAccounts(api, accounts, (tx) => tx.query('select 1'));
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[25] ?? 0;
}
