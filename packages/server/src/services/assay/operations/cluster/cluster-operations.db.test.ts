import {
  GetClustersForImageCommand,
  type GetClustersForImageResponse,
  type Inspector2Client,
  ListCoverageCommand,
  UpdateOrganizationConfigurationCommand,
} from '@aws-sdk/client-inspector2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureAccount } from '../../../../accounts/settings.ts';
import { assayOf, inspectorOf } from '../../../../http/testdata/callers.ts';
import { startTestService, type TestService } from '../../../../http/testdata/start-service.ts';
import { clusterOf, digestOf, HOUR, RunningEstate, runs as runsAt } from '../../../../running/testdata/running-estate.ts';

/** The SDK signs with the machine's time. */
const START = Date.now();
let ahead = 0;
const runs: typeof runsAt = (image, imageId, rest) => runsAt(image, imageId, { lastSeen: START, ...rest });

const A = 111_111_111_111;
const OTHER = 222_222_222_222;
const APP = 'registry.example/team/app';
const image = { repository: APP, arn: `arn:aws:ecr:us-east-1:${A}:repository/${APP}/${digestOf('m')}` };
const id = `${APP}@${digestOf('m')}`;

interface Map {
  readonly workloadCount: number;
  readonly clusters: readonly { name: string; workloads: readonly { name: string }[] }[];
}

let service: TestService;
let estate: RunningEstate;
let sdk: Inspector2Client;
beforeAll(async () => {
  service = await startTestService({ now: () => Date.now() + ahead });
  for (const account of [A, OTHER]) await ensureAccount(service.db.api, account, `a${account}`);
  sdk = await inspectorOf(service, A);
  estate = new RunningEstate(service.db);
  estate.now = START;
  await estate.image(A, APP, 'm');
  await service.db.worker.query(
    `insert into repo_tag (account, registry, repository, tag, digest, since) values ($1, 'registry.example', 'team/app', '1', $2, $3)`,
    [A, digestOf('newer'), new Date(START - HOUR)],
  );
  const many = Array.from({ length: 101 }, (_, n) => runs(APP, id, { namespace: 'many', workload: `w${String(n).padStart(3, '0')}` }));
  await estate.snapshot(A, clusterOf('kube'), [
    runs(`${APP}:1`, id, {
      namespace: 'shop',
      running: 2,
      stopped: [
        { hour: START - 2 * HOUR, count: 3 },
        { hour: START - 30 * HOUR, count: 9 },
      ],
    }),
    runs('nobody/knows:1', '', { namespace: 'shop', workload: 'mystery', reach: 'INTERNET' }),
    ...many,
  ]);
  const task = { definition: 'arn:aws:ecs:us-east-1:999999999999:task-definition/web:7' };
  const ecs = { provider: 'ecs', uid: 'arn:aws:ecs:us-east-1:999999999999:cluster/prod', name: 'prod' } as const;
  await estate.snapshot(A, ecs, [{ ...runs(APP, id, task), namespace: '', workload: { kind: 'Service', name: 'web' }, running: 4 }]);
  await estate.snapshot(A, clusterOf('box', 'docker'), [
    { ...runs(APP, id), namespace: '', workload: { kind: 'Container', name: 'web_1' } },
  ]);
});
afterAll(() => service?.stop());

async function pages(
  client: Inspector2Client,
  resourceId: string,
  maxResults?: number,
): Promise<NonNullable<GetClustersForImageResponse['cluster']>[]> {
  const all: NonNullable<GetClustersForImageResponse['cluster']>[] = [];
  let nextToken: string | undefined;
  do {
    const answer: GetClustersForImageResponse = await client.send(
      new GetClustersForImageCommand({ filter: { resourceId }, maxResults, nextToken }),
    );
    all.push(answer.cluster ?? []);
    nextToken = answer.nextToken;
  } while (nextToken !== undefined);
  return all;
}

describe('GetClustersForImage', () => {
  it('names workloads of Kubernetes by namespace, tasks by group and definition, hosts by their name', async () => {
    const [page] = await pages(sdk, image.arn);
    const [kube, ecs, box] = page!;
    expect(kube).toMatchObject({ clusterArn: `arn:aws:eks:us-east-1:${A}:cluster/kube` });
    expect(
      kube?.clusterDetails?.map((one) => [
        one.clusterMetadata?.awsEksMetadataDetails?.namespace,
        one.clusterMetadata?.awsEksMetadataDetails?.workloadInfoList?.length,
        one.runningUnitCount,
        one.stoppedUnitCount,
      ]),
    ).toEqual([
      ['many', 100, 100, 0],
      ['many', 1, 1, 0],
      ['shop', 1, 2, 3],
    ]);
    expect(kube?.clusterDetails?.at(-1)?.clusterMetadata?.awsEksMetadataDetails?.workloadInfoList).toEqual([
      { name: 'web', type: 'Deployment' },
    ]);
    expect(kube?.clusterDetails?.at(-1)?.lastInUse).toEqual(new Date(START));
    const used = { lastInUse: new Date(START), stoppedUnitCount: 0 };
    expect(ecs).toEqual({
      clusterArn: 'arn:aws:ecs:us-east-1:999999999999:cluster/prod',
      clusterDetails: [
        {
          ...used,
          runningUnitCount: 4,
          clusterMetadata: {
            awsEcsMetadataDetails: {
              detailsGroup: 'service:web',
              taskDefinitionArn: 'arn:aws:ecs:us-east-1:999999999999:task-definition/web:7',
            },
          },
        },
      ],
    });
    expect(box).toEqual({
      clusterArn: `arn:aws:ecs:us-east-1:${A}:cluster/box`,
      clusterDetails: [
        {
          ...used,
          runningUnitCount: 1,
          clusterMetadata: {
            awsEcsMetadataDetails: { detailsGroup: 'host:box', taskDefinitionArn: `arn:aws:ecs:us-east-1:${A}:task-definition/web_1:1` },
          },
        },
      ],
    });
  });

  it('tells the last use that coverage tells, while its clusters go on being heard', async () => {
    estate.now = START + 60_000;
    await estate.tell(A, clusterOf('box', 'docker'), [{ part: 'health' }]);
    const { coveredResources } = await sdk.send(new ListCoverageCommand({}));
    const [page] = await pages(sdk, image.arn);
    const used = page!.flatMap((cluster) => cluster.clusterDetails!.map((one) => one.lastInUse!.getTime()));
    expect(Math.max(...used)).toBe(coveredResources?.[0]?.resourceMetadata?.ecrImage?.lastInUseAt?.getTime());
    estate.now = START;
  });

  it('comes in pages, whatever their size', async () => {
    const [whole] = await pages(sdk, image.arn);
    for (const size of [1, 2, 3]) {
      const parts = await pages(sdk, image.arn, size);
      expect(parts.map((part) => part.length).every((length) => length <= size)).toBe(true);
      expect(parts.flat()).toEqual(whole);
    }
  });

  it('has nothing for an image that nobody knows, or that another account asks for', async () => {
    expect(await pages(sdk, image.arn.replace('app', 'other'))).toEqual([[]]);
    expect(await pages(await inspectorOf(service, OTHER), image.arn)).toEqual([[]]);
    await expect(sdk.send(new GetClustersForImageCommand({ filter: { resourceId: 'app' } }))).rejects.toThrow(/resourceId/);
  });

  it('refuses a delegated administrator that has not enabled ECR scanning', async () => {
    const assay = assayOf(service, 0);
    const { body } = await assay('accounts/create', { name: 'security' });
    const account = Number(body['accountId']);
    const { EnableDelegatedAdminAccountCommand, DisableCommand } = await import('@aws-sdk/client-inspector2');
    await (await inspectorOf(service, 0)).send(
      new EnableDelegatedAdminAccountCommand({ delegatedAdminAccountId: String(account).padStart(12, '0') }),
    );
    const admin = await inspectorOf(service, account);
    await admin.send(new UpdateOrganizationConfigurationCommand({ autoEnable: { ec2: false, ecr: false } }));
    expect(await pages(admin, image.arn)).toEqual([[]]);
    await admin.send(new DisableCommand({ accountIds: [String(account).padStart(12, '0')], resourceTypes: ['ECR'] }));
    await expect(pages(admin, image.arn)).rejects.toThrow(/ECR scanning/);
  });
});

describe('clusters', () => {
  const call = (account: number, role: 'viewer' | 'admin' = 'viewer') => assayOf(service, account, role);

  it('are listed with what they run and how they are', async () => {
    await estate.tell(A, clusterOf('kube'), [
      { part: 'health', health: { lag: 20, relists: 1, expired: 2, units: 104, problems: ['Pods of kube-system cannot be listed.'] } },
    ]);
    const { body } = await call(A)('clusters/list', {});
    const [kube, ecs, box] = body['clusters'] as Record<string, unknown>[];
    expect(kube).toMatchObject({
      ...{
        accountId: String(A),
        name: 'kube',
        provider: 'kubernetes',
        version: 'v1.34.0',
        status: 'PROBLEMS',
        problems: ['Pods of kube-system cannot be listed.'],
      },
      ...{
        namespaceCount: 2,
        workloadCount: 103,
        imageCount: 2,
        runningUnitCount: 104,
        unresolvedImageCount: 1,
        relistCount: 1,
        lagMilliseconds: 20,
      },
    });
    expect([ecs?.['status'], box?.['status']]).toEqual(['HEALTHY', 'HEALTHY']);
    ahead = 16 * 60_000;
    const later = await call(A)('clusters/get', { clusterArn: kube?.['clusterArn'] });
    expect(later.body['cluster']).toMatchObject({ status: 'SILENT', frozenSince: START / 1000 });
    ahead = 0;
    expect((await call(OTHER)('clusters/list', {})).body).toEqual({ clusters: [] });
    expect(await call(OTHER)('clusters/get', { clusterArn: kube?.['clusterArn'] })).toMatchObject({ status: 404 });
    const first = (await call(A)('clusters/list', { maxResults: 2 })).body;
    expect(first['clusters']).toHaveLength(2);
    expect((await call(A)('clusters/list', { maxResults: 2, nextToken: first['nextToken'] })).body['clusters']).toHaveLength(1);
  });

  it('open to namespaces, workloads and images, with what a tag means now', async () => {
    const clusterArn = `arn:aws:eks:us-east-1:${A}:cluster/kube`;
    expect((await call(A)('clusters/namespaces/list', { clusterArn })).body).toEqual({
      namespaces: [
        { namespace: 'many', workloadCount: 101, imageCount: 1, runningUnitCount: 101, unresolvedImageCount: 0 },
        { namespace: 'shop', workloadCount: 2, imageCount: 2, runningUnitCount: 3, unresolvedImageCount: 1 },
      ],
    });
    const { body } = await call(A)('clusters/workloads/list', { clusterArn, namespace: 'shop' });
    const [mystery, web] = body['workloads'] as { name: string; images: Record<string, unknown>[] }[];
    expect(mystery?.images).toMatchObject([{ confidence: 'UNRESOLVED', reach: 'INTERNET', resources: [], newerImageAvailable: false }]);
    expect(web?.images).toMatchObject([
      {
        confidence: 'EXACT',
        resources: [{ resourceArn: image.arn, accountId: String(A) }],
        newerImageAvailable: true,
        newerDigest: digestOf('newer'),
        stoppedUnitCount: 3,
      },
    ]);
    const names: string[] = [];
    for (let nextToken: unknown; names.length === 0 || nextToken !== undefined; ) {
      const page = (
        await call(A)('clusters/workloads/list', { clusterArn, maxResults: 40, ...(nextToken === undefined ? {} : { nextToken }) })
      ).body;
      names.push(...(page['workloads'] as { name: string }[]).map((one) => one.name));
      nextToken = page['nextToken'];
    }
    expect([names.length, new Set(names).size]).toEqual([103, 103]);
    expect((await call(A)('clusters/unresolved/list', {})).body['images']).toMatchObject([
      { clusterArn, namespace: 'shop', name: 'mystery', image: 'nobody/knows:1', reason: 'NO_DIGEST', runningUnitCount: 1 },
    ]);
    expect((await call(OTHER)('clusters/unresolved/list', {})).body).toEqual({ images: [] });
  });

  it('are drawn with what runs in them, those that run most first, each in the colour of the worst that is open in it', async () => {
    const map = async (account: number, input: object) => (await call(account)('clusters/map/get', input)).body as unknown as Map;
    const { clusters, workloadCount } = await map(A, {});
    expect([workloadCount, clusters.map((one) => one.name)]).toEqual([105, ['box', 'kube', 'prod']]);
    const of = (name: string) => clusters.flatMap(({ workloads }) => workloads).find((one) => one.name === name);
    expect(of('web')).toMatchObject({ worst: 'NONE' });
    expect(of('mystery')).toMatchObject({ namespace: 'shop', runningUnitCount: 1, worst: 'UNKNOWN' });
    const found = (severity: number, issue: number) =>
      service.db.worker.query(
        `insert into finding (account, resource, issue, kind, status, severity, first_at, last_at, updated_at)
         select account, id, $3, 1, $4, $2, now(), now(), now() from resource where account = $1`,
        [A, severity, issue, issue === 3 ? 3 : 1],
      );
    for (const [severity, issue] of [
      [2, 1],
      [4, 2],
      [5, 3],
    ] as const)
      await found(severity, issue);
    const few = await map(A, { maxWorkloads: 2 });
    expect(few.workloadCount).toBe(105);
    expect(few.clusters.map(({ name, workloads }) => [name, workloads])).toEqual([
      ['kube', [{ namespace: 'shop', type: 'Deployment', name: 'web', runningUnitCount: 2, worst: 'HIGH' }]],
      ['prod', [{ namespace: '', type: 'Service', name: 'web', runningUnitCount: 4, worst: 'HIGH' }]],
    ]);
    expect(await map(OTHER, {})).toEqual({ clusters: [], workloadCount: 0 });
    await service.db.worker.query('delete from finding');
  });

  it('are removed by an admin of their account, and nothing of them counts any more until they report anew', async () => {
    const clusterArn = 'arn:aws:ecs:us-east-1:999999999999:cluster/prod';
    expect(await call(A)('clusters/delete', { clusterArn })).toMatchObject({ status: 403 });
    expect(await call(OTHER, 'admin')('clusters/delete', { clusterArn })).toMatchObject({ status: 404 });
    expect(Object.values(await estate.counts())).toEqual([108]);
    expect(await call(A, 'admin')('clusters/delete', { clusterArn })).toMatchObject({ status: 200 });
    await estate.work();
    expect(Object.values(await estate.counts())).toEqual([104]);
    expect(await call(A, 'admin')('clusters/delete', { clusterArn })).toMatchObject({ status: 404 });
    expect((await pages(sdk, image.arn)).flat().map((one) => one.clusterArn)).not.toContain(clusterArn);
    const ecs = { provider: 'ecs', uid: clusterArn, name: 'prod' } as const;
    const back = { ...runs(APP, id), namespace: '', workload: { kind: 'Service', name: 'web' }, running: 7 };
    expect(await estate.tell(A, ecs, [{ part: 'change', images: [back] }])).toEqual(['resync']);
    await estate.snapshot(A, ecs, [back]);
    expect(Object.values(await estate.counts())).toEqual([111]);
  });
});
