import { ACCOUNT, NOW, THINGS, VULNERABILITIES } from './console-fake-data.ts';
import { IMAGE_HANDLERS } from './console-fake-images.ts';

/** Answers of the scripted service, in the wire's own shapes. Filters and sorts only as far as the console's tests ask. */
export type Row = Record<string, unknown>;
/** `scanning`: first looks run; `empty`: nothing was looked at; `old`: advisories are 12 days old. */
export type Mode = 'normal' | 'scanning' | 'empty' | 'old';
export interface FakeState {
  findings: Row[];
  sampleGone: boolean;
  signedIn: boolean;
  tokenUsed: boolean;
}
type Filter = {
  comparison?: string;
  value?: string;
  lowerInclusive?: number;
  upperInclusive?: number;
  name?: Filter;
};

export const HANDLERS: Record<string, (body: Row, state: FakeState, mode: Mode) => Row> = {
  ...IMAGE_HANDLERS,
  '/findings/list': (body, state, mode) => {
    const rows =
      mode === 'empty' ? [] : state.findings.filter((row) => matches(row, (body['filterCriteria'] ?? {}) as Record<string, Filter[]>));
    const sort = (body['sortCriteria'] ?? { field: 'SEVERITY', sortOrder: 'DESC' }) as { field: string; sortOrder: string };
    rows.sort((a, b) => compare(a, b, sort.field) * (sort.sortOrder === 'DESC' ? -1 : 1));
    return page(rows, body, 'findings');
  },
  '/findings/aggregation/list': (body, state, mode) => {
    const active = mode === 'empty' ? [] : state.findings.filter((row) => row['status'] === 'ACTIVE');
    if (body['aggregationType'] === 'ACCOUNT') {
      const fix = active.filter((row) => row['fixAvailable'] !== 'NO').length;
      const exploit = active.filter((row) => row['exploitAvailable'] === 'YES').length;
      return {
        aggregationType: 'ACCOUNT',
        responses: [
          {
            accountAggregation: {
              accountId: ACCOUNT,
              severityCounts: counts(active),
              fixAvailableCount: fix,
              exploitAvailableCount: exploit,
            },
          },
        ],
      };
    }
    const request = ((body['aggregationRequest'] as Row | undefined)?.['titleAggregation'] ?? {}) as Row;
    const titles = Map.groupBy(
      active.filter((row) => titleMatches(row, request)),
      (row) => String(row['title']),
    );
    const groups = [...titles].map(([title, rows]) => ({
      title,
      vulnerabilityId: title.split(' - ')[0],
      accountId: ACCOUNT,
      severityCounts: counts(rows),
    }));
    const by = String(request['sortBy'] ?? 'CRITICAL').toLowerCase() as 'all' | 'critical' | 'high';
    const direction = request['sortOrder'] === 'ASC' ? 1 : -1;
    groups.sort(
      (a, b) =>
        direction *
          (a.severityCounts[by] - b.severityCounts[by] ||
            a.severityCounts.high - b.severityCounts.high ||
            a.severityCounts.medium - b.severityCounts.medium) || (a.title < b.title ? 1 : -1),
    );
    return page(
      groups.map((titleAggregation) => ({ titleAggregation })),
      body,
      'responses',
    );
  },
  '/findings/details/batch/get': (body, state) => {
    const findingArn = (body['findingArns'] as string[])[0];
    const finding = state.findings.find((row) => row['findingArn'] === findingArn);
    const vulnerability = VULNERABILITIES.find(({ id }) => id === vulnerabilityId(finding));
    const cisaData = {
      dateAdded: 1_700_524_800,
      dateDue: 1_702_339_200,
      action: 'Apply mitigations per vendor instructions or discontinue use of the product if mitigations are unavailable.',
    };
    return {
      findingDetails: [
        {
          findingArn,
          epssScore: vulnerability?.epss,
          cwes: ['CWE-787'],
          referenceUrls: [],
          ...(vulnerability?.kev === true ? { cisaData } : {}),
        },
      ],
    };
  },
  '/coverage/list': (body, state, mode) =>
    page(
      covered(state, mode).filter((row) => coverageMatches(row, body)),
      body,
      'coveredResources',
    ),
  '/coverage/statistics/list': (body, state, mode) => ({
    totalCounts: covered(state, mode).filter((row) => coverageMatches(row, body)).length,
  }),
  '/assay/clusters/list': () => ({ clusters: [] }),
  '/assay/history/running': () => ({ workloads: [] }),
  '/assay/findings/history': () => ({ events: [{ at: NOW - 3600, kind: 'OPENED', actor: 'evaluation' }] }),
  '/assay/status/get': (_body, state, mode) => status(state, mode),
  '/assay/findings/explain': (body, state) => explain(state.findings.find((row) => row['findingArn'] === body['findingArn'])),
  '/assay/resources/delete': (body, state) => {
    state.sampleGone = true;
    state.findings = state.findings.filter((row) => resourceId(row) !== THINGS[0]?.id);
    return { resourceArn: body['resourceArn'] };
  },
};

function covered(state: FakeState, mode: Mode): Row[] {
  if (mode === 'empty') return [];
  return THINGS.filter((thing) => !state.sampleGone || thing.name !== 'sample').map((thing) => ({
    resourceType: thing.type,
    resourceId: thing.id,
    accountId: ACCOUNT,
    scanType: 'PACKAGE',
    scanStatus: { statusCode: 'ACTIVE', reason: mode === 'scanning' && thing.name === 'build-01' ? 'PENDING_INITIAL_SCAN' : thing.reason },
    lastScannedAt: NOW - 900,
    resourceMetadata:
      thing.type === 'AWS_EC2_INSTANCE'
        ? { ec2: { tags: thing.tags, platform: 'LINUX' } }
        : thing.type === 'CODE_REPOSITORY'
          ? { codeRepository: { projectName: thing.name, providerType: 'GITLAB_SELF_MANAGED', providerTypeVisibility: 'PRIVATE' } }
          : { ecrImage: { tags: ['1.4'], inUseCount: 6 } },
  }));
}

function status(state: FakeState, mode: Mode): Row {
  const running = mode === 'scanning';
  const look = (thing: (typeof THINGS)[number] | undefined, kind: string, more: Row) => ({
    name: kind,
    kind: thing?.type,
    resourceArn: thing?.arn,
    ...more,
  });
  const ageSeconds = mode === 'old' ? 12 * 86_400 : 14 * 3600;
  return {
    version: '0.3.0',
    region: 'us-east-1',
    account: ACCOUNT,
    role: 'admin',
    startedAt: NOW - 7200,
    database: {
      revision: 'b7e23ec29af22b0b4e41da31e868d57226121c84a1d0a5b62dd5e0a5ce38ab2f',
      builtAt: NOW - ageSeconds,
      ageSeconds,
      recordCount: 214_870,
      sources: [
        {
          name: 'debian-tracker',
          builtAt: NOW - ageSeconds,
          licence: 'MIT (derived)',
          url: 'https://security-tracker.debian.org/',
          recordCount: 91_214,
        },
        { name: 'alpine-secdb', builtAt: NOW - ageSeconds, licence: 'MIT', url: 'https://secdb.alpinelinux.org/', recordCount: 38_511 },
        { name: 'osv', builtAt: NOW - ageSeconds, licence: 'CC-BY-4.0', url: 'https://osv.dev/', recordCount: 85_145 },
      ],
    },
    evaluation: { state: 'DONE', resourcesDone: 4, resourcesTotal: 4 },
    counts: {
      accounts: 1,
      resources: covered(state, mode).length,
      inventories: 4,
      packages: 1893,
      findings: mode === 'empty' ? 0 : state.findings.length,
      queuedJobs: running ? 1 : 0,
    },
    firstLooks:
      mode === 'empty'
        ? []
        : [
            look(
              THINGS[1],
              'host',
              running ? { state: 'RUNNING', packageCount: 412 } : { state: 'DONE', packageCount: 1187, gapCount: 2, findingCount: 7 },
            ),
            look(THINGS[3], 'checkout', { state: 'DONE', packageCount: 286, findingCount: 0 }),
            ...(state.sampleGone ? [] : [look(THINGS[0], 'sample', { state: 'DONE', packageCount: 88, findingCount: 20 })]),
          ],
  };
}

function explain(finding: Row | undefined): Row {
  const vulnerability = VULNERABILITIES.find(({ id }) => id === vulnerabilityId(finding));
  if (finding === undefined || vulnerability === undefined)
    return { packages: [], score: { severity: 'UNTRIAGED', adjustments: [], reasons: [] } };
  const { id, source, version, fixed, score, vector } = vulnerability;
  return {
    findingArn: finding['findingArn'],
    resourceArn: resourceId(finding),
    vulnerabilityId: id,
    packages: vulnerability.packages.map((name) => ({
      name,
      version,
      namespace: 'debian:12',
      sourceName: source,
      sourceVersion: version,
      searchedBy: source === name ? 'package' : 'source',
      found: id,
      rule: fixed === undefined ? 'no-fix-available' : 'version-in-range',
      range: fixed === undefined ? 'every version' : `< ${fixed}`,
      advisory: { id, feed: 'debian-tracker', url: `https://security-tracker.debian.org/tracker/${id}` },
      fix: fixed === undefined ? { status: 'affected' } : { status: 'fixed', fixedInVersion: fixed },
      locations: [{ path: 'var/lib/dpkg/status' }],
    })),
    score: {
      severity: finding['severity'],
      adjustments: [],
      severitySource: score === undefined ? 'Debian' : 'NVD',
      ...(score === undefined ? {} : { score }),
      reasons:
        score === undefined
          ? []
          : [
              { source: 'NVD', vector, version: '3.1', baseScore: score, used: true },
              {
                source: 'CISA-ADP',
                vector: 'CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N',
                version: '4.0',
                baseScore: 8.7,
                used: false,
              },
            ],
    },
  };
}

const ORDER = ['INFORMATIONAL', 'UNTRIAGED', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'];
function compare(a: Row, b: Row, field: string): number {
  const keys: Record<string, (row: Row) => string | number> = {
    SEVERITY: (row) => ORDER.indexOf(String(row['severity'])),
    EPSS_SCORE: (row) => (row['epss'] as { score: number } | undefined)?.score ?? -1,
    INSPECTOR_SCORE: (row) => Number(row['inspectorScore'] ?? -1),
    FIRST_OBSERVED_AT: (row) => Number(row['firstObservedAt']),
    VULNERABILITY_ID: (row) => vulnerabilityId(row),
  };
  const key = keys[field] ?? (() => 0);
  const [x, y] = [key(a), key(b)];
  if (x !== y) return x < y ? -1 : 1;
  return String(a['findingArn']) < String(b['findingArn']) ? -1 : 1;
}

function matches(row: Row, criteria: Record<string, Filter[]>): boolean {
  return Object.entries(criteria).every(([member, filters]) => {
    const packages = (row['packageVulnerabilityDetails'] as Row)['vulnerablePackages'] as { name: string }[];
    const values: Record<string, unknown> = {
      vulnerabilityId: vulnerabilityId(row),
      findingStatus: row['status'],
      resourceId: resourceId(row),
      resourceType: (row['resources'] as Row[])[0]?.['type'],
      epssScore: (row['epss'] as Row | undefined)?.['score'],
    };
    if (member === 'vulnerablePackages') return filters.some((filter) => packages.some(({ name }) => textMatches(name, filter.name ?? {})));
    const value = member in values ? values[member] : row[member];
    if (typeof value === 'number')
      return filters.some(
        ({ lowerInclusive = -Infinity, upperInclusive = Infinity }) => value >= lowerInclusive && value <= upperInclusive,
      );
    return filters.some((filter) => textMatches(String(value ?? ''), filter));
  });
}
function textMatches(text: string, { comparison, value = '' }: Filter): boolean {
  if (comparison === 'PREFIX') return text.startsWith(value);
  return comparison === 'NOT_EQUALS' ? text !== value : text === value;
}
function titleMatches(row: Row, request: Row): boolean {
  const ids = request['vulnerabilityIds'] as Filter[] | undefined;
  return ids === undefined || ids.some((filter) => textMatches(vulnerabilityId(row), filter));
}
function coverageMatches(row: Row, body: Row): boolean {
  const scanStatus = row['scanStatus'] as Row;
  const values: Row = { ...row, scanStatusCode: scanStatus['statusCode'], scanStatusReason: scanStatus['reason'] };
  return Object.entries((body['filterCriteria'] ?? {}) as Record<string, Filter[]>).every(([member, filters]) =>
    filters.some((filter) => textMatches(String(values[member] ?? ''), filter)),
  );
}
function vulnerabilityId(row: Row | undefined): string {
  return String((row?.['packageVulnerabilityDetails'] as Row | undefined)?.['vulnerabilityId'] ?? '');
}
function resourceId(row: Row): string {
  return String((row['resources'] as Row[])[0]?.['id']);
}
function counts(rows: Row[]) {
  const of = (severity: string) => rows.filter((row) => row['severity'] === severity).length;
  return { all: rows.length, critical: of('CRITICAL'), high: of('HIGH'), medium: of('MEDIUM') };
}
function page(rows: Row[], body: Row, member: string): Row {
  const start = Number(body['nextToken'] ?? 0);
  const end = start + Number(body['maxResults'] ?? 25);
  return { [member]: rows.slice(start, end), ...(end < rows.length ? { nextToken: String(end) } : {}) };
}
