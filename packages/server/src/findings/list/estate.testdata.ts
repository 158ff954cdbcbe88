import { versionParts } from '@assay/core/evr.ts';
import type { FindingFacts, StringField } from '@assay/core/filter/criteria.ts';
import { FINDING_KIND, FINDING_STATUS, FIX_AVAILABLE, RESOURCE_KIND, type ResourceKind } from '@assay/core/finding.ts';
import { PACKAGE_TYPES, type PackageType } from '@assay/core/package-type.ts';
import { SEVERITIES, SEVERITY_CODES, type Severity } from '@assay/core/severity.ts';
import type pg from 'pg';
import { accountDigits } from '../../accounts/identity.ts';
import { findingArns } from '../arn.ts';

/** A small estate with a value in every filter field, the same in memory and in SQL. For tests only. */
export interface Estate {
  readonly accounts: readonly number[];
  readonly issues: readonly Row[];
  readonly packages: readonly EstatePackage[];
  readonly resources: readonly EstateResource[];
  readonly findings: readonly EstateFinding[];
}
type Row = Record<string, unknown> & { readonly id: number };
interface EstatePackage extends Row {
  readonly type: number;
  readonly name: string;
  readonly version: string;
  readonly arch: string | null;
}
interface EstateResource extends Row {
  readonly account: number;
  readonly kind: number;
  readonly places: ReadonlyMap<number, { path: string; layer: string }>;
  readonly tags: readonly { space: number; key: string; value: string }[];
}
export interface EstateFinding extends Row {
  readonly account: number;
  readonly facts: FindingFacts;
  readonly resource: EstateResource;
  readonly issue: Row;
  readonly packages: readonly EstatePackage[];
  readonly columns: Readonly<Record<string, unknown>>;
}

export const TEST_REGION = 'us-east-1';
export const TEST_ARNS = findingArns(Buffer.alloc(32, 1), TEST_REGION);
const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

type Random = <T>(values: readonly T[]) => T;

/** Numbers of a linear congruential generator: the same estate for the same seed, everywhere. */
function random(seed: number): { pick: Random; int: (below: number) => number } {
  let state = seed >>> 0;
  const int = (below: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  return { int, pick: (values) => values[int(values.length)] as never };
}

export function makeEstate(seed: number): Estate {
  const { pick, int } = random(seed);
  const accounts = [1, 123456789012, 999];
  const issues = Array.from({ length: 50 }, (_, n): Row => {
    const network = n % 10 === 9;
    const name = network ? `port-${n}` : pick(['CVE-2024-', 'CVE-2023-', 'GHSA-x-']) + String(1000 + n);
    const aliases = network ? [] : [`GHSA-a-${n % 7}`, `GO-${n % 5}`].slice(0, int(3));
    const title = `${name} - ${pick(['openssl', 'curl', 'zlib', '한글 제목', 'ﬀ😀'])}`;
    return {
      id: n + 1,
      kind: network ? FINDING_KIND.NETWORK_REACHABILITY : FINDING_KIND.PACKAGE_VULNERABILITY,
      name,
      source: pick(['NVD', 'DEBIAN_CVE', 'GITHUB', 'GOVULNDB']),
      vendor_severity: int(6),
      epss: pick([-1, 0, 0.1, 0.5, 0.97, 0.00042].map(Math.fround)),
      exploit: int(3) === 0,
      aliases,
      doc: { title },
    };
  });
  const packages = Array.from({ length: 40 }, (_, n): EstatePackage => {
    const type: PackageType = pick(['deb', 'rpm', 'apk', 'npm', 'golang']);
    const version = pick(['1:3.0.11-1~deb12u2', '2.36-9+deb12u4', '1.2.3', '0:1.0-2.el9', '1.36.1-r5', '4-5-6', '12:x']);
    return {
      id: n + 1,
      type: PACKAGE_TYPES[type].code,
      name: `${pick(['openssl', 'lib', 'curl', '@a/b'])}${n % 9}`,
      version,
      arch: pick([null, 'amd64', 'x86_64']),
    };
  });
  const resources = Array.from({ length: 45 }, (_, n) => makeResource(n, pick(accounts), { pick, int }, packages));
  const findings = Array.from({ length: 700 }, (_, n): EstateFinding => {
    const resource = resources[n % 45] as EstateResource;
    const issue = issues[(Math.floor(n / 45) * 7 + (n % 45)) % 50] as Row;
    return makeFinding(n, { resource, issue, packages }, { pick, int });
  });
  return { accounts, issues, packages, resources, findings };
}

const DETAIL: Readonly<Partial<Record<ResourceKind, readonly string[]>>> = {
  AWS_EC2_INSTANCE: ['ec2InstanceImageId', 'ec2InstanceVpcId', 'ec2InstanceSubnetId'],
  AWS_LAMBDA_FUNCTION: [
    'lambdaFunctionName',
    'lambdaFunctionRuntime',
    'lambdaFunctionExecutionRoleArn',
    'lambdaFunctionLayers',
    'lambdaFunctionLastModifiedAt',
  ],
  CODE_REPOSITORY: ['codeRepositoryProjectName', 'codeRepositoryProviderType'],
  'Microsoft.Compute/virtualMachines': ['cloudProviderOrgId', 'cloudVmImageReference', 'cloudVmNetworkId', 'cloudVmSubnetIds'],
  'Microsoft.ContainerRegistry/registry/containerImage': [
    'cloudImageRepositoryName',
    'cloudImageRegistry',
    'cloudImageDigest',
    'cloudImageArchitecture',
    'cloudImageTags',
    'cloudImagePushedAt',
    'cloudImageLastInUseAt',
    'cloudImageInUseCount',
  ],
  'Microsoft.Web/sites': [
    'cloudServerlessFunctionName',
    'cloudServerlessFunctionRuntime',
    'cloudServerlessFunctionExecutionRole',
    'cloudServerlessFunctionLastModifiedAt',
  ],
};
const KINDS: readonly ResourceKind[] = ['AWS_ECR_CONTAINER_IMAGE', 'AWS_ECR_CONTAINER_IMAGE', ...(Object.keys(DETAIL) as ResourceKind[])];

/** A value for most of the kind's own fields, in the type that the field's name tells. */
function makeDetail(kind: ResourceKind, int: (below: number) => number): Record<string, unknown> {
  const value = (name: string): unknown => {
    if (name.endsWith('At')) return START + int(40) * DAY;
    if (name.endsWith('Count')) return int(5);
    return /Layers|Ids|Tags$/.test(name) ? [`${name}-${int(3)}`, `${name}-${int(5)}`] : `${name}-${int(4)}`;
  };
  return Object.fromEntries((DETAIL[kind] ?? []).flatMap((name) => (int(4) === 0 ? [] : [[name, value(name)]])));
}

function makeResource(
  n: number,
  account: number,
  { pick, int }: { pick: Random; int: (below: number) => number },
  packages: readonly EstatePackage[],
): EstateResource {
  const kind: ResourceKind = pick(KINDS);
  const image = kind === 'AWS_ECR_CONTAINER_IMAGE';
  const detail = makeDetail(kind, int);
  const tags = [
    ...(image
      ? Array.from({ length: int(3) }, (_, i) => ({
          space: 1,
          key: 'tag',
          value: pick(['latest', 'v1', 'v1.2']) + (i === 0 ? '' : `-${i}`),
        }))
      : []),
    ...Array.from({ length: int(3) }, (_, i) => ({
      space: 2,
      key: pick(['team', 'env']) + (i === 0 ? '' : i),
      value: pick(['a', 'prod', '']),
    })),
  ];
  return {
    id: n + 1,
    account,
    kind: RESOURCE_KIND[kind],
    arn: image ? `arn:aws:ecr:us-east-1:${accountDigits(account)}:repository/r${n % 6}/sha256:${String(n).padStart(64, '0')}` : `i-${n}`,
    registry: image ? pick(['registry.local', 'ghcr.io']) : null,
    repository: image ? `team/r${n % 6}` : null,
    digest: image ? `sha256:${String(n).padStart(64, '0')}` : null,
    arch: pick(['amd64', 'arm64', null]),
    platform: pick(['DEBIAN_12', 'ALPINE_3_20', null]),
    pushed_at: image && int(4) > 0 ? new Date(START + int(30) * DAY) : null,
    last_in_use_at: int(2) === 0 ? new Date(START + int(30) * DAY) : null,
    in_use_count: int(4),
    detail,
    tags,
    places: new Map(
      packages.map((p) => [
        p.id,
        { path: pick(['var/lib/dpkg/status', 'app/node_modules/x/package.json', 'bin/tool']), layer: `sha256:layer${int(3)}` },
      ]),
    ),
  };
}

function makeFinding(
  n: number,
  from: { resource: EstateResource; issue: Row; packages: readonly EstatePackage[] },
  { pick, int }: { pick: Random; int: (below: number) => number },
): EstateFinding {
  const { resource, issue } = from;
  const severity: Severity = pick(SEVERITIES);
  const network = issue['kind'] === FINDING_KIND.NETWORK_REACHABILITY;
  const begin = int(1000);
  const columns = {
    kind: issue['kind'] as number,
    status: FINDING_STATUS[pick(['ACTIVE', 'ACTIVE', 'SUPPRESSED', 'CLOSED'] as const)],
    severity: SEVERITY_CODES[severity],
    fix: FIX_AVAILABLE[pick(['NO', 'PARTIAL', 'YES'] as const)],
    score: Math.fround(pick([-1, 0, 3.1, 7.5, 9.8])),
    first_at: new Date(START + int(20) * DAY),
    last_at: new Date(START + 20 * DAY + int(20) * DAY + int(3)),
    updated_at: new Date(START + 30 * DAY + int(20) * DAY),
    detail: {
      ...(network
        ? {
            networkProtocol: pick(['TCP', 'UDP']),
            componentId: ['igw-1', `eni-${int(3)}`],
            componentType: ['IGW', 'ENI'],
            portBegin: begin,
            portEnd: begin + int(100),
          }
        : {}),
      ...(int(3) === 0
        ? {
            codeVulnerabilityDetectorName: `d${int(3)}`,
            codeVulnerabilityDetectorTags: [`t${int(3)}`],
            codeVulnerabilityFilePath: `src/${int(3)}.ts`,
          }
        : {}),
    } as Record<string, unknown>,
  };
  const packages = network ? [] : [...new Set([pick(from.packages), pick(from.packages)])];
  const finding = { id: n + 1, account: resource.account, resource, issue, packages, columns };
  return { ...finding, facts: factsOf(finding) };
}

const nameOf = (codes: Readonly<Record<string, number>>, code: unknown): string =>
  Object.keys(codes).find((name) => codes[name] === code) ?? '';
const epoch = (at: unknown): number | undefined => (at instanceof Date ? at.getTime() : undefined);
const present = <T extends object>(o: T): T => Object.fromEntries(Object.entries(o).filter(([, v]) => v !== null && v !== undefined)) as T;

interface FindingSource {
  readonly id: number;
  readonly account: number;
  readonly resource: EstateResource;
  readonly issue: Row;
  readonly packages: readonly EstatePackage[];
  readonly columns: Readonly<Record<string, unknown>>;
}

function factsOf(f: FindingSource): FindingFacts {
  const { resource: r, issue: i, columns: c } = f;
  const image = r.kind === RESOURCE_KIND.AWS_ECR_CONTAINER_IMAGE;
  const vulnerability = i['kind'] === FINDING_KIND.PACKAGE_VULNERABILITY;
  const detail = c['detail'] as Record<string, never>;
  const own = r['detail'] as Record<string, never>;
  const strings = present({
    ...own,
    ...detail,
    findingArn: TEST_ARNS.format(f.account, f.id),
    awsAccountId: accountDigits(f.account),
    cloudProviderAccountId: accountDigits(f.account),
    cloudProvider: 'AWS',
    cloudProviderRegion: TEST_REGION,
    findingType: nameOf(FINDING_KIND, c['kind']),
    severity: nameOf(SEVERITY_CODES, c['severity']),
    findingStatus: nameOf(FINDING_STATUS, c['status']),
    fixAvailable: nameOf(FIX_AVAILABLE, c['fix']),
    title: (i['doc'] as { title: string }).title,
    resourceType: nameOf(RESOURCE_KIND, r.kind),
    resourceId: r['arn'] as string,
    ecrImageArchitecture: image ? r['arch'] : undefined,
    ecrImageRegistry: r['registry'],
    ecrImageRepositoryName: r['repository'],
    ecrImageHash: r['digest'],
    ecrImageTags: r.tags.filter((t) => t.space === 1).map((t) => t.value),
    vulnerabilityId: vulnerability ? i['name'] : undefined,
    vulnerabilitySource: vulnerability ? i['source'] : undefined,
    vendorSeverity: i['vendor_severity'] === 0 ? undefined : nameOf(SEVERITY_CODES, i['vendor_severity']),
    relatedVulnerabilities: i['aliases'],
    exploitAvailable: i['exploit'] === true ? 'YES' : 'NO',
  }) as Partial<Record<StringField, string | string[]>>;
  const score = c['score'] as number;
  const epss = i['epss'] as number;
  return {
    strings,
    dates: present({
      ...own,
      firstObservedAt: epoch(c['first_at']),
      lastObservedAt: epoch(c['last_at']),
      updatedAt: epoch(c['updated_at']),
      ecrImagePushedAt: image ? epoch(r['pushed_at']) : undefined,
      ecrImageLastInUseAt: image ? epoch(r['last_in_use_at']) : undefined,
    }) as FindingFacts['dates'],
    numbers: present({
      ...own,
      inspectorScore: score < 0 ? undefined : score,
      epssScore: epss < 0 ? undefined : epss,
      ecrImageInUseCount: image ? (r['in_use_count'] as number) : undefined,
    }) as FindingFacts['numbers'],
    resourceTags: new Map(r.tags.filter((t) => t.space === 2).map((t) => [t.key, t.value])),
    ...(detail['portBegin'] === undefined
      ? {}
      : { portRange: { begin: detail['portBegin'], end: detail['portEnd'] as unknown as number } }),
    packages: f.packages.map((p) => {
      const type = (Object.keys(PACKAGE_TYPES) as PackageType[]).find((t) => PACKAGE_TYPES[t].code === p.type) as PackageType;
      const place = r.places.get(p.id);
      return present({
        name: p.name,
        architecture: p.arch ?? undefined,
        filePath: place?.path,
        sourceLayerHash: place?.layer,
        ...versionParts(type, p.version),
      }) as never;
    }),
  };
}

async function insert(db: pg.Pool, table: string, rows: readonly Record<string, unknown>[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  await db.query(
    `insert into ${table} (${columns.join(', ')}) overriding system value select ${columns.join(', ')} from jsonb_populate_recordset(null::${table}, $1)`,
    [JSON.stringify(rows)],
  );
}

export async function insertEstate(db: pg.Pool, estate: Estate): Promise<void> {
  await insert(
    db,
    'account',
    estate.accounts.map((account) => ({ account, name: 'x', state: 1, settings: {} })),
  );
  await db.query(
    `insert into issue (id, kind, name, source, vendor_severity, epss, exploit, aliases, doc, revision) overriding system value
     select id, kind, name, source, vendor_severity, epss, exploit, aliases, doc, 1 from jsonb_populate_recordset(null::issue, $1)`,
    [JSON.stringify(estate.issues)],
  );
  await insert(
    db,
    'package',
    estate.packages.map((p) => ({
      ...p,
      namespace: 'x',
      owner: 0,
      purl: `pkg:x/${p.id}`,
      digest: `\\x${p.id.toString(16).padStart(32, '0')}`,
    })),
  );
  await insert(
    db,
    'inventory',
    estate.resources.map((r) => ({
      account: r.account,
      id: r.id,
      digest: `\\x${r.id.toString(16).padStart(4, '0')}`,
      catalogers: '\\x00',
      packages: estate.packages.map((p) => p.id),
      evidence: '',
      gaps: [],
      created_at: new Date(START),
      paths: estate.packages.map((p) => r.places.get(p.id)?.path),
      layers: estate.packages.map((p) => r.places.get(p.id)?.layer),
    })),
  );
  await insert(
    db,
    'resource',
    estate.resources.map(({ tags, places, ...r }) => ({
      ...r,
      inventory: r.id,
      evaluated: 0,
      fence: 0,
      scan_status: 1,
      scan_reason: 1,
      exposure: 0,
    })),
  );
  await insert(
    db,
    'resource_tag',
    estate.resources.flatMap((r) => [
      ...new Map(r.tags.map((t) => [`${t.space}${t.key}${t.value}`, { account: r.account, resource: r.id, ...t }])).values(),
    ]),
  );
  await insert(
    db,
    'finding',
    estate.findings.map((f) => ({ account: f.account, id: f.id, resource: f.resource.id, issue: f.issue.id, spot: f.id, ...f.columns })),
  );
  await insert(
    db,
    'finding_package',
    estate.findings.flatMap((f) =>
      f.packages.map((p) => ({
        account: f.account,
        finding: f.id,
        package: p.id,
        resource: f.resource.id,
        fixed: null,
        advisory: 'a',
        reason: 1,
      })),
    ),
  );
  await db.query('analyze');
}
