import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlatformImage, RepositoryImage, TagSpan } from '../../api/images.ts';
import { imageRows, platformRows, rowName } from './image-rows.ts';
import { DEFAULT_IMAGES, formatImages, type ImagesState, parseImages, repositoryHref, TABS } from './images-state.ts';
import { placesOf } from './places.ts';
import { shortDigest, tagLanes } from './tag-lanes.ts';

describe('the address of the images page', () => {
  const name = fc.stringMatching(/^[a-z0-9][a-z0-9._/:&=?+%-]{0,40}$/);
  const list: fc.Arbitrary<ImagesState> = fc.record({
    ...{ tab: fc.constantFrom(...TABS), registry: fc.oneof(fc.constant(''), name) },
    ...{ prefix: fc.oneof(fc.constant(''), name), inUse: fc.boolean() },
    ...{ at: fc.constant(null), status: fc.constant(null), digest: fc.constant('') },
  });
  const one: fc.Arbitrary<ImagesState> = fc.record({
    ...{ tab: fc.constant('repositories' as const), registry: fc.constant(''), prefix: fc.constant(''), inUse: fc.boolean() },
    at: fc.record({ accountId: fc.stringMatching(/^\d{12}$/), registry: name, repository: name }),
    status: fc.constantFrom(null, 'ACTIVE' as const, 'INACTIVE' as const),
    digest: fc.constantFrom('', `sha256:${'0a'.repeat(32)}`),
  });

  it('holds everything that is chosen', () => {
    const holds = fc.property(fc.oneof(list, one), (state) => {
      expect(parseImages(formatImages(state))).toEqual(state);
    });
    fc.assert(holds, { seed: 4 });
  });

  it('ignores what it does not know, and what is of a list where one repository is open', () => {
    expect(parseImages('?tab=other&registry=a%00b&prefix=&running=yes')).toEqual(DEFAULT_IMAGES);
    expect(parseImages('?repository=a')).toEqual(DEFAULT_IMAGES);
    expect(parseImages('?registry=h&repository=a&account=1&status=MAYBE&digest=x&prefix=b&tab=registries')).toEqual({
      ...DEFAULT_IMAGES,
      at: { registry: 'h', repository: 'a' },
    });
    expect(repositoryHref({ accountId: '000000000007', registry: 'h:1', repository: 'a/b' })).toBe(
      '/images?account=000000000007&registry=h%3A1&repository=a%2Fb',
    );
  });
});

describe('what tags meant', () => {
  const span = (tag: string, digest: string, since: number, until?: number): TagSpan => ({
    ...{ tag, digest: `sha256:${digest}`, since },
    ...(until === undefined ? {} : { until }),
  });
  const drawn = tagLanes([span('new', 'c', 150), span('moving', 'c', 150), span('moving', 'b', 100, 150), span('old', 'a', 0, 50)], 200);

  it('is drawn to scale, tags that moved first, then those that changed last', () => {
    expect(drawn).toMatchObject({ from: 0, to: 200 });
    expect(drawn.lanes.map(({ tag, stretches }) => [tag, ...stretches.map(({ start, length }) => [start, length])])).toEqual([
      ['moving', [0.5, 0.25], [0.75, 0.25]],
      ['new', [0.75, 0.25]],
      ['old', [0, 0.25]],
    ]);
  });

  it('has one colour for one digest and another for the next', () => {
    const [moving, fresh] = drawn.lanes.map(({ stretches }) => stretches.map(({ colour }) => colour));
    expect(moving?.[1]).toBe(fresh?.[0]);
    expect(moving?.[0]).not.toBe(moving?.[1]);
  });

  it('keeps a moment visible and inside, whatever the clocks say', () => {
    const arbitrary = fc.array(fc.record({ since: fc.nat(1e9), lasts: fc.option(fc.nat(1e9)) }), { minLength: 1, maxLength: 20 });
    const inside = fc.property(arbitrary, fc.nat(1e9), (times, now) => {
      const history = times.map(({ since, lasts }, index) =>
        span(`t${index % 3}`, `${index}`, since, lasts === null ? undefined : since + lasts),
      );
      for (const { stretches } of tagLanes(history, now).lanes) {
        for (const { start, length } of stretches) {
          expect(length).toBeGreaterThan(0);
          expect(start).toBeGreaterThanOrEqual(0);
          expect(start + length).toBeLessThanOrEqual(1 + 1e-9);
        }
      }
    });
    fc.assert(inside, { seed: 9 });
  });

  it('is nothing where nothing is known', () => {
    expect(tagLanes([], 5).lanes).toEqual([]);
    expect(shortDigest(`sha512:${'ab'.repeat(64)}`)).toBe('sha512:abababababab');
  });
});

describe('a line of the table', () => {
  const platform = (name: string, more: Partial<PlatformImage> = {}): PlatformImage => ({
    ...{ resourceArn: `arn:${name}`, digest: `sha256:${name}`, platform: name, statusCode: 'ACTIVE', reason: 'SUCCESSFUL', inUseCount: 0 },
    ...{ findings: { critical: 1, high: 0, medium: 2, all: 5 }, ...more },
  });
  const image = (platforms: PlatformImage[]): RepositoryImage => ({ digest: 'sha256:1', tags: ['v1'], movedTags: [], platforms });

  it('adds up an index, whose platforms stand beneath it', () => {
    const platforms = [
      platform('linux/amd64', { inUseCount: 3, lastInUseAt: 9 }),
      platform('linux/arm64', { statusCode: 'INACTIVE', reason: 'X' }),
    ];
    const [row] = imageRows([image(platforms)]);
    expect(row).toMatchObject({
      ...{ arns: ['arn:linux/amd64', 'arn:linux/arm64'], inUseCount: 3, lastInUseAt: 9 },
      ...{ findings: { critical: 2, medium: 4, all: 10 }, status: { active: true, reasons: ['SUCCESSFUL', 'X'] } },
    });
    expect(row && platformRows(row).map(rowName)).toEqual(['v1 linux/amd64', 'v1 linux/arm64']);
  });

  it('has nothing beneath it when there is one platform or none', () => {
    const rows = imageRows([image([platform('linux/amd64')]), image([])]);
    expect(rows.flatMap(platformRows)).toEqual([]);
    expect(rows.map(({ status }) => status === undefined)).toEqual([false, true]);
  });
});

describe('where an image runs', () => {
  it('is told by namespace with its workloads, or by service with its task, most copies first', () => {
    const [eks, ecs] = ['arn:aws:eks:r:1:cluster/prod', 'arn:aws:ecs:r:1:cluster/tasks'];
    const places = placesOf([
      {
        clusterArn: ecs,
        clusterDetails: [
          {
            ...{ lastInUse: 5, runningUnitCount: 1 },
            clusterMetadata: {
              awsEcsMetadataDetails: { detailsGroup: 'service:api', taskDefinitionArn: 'arn:aws:ecs:r:1:task-definition/api:7' },
            },
          },
        ],
      },
      {
        clusterArn: eks,
        clusterDetails: [
          {
            ...{ lastInUse: 5, runningUnitCount: 4, stoppedUnitCount: 1 },
            clusterMetadata: { awsEksMetadataDetails: { namespace: 'shop', workloadInfoList: [{ name: 'api', type: 'Deployment' }] } },
          },
        ],
      },
    ]);
    expect(places.map(({ cluster, what, running, stopped }) => [cluster, what, running, stopped])).toEqual([
      ['prod', 'shop: api', 4, 1],
      ['tasks', 'service:api, api:7', 1, 0],
    ]);
  });
});
