import { DATE_FIELDS, type FindingCriteria, NUMBER_FIELDS, STRING_FIELDS } from '@assay/core/filter/criteria.ts';
import { withAccounts } from '@assay/server/db/pool.ts';
import { findingArns } from '@assay/server/findings/arn.ts';
import { compileCriteria } from '@assay/server/findings/list/compile.ts';
import { findPage, type PageRow } from '@assay/server/findings/list/page.ts';
import { SORTS, type SortField } from '@assay/server/findings/list/sorts.ts';
import type pg from 'pg';

/** ListFindings over the grid filter field × sort field × order × page 1, 100 and last, as the api role, all accounts of the estate. */
export interface GridResult {
  readonly cells: number;
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
const arns = findingArns(Buffer.alloc(32, 3), 'us-east-1');
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

export async function benchListFindings(
  api: pg.Pool,
  accounts: readonly number[],
  options: { readonly everyNth?: number } = {},
): Promise<GridResult> {
  const readAs = <T>(visible: readonly number[], read: (client: pg.ClientBase) => Promise<T>): Promise<T> =>
    withAccounts(api, visible, read);
  const times: { readonly name: string; readonly ms: number }[] = [];
  let n = 0;
  for (const field of GRID_FIELDS) {
    const criteria = compileCriteria(field === 'none' ? {} : criterionOf(field), { accounts, region: 'us-east-1', arns });
    for (const sortField of Object.keys(SORTS) as SortField[]) {
      for (const descending of [true, false]) {
        if (n++ % (options.everyNth ?? 1) !== 0) continue;
        const page = (limit: number, order: boolean, after?: PageRow): Promise<PageRow[]> =>
          findPage({ criteria, sort: SORTS[sortField], descending: order, limit, ...(after === undefined ? {} : { after }) }, readAs);
        const measure = async (name: string, after?: PageRow): Promise<void> => {
          const start = performance.now();
          await page(PAGE, descending, after);
          times.push({ name: `${field} × ${sortField} ${descending ? 'desc' : 'asc'} × ${name}`, ms: performance.now() - start });
        };
        await measure('page 1');
        // The places of page 100 and of the last page, found outside the measurement.
        const before100 = (await page(99 * PAGE, descending)).at(-1);
        await measure('page 100', before100);
        const beforeLast = SORTS[sortField].key?.nullable ? before100 : (await page(PAGE + 1, !descending)).at(-1);
        await measure('last page', beforeLast);
      }
    }
  }
  return { ...summary(times), reference: await floor(api, accounts) };
}

function summary(times: readonly { readonly name: string; readonly ms: number }[]): Omit<GridResult, 'reference'> {
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
