import { ACCOUNT, NOW } from './console-fake-data.ts';

/** Two registries, repositories and the history of one of them, in the wire's own shapes. */
type Row = Record<string, unknown>;
const DAY = 86_400;
const HOST = 'registry.example.com';
const digest = (n: number): string => `sha256:${(n * 2_654_435_761).toString(16).padEnd(64, '9ae1c07b4d35f826')}`;
const counts = (critical: number, high: number, medium: number, rest: number): Row => ({
  ...{ critical, high, medium, all: critical + high + medium + rest },
});

const repository = (name: string, more: Row): Row => ({
  ...{ accountId: ACCOUNT, registry: HOST, repository: name, scanFrequency: 'CONTINUOUS_SCAN', repositoryArn: `arn:${name}` },
  ...{ images: 4, imagesInUse: 0, inUseCount: 0, findings: counts(0, 0, 0, 0), lastPushedAt: NOW - 2 * DAY, ...more },
});
const REPOSITORIES: readonly Row[] = [
  repository('archive/old-shop-that-somebody-named-at-great-length-and-nobody-dares-to-rename', {
    ...{ images: 61, scanFrequency: 'SCAN_ON_PUSH', findings: counts(12, 140, 322, 61), lastPushedAt: NOW - 400 * DAY },
  }),
  repository('shop/api', { images: 9, imagesInUse: 3, inUseCount: 48, findings: counts(3, 21, 44, 30), lastPushedAt: NOW - 7200 }),
  repository('shop/web', { images: 5, imagesInUse: 1, inUseCount: 12, findings: counts(0, 4, 9, 2) }),
  repository('tools/empty', { images: 0, lastPushedAt: undefined }),
  {
    ...repository('debian', { images: 1, findings: counts(7, 13, 20, 3) }),
    registry: 'docker.io',
    repositoryArn: undefined,
    scanFrequency: undefined,
  },
];

const platform = (n: number, name: string, more: Row = {}): Row => ({
  ...{ resourceArn: `arn:aws:ecr:us-east-1:${ACCOUNT}:repository/shop/api/${digest(n)}`, digest: digest(n), platform: name },
  ...{ statusCode: 'ACTIVE', reason: 'SUCCESSFUL', inUseCount: 0, findings: counts(1, 7, 14, 10), ...more },
});
const image = (n: number, age: number, more: Row): Row => ({
  ...{ digest: digest(n), kind: 'IMAGE', tags: [], movedTags: [], pushedAt: NOW - age, pulledAt: NOW - age / 2, platforms: [], ...more },
});
const IMAGES: readonly Row[] = [
  image(1, 7200, {
    ...{ kind: 'INDEX', tags: ['2.4.2', '2.4', 'latest'] },
    platforms: [
      platform(11, 'linux/amd64', { inUseCount: 36, lastInUseAt: NOW - 20, findings: counts(0, 3, 9, 10) }),
      platform(12, 'linux/arm64/v8', { findings: counts(0, 3, 8, 9) }),
    ],
  }),
  image(2, 9 * DAY, {
    ...{ kind: 'INDEX', tags: ['2.4.1'] },
    movedTags: [
      { tag: 'latest', movedAt: NOW - 7200, digest: digest(1) },
      { tag: '2.4', movedAt: NOW - 7200, digest: digest(1) },
    ],
    platforms: [
      platform(21, 'linux/amd64', { inUseCount: 11, lastInUseAt: NOW - 20 }),
      platform(22, 'linux/arm64/v8', { lastInUseAt: NOW - 30 * DAY, reason: 'STALE_INVENTORY' }),
    ],
  }),
  image(3, 30 * DAY, {
    kind: 'ARTIFACT',
    artifactType: 'application/vnd.dev.cosign.simplesigning.v1+json',
    tags: [`${digest(2).replace(':', '-')}.sig`],
  }),
  image(4, 60 * DAY, {
    ...{ movedTags: [{ tag: 'latest', movedAt: NOW - 9 * DAY, digest: digest(1) }], deletedAt: NOW - DAY },
    platforms: [platform(4, 'linux/amd64', { inUseCount: 1, lastInUseAt: NOW - 20, findings: counts(2, 8, 15, 4) })],
  }),
  image(5, 200 * DAY, {
    ...{
      tags: ['1.0'],
      platforms: [platform(5, 'linux/amd64', { statusCode: 'INACTIVE', reason: 'SCAN_ELIGIBILITY_EXPIRED', findings: counts(0, 0, 0, 0) })],
    },
  }),
  image(6, 210 * DAY, { error: 'The manifest is of media type application/vnd.docker.distribution.manifest.v1+json, which nobody reads.' }),
];
const span = (tag: string, n: number, from: number, to?: number): Row => ({
  ...{ tag, digest: digest(n), since: NOW - from, ...(to === undefined ? {} : { until: NOW - to }) },
});
const HISTORY: readonly Row[] = [
  span('2.4', 1, 7200),
  span('latest', 1, 7200),
  span('2.4.2', 1, 7200),
  span('2.4', 2, 9 * DAY, 7200),
  span('latest', 2, 9 * DAY, 7200),
  span('2.4.1', 2, 9 * DAY),
  span('latest', 7, 31 * DAY, 9 * DAY),
  span('latest', 4, 60 * DAY, 31 * DAY),
  span('latest', 5, 100 * DAY, 60 * DAY),
  ...['1.9', '1.8', '1.7', '1.6', '1.5', '1.4', '1.3'].map((tag, index) => span(tag, 30 + index, (110 + index * 8) * DAY)),
  span('1.0', 5, 200 * DAY),
];

const TELLS = { repositories: true, untagged: false, pushEvents: true, pullEvents: true, pullTimes: false, referrers: false };
const registry = (n: number, more: Row): Row => ({
  ...{ registryArn: `arn:aws:assay:us-east-1:${ACCOUNT}:registry/00000000-0000-4000-8000-00000000000${n}`, kind: 'oci', config: {} },
  ...{ include: ['**'], frequencies: [], recentDays: 30, crawlMinutes: 60, status: 'ACTIVE', capabilities: TELLS },
  ...{ lastCrawledAt: NOW - 1500, nextCrawlAt: NOW + 2100, createdAt: NOW - 90 * DAY, updatedAt: NOW - DAY, ...more },
});
const KINDS: readonly Row[] = [
  {
    ...{ kind: 'oci', capabilities: TELLS, permissions: ['pull', 'registry:catalog:*'] },
    fields: [
      { name: 'url', about: 'the registry: registry.example, https://registry.example:5000', required: true },
      { name: 'username', about: 'who reads; without one the secret is sent as a bearer token', required: false },
    ],
    secret: { name: 'secret', about: 'the password or token', required: false },
  },
  {
    ...{ kind: 'ecr', capabilities: { ...TELLS, untagged: true, pullTimes: true }, permissions: ['ecr:DescribeImages'] },
    fields: [{ name: 'accountId', about: 'the account that has the registry', required: true }],
  },
];
let registries: Row[] = [];
function startOver(): void {
  registries = [
    registry(1, {
      ...{ name: 'main', host: HOST, config: { url: HOST, username: 'reader' }, notificationPath: '/hooks/registries/000000000000/1' },
      frequencies: [{ pattern: 'archive/**', frequency: 'SCAN_ON_PUSH' }],
    }),
    registry(2, {
      ...{ name: 'edge', host: 'edge.example.com:5000', status: 'FAILING', missingImages: 31, include: ['shop/*', 'base/**'] },
      lastError: 'edge.example.com:5000 refuses the password: 401 Unauthorized',
    }),
  ];
}
startOver();

const paged = (rows: readonly Row[], member: string): Row => ({ [member]: rows });
export const IMAGE_HANDLERS: Record<string, (body: Row, state: unknown, mode: string) => Row> = {
  '/assay/repositories/list': (body, _state, mode) =>
    paged(
      (mode === 'empty' ? [] : REPOSITORIES)
        .filter((row) => body['registry'] === undefined || row['registry'] === body['registry'])
        .filter((row) => String(row['repository']).startsWith(String(body['repositoryPrefix'] ?? '')))
        .filter((row) => body['inUse'] !== true || Number(row['imagesInUse']) > 0),
      'repositories',
    ),
  '/assay/repositories/images/list': (body) =>
    paged(
      IMAGES.filter((row) => body['digest'] === undefined || row['digest'] === body['digest']).filter(
        (row) => body['statusCode'] === undefined || (row['platforms'] as Row[]).some((one) => one['statusCode'] === body['statusCode']),
      ),
      'images',
    ),
  '/assay/repositories/tags/history': () => paged(HISTORY, 'history'),
  '/assay/eligibility/status/get': () => ({
    ...{ accountId: '000000000000', pushDuration: 'DAYS_14', useDuration: 'NONE', mode: 'LAST_IN_USE_AT', use: 'HEARD' },
    ...{ monitoredImages: 1200, staleImages: 3, deletedImages: 1, lapsedImages: 240, heldImages: 310 },
  }),
  '/assay/eligibility/preview': () => ({ monitoredImages: 1200, lapsingImages: 34, heldImages: 0, closingFindings: 410 }),
  '/assay/eligibility/update': () => ({}),
  '/assay/eligibility/held/accept': () => ({ acceptedImages: 310 }),
  '/configuration/update': () => ({}),
  '/assay/registries/list': (_body, _state, mode) => paged(mode === 'empty' ? [] : registries, 'registries'),
  '/assay/registries/kinds/list': () => ({ kinds: KINDS }),
  '/assay/registries/get': (body) => ({
    registry: registries.find((row) => row['registryArn'] === body['registryArn']),
    counts: { repositories: 5, images: 80, waiting: 3, failed: 1 },
  }),
  '/assay/registries/create': (body) => {
    const { secret: _, ...shown } = body;
    registries = [...registries, registry(3, { ...shown, host: (body['config'] as Row)['url'], lastCrawledAt: undefined })];
    return {
      registryArn: registries.at(-1)?.['registryArn'],
      notificationPath: '/hooks/registries/000000000000/3',
      notificationToken: 'word-of-the-test',
    };
  },
  '/assay/registries/update': (body) => {
    registries = registries.map((row) => (row['registryArn'] === body['registryArn'] ? { ...row, ...body } : row));
    return { registryArn: body['registryArn'] };
  },
  '/assay/registries/crawl': (body) => ({ registryArn: body['registryArn'] }),
  '/assay/registries/delete': (body) => {
    registries = registries.filter((row) => row['registryArn'] !== body['registryArn']);
    return { registryArn: body['registryArn'] };
  },
  '/cluster/get': (body) => ({
    cluster: String((body['filter'] as Row)['resourceId']).includes(digest(11))
      ? [
          {
            clusterArn: `arn:aws:eks:us-east-1:${ACCOUNT}:cluster/production`,
            clusterDetails: [
              {
                ...{ lastInUse: NOW - 20, runningUnitCount: 36, stoppedUnitCount: 2 },
                clusterMetadata: {
                  awsEksMetadataDetails: {
                    namespace: 'shop',
                    workloadInfoList: [
                      { name: 'api', type: 'Deployment' },
                      { name: 'worker', type: 'Deployment' },
                    ],
                  },
                },
              },
            ],
          },
        ]
      : [],
  }),
};
