import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AssayCaller, startTestService, type TestService } from '../../../../http/testdata/start-service.ts';

let service: TestService;
let viewer: AssayCaller;
const seconds = (text: string): number => Date.parse(text) / 1000;
type Row = Record<string, unknown>;
const ask = async (input: object, caller = viewer) =>
  (await caller('/assay/history/running', input)).body as { workloads: Row[]; nextToken?: string };
const day = (date: string) => ({ startTime: seconds(`${date}T00:00:00Z`), endTime: seconds(`${date}T00:00:00Z`) + 86_400 });
const told = ({ workloads }: { workloads: Row[] }) =>
  workloads.map((one) => [one['workloadName'], one['resourceArn'], one['runningMost'], one['vulnerabilityIds']]);

/**
 * Deployment web ran image 1 until the 12th, then image 2 under the same tag. CVE-1 was open on image 1 from the 5th, closed on the 8th, open
 * again from the 10th; CVE-2 is open on both since the 11th, without events that are still kept. Cron ran image 1 for an hour on the 21st.
 */
beforeAll(async () => {
  service = await startTestService({ now: () => Date.parse('2026-11-22T12:00:00Z') });
  viewer = await service.callerOf({ account: 7, name: 'v', role: 'viewer' });
  const { owner } = service.db;
  await owner.query(
    `insert into issue (id, kind, name, source, doc, revision) overriding system value values (1, 2, 'CVE-1', 's', '{}', 1), (2, 2, 'CVE-2', 's', '{}', 1)`,
  );
  await owner.query(
    `insert into package (id, digest, type, namespace, name, version, source_name, purl) overriding system value values (1, '\\x01', 1, 'debian:12', 'libssl3', '3', 'openssl', 'p')`,
  );
  await owner.query(
    `insert into resource (account, id, kind, arn, scan_status, scan_reason) overriding system value values (7, 1, 2, 'arn:1', 1, 1), (7, 2, 2, 'arn:2', 1, 1)`,
  );
  await owner.query(
    `insert into finding (account, id, resource, issue, kind, status, severity, first_at, last_at, updated_at) overriding system value values
       (7, 1, 1, 1, 2, 1, 5, '2026-11-10Z', '2026-11-10Z', '2026-11-10Z'), (7, 2, 1, 2, 2, 1, 4, '2026-11-11Z', '2026-11-11Z', '2026-11-11Z'),
       (7, 3, 2, 2, 2, 2, 4, '2026-11-11Z', '2026-11-11Z', '2026-11-11Z')`,
  );
  await owner.query(`insert into finding_package (account, finding, package, resource, advisory, reason) values (7, 1, 1, 1, 'a', 1)`);
  await owner.query(
    `insert into finding_event (account, resource, finding, at, kind, actor, change) values
       (7, 1, 1, '2026-11-05Z', 1, 't', '{"status": [null, 1]}'), (7, 1, 1, '2026-11-08Z', 2, 't', '{"status": [1, 3]}'),
       (7, 1, 1, '2026-11-10Z', 3, 't', '{"status": [3, 1]}')`,
  );
  await owner.query(
    `insert into cluster (account, id, arn, provider, uid, name) overriding system value values (7, 1, 'arn:prod', 'kubernetes', 'u', 'prod'), (9, 2, 'arn:far', 'kubernetes', 'u', 'far')`,
  );
  await owner.query(
    `insert into running_image (account, id, cluster, namespace, workload_kind, workload, definition, image, image_id, platform, key, running, first_seen, last_seen) overriding system value
     select account, id, cluster, 'shop', kind, workload, '', 'web:1', 'sha256:' || id, '', decode(lpad(id::text, 2, '0'), 'hex'), 0, now(), now()
     from (values (7, 1, 1, 'Deployment', 'web'), (7, 2, 1, 'Deployment', 'web'), (7, 3, 1, 'CronJob', 'cron'), (9, 4, 2, 'Deployment', 'far')) t(account, id, cluster, kind, workload)`,
  );
  await owner.query(
    `insert into running_resource (observer, running, account, resource) values (7, 1, 7, 1), (7, 2, 7, 2), (7, 3, 7, 1), (9, 4, 7, 1)`,
  );
  await owner.query(
    `insert into running_hour (account, running, hour, running_most, stopped)
     select 7, 1, d, extract(day from d)::int, 0 from generate_series('2026-11-01Z'::timestamptz, '2026-11-12Z', '1 day') d
     union all select 7, 2, d, 2, 1 from generate_series('2026-11-12Z'::timestamptz, '2026-11-22Z', '1 day') d
     union all values (7, 3, '2026-11-21T05:00Z'::timestamptz, 0, 3), (9, 4, '2026-11-02Z'::timestamptz, 1, 0), (9, 4, '2026-11-06Z'::timestamptz, 1, 0)`,
  );
});
afterAll(() => service?.stop());

it('tells where a vulnerability was known to run on a day', async () => {
  const on = async (date: string) => told(await ask({ vulnerabilityId: 'CVE-1', ...day(date) }));
  expect(await on('2026-11-04')).toEqual([]);
  expect(await on('2026-11-06')).toEqual([
    ['web', 'arn:1', 6, ['CVE-1']],
    ['far', 'arn:1', 1, ['CVE-1']],
  ]);
  expect(await on('2026-11-09')).toEqual([]);
  expect(await on('2026-11-12')).toEqual([['web', 'arn:1', 12, ['CVE-1']]]);
  expect(await on('2026-11-13')).toEqual([]);
  const [cron] = (await ask({ vulnerabilityId: 'CVE-1', ...day('2026-11-21') })).workloads;
  expect(cron).toEqual({
    ...{
      accountId: '000000000007',
      clusterArn: 'arn:prod',
      clusterName: 'prod',
      namespace: 'shop',
      workloadKind: 'CronJob',
      workloadName: 'cron',
    },
    ...{ image: 'web:1', resourceArn: 'arn:1', firstAt: seconds('2026-11-21T05:00Z'), lastAt: seconds('2026-11-21T05:00Z') },
    ...{ runningMost: 0, stoppedCount: 3, vulnerabilityIds: ['CVE-1'], vulnerabilityCount: 1 },
  });
});

it('follows the tag from one image to the next, and hidden findings are open too', async () => {
  const span = { startTime: seconds('2026-11-01T00:00Z'), endTime: seconds('2026-11-20T00:00Z') };
  const { workloads } = await ask({ vulnerabilityId: 'CVE-2', ...span });
  expect(workloads.map((one) => [one['resourceArn'], one['firstAt'], one['lastAt']])).toEqual([
    ['arn:1', seconds('2026-11-11T00:00Z'), seconds('2026-11-12T00:00Z')],
    ['arn:2', seconds('2026-11-12T00:00Z'), seconds('2026-11-19T00:00Z')],
  ]);
});

it('answers by package and by image, page by page', async () => {
  expect(told(await ask({ packageName: 'openssl', ...day('2026-11-11') }))).toEqual([['web', 'arn:1', 11, ['CVE-1']]]);
  const all = { resourceArn: 'arn:1', startTime: seconds('2026-11-06T00:00Z'), endTime: seconds('2026-11-22T00:00Z') };
  const first = await ask({ ...all, maxResults: 2 });
  expect(told(first)).toEqual([
    ['web', 'arn:1', 12, ['CVE-1', 'CVE-2']],
    ['cron', 'arn:1', 0, ['CVE-1', 'CVE-2']],
  ]);
  const rest = await ask({ ...all, maxResults: 2, nextToken: first.nextToken });
  expect([told(rest), rest.nextToken]).toEqual([[['far', 'arn:1', 1, ['CVE-1']]], undefined]);
});

it('shows strangers nothing, and wants something to look for within 400 days', async () => {
  for (const account of [8, 9]) {
    const stranger = await service.callerOf({ account, name: 's', role: 'admin' });
    expect(await ask({ vulnerabilityId: 'CVE-1', ...day('2026-11-06') }, stranger)).toEqual({ workloads: [] });
  }
  for (const input of [day('2026-11-06'), { vulnerabilityId: 'CVE-1', startTime: 0 }])
    expect((await viewer('/assay/history/running', input)).status).toBe(400);
});
