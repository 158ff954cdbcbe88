import { malformedVariants } from '@assay/testkit/malformed.ts';
import { describe, expect, it } from 'vitest';
import { ecrEvents } from './ecr/notifications.ts';
import { harborEvents } from './harbor/notifications.ts';
import { distributionEvents } from './oci/notifications.ts';

const D = `sha256:${'c2'.repeat(32)}`;
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';

/** Bodies as the registries send them. */
function asBody(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

function distribution(action: string, target: Record<string, unknown>, request: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    id: 'a722fe59-0280-418c-aefe-805ddf3f6829',
    timestamp: '2026-11-22T04:11:12.019192056Z',
    action,
    target: { length: 192, url: 'http://reg.example/v2/a/b/x', ...target },
    request: { id: '1', addr: '10.0.0.9:59856', host: 'reg.example', method: 'GET', useragent: 'containerd/2.0', ...request },
    actor: { name: 'ci' },
    source: { addr: 'vm:5000', instanceID: '2271584f' },
  };
}

const AT = Date.parse('2026-11-22T04:11:12.019Z');
const BY = { userAgent: 'containerd/2.0', actor: 'ci', at: AT };

describe('notifications of distribution', () => {
  it.each([
    [
      'a push',
      distribution('push', { mediaType: MANIFEST, repository: 'a/b', digest: D, tag: 'x' }),
      [{ action: 'push', repository: 'a/b', digest: D, tag: 'x', ...BY }],
    ],
    [
      'a pull by digest',
      distribution('pull', { mediaType: MANIFEST, repository: 'a/b', digest: D }),
      [{ action: 'pull', repository: 'a/b', digest: D, ...BY }],
    ],
    ['a look', distribution('pull', { mediaType: MANIFEST, repository: 'a/b', digest: D }, { method: 'HEAD' }), []],
    ['a layer', distribution('push', { mediaType: 'application/octet-stream', repository: 'a/b', digest: D }), []],
    ['a mounted layer', distribution('mount', { mediaType: MANIFEST, repository: 'a/b', digest: D }), []],
    [
      'a deletion in version 1',
      distribution('delete', { repository: 'a/b', digest: D }),
      [{ action: 'delete', repository: 'a/b', digest: D, ...BY }],
    ],
    [
      'a deleted tag in version 2',
      distribution('delete', { mediaType: '', digest: '', size: 0, repository: 'a/b', tag: 'x' }),
      [{ action: 'delete', repository: 'a/b', tag: 'x', ...BY }],
    ],
    ['a repository that cannot be', distribution('push', { mediaType: MANIFEST, repository: '../etc', digest: D }), []],
    ['a day that never was', { ...distribution('push', { mediaType: MANIFEST, repository: 'a', digest: D }), timestamp: 'soon' }, []],
  ])('tell %s', (_, event, expected) => {
    expect(distributionEvents(asBody({ events: [event] }))).toEqual(expected);
  });

  it('of Azure hold one event each', () => {
    const body = {
      ...{ id: 'cb8c3971', timestamp: '2026-11-22T04:11:12.019192056Z', action: 'push' },
      target: { mediaType: MANIFEST, size: 524, digest: D, length: 524, repository: 'hello-world', tag: 'v1' },
      request: { id: '3cbb6949', host: 'myregistry.azurecr.io', method: 'PUT', useragent: 'docker/18.09' },
    };
    expect(distributionEvents(asBody(body))).toEqual([
      { action: 'push', repository: 'hello-world', digest: D, tag: 'v1', at: AT, userAgent: 'docker/18.09' },
    ]);
  });
});

describe('notifications of Harbor', () => {
  const data = {
    resources: [{ digest: D, tag: 'latest', resource_url: 'hub.example/shop/app:latest' }],
    repository: { name: 'app', namespace: 'shop', repo_full_name: 'shop/app', repo_type: 'private' },
  };

  it.each([
    ['PUSH_ARTIFACT', 'push'],
    ['PULL_ARTIFACT', 'pull'],
    ['DELETE_ARTIFACT', 'delete'],
  ])('tell %s in its own form', (type, action) => {
    const body = { type, occur_at: 1_680_501_893, operator: 'robot$assay', event_data: data };
    expect(harborEvents(asBody(body))).toEqual([
      { action, repository: 'shop/app', digest: D, tag: 'latest', at: 1_680_501_893_000, actor: 'robot$assay' },
    ]);
  });

  it.each([
    ['harbor.artifact.pushed', 'push'],
    ['harbor.artifact.pulled', 'pull'],
    ['harbor.artifact.deleted', 'delete'],
  ])('tell %s as CloudEvents', (type, action) => {
    const envelope = { specversion: '1.0', id: '4f6ea1c1', source: '/projects/1/webhook/policies/15', datacontenttype: 'application/json' };
    const body = { ...envelope, type, time: '2023-04-03T06:04:53Z', operator: 'admin', data };
    expect(harborEvents(asBody(body))).toEqual([
      { action, repository: 'shop/app', digest: D, tag: 'latest', at: 1_680_501_893_000, actor: 'admin' },
    ]);
  });

  it('leave out what is no image', () => {
    expect(harborEvents(asBody({ type: 'SCANNING_COMPLETED', occur_at: 1, operator: 'auto', event_data: data }))).toEqual([]);
  });

  it('take a digest in the place of a tag for what it is', () => {
    const resources = [{ digest: D, tag: D }];
    const body = { type: 'PULL_ARTIFACT', occur_at: 1, operator: 'a', event_data: { ...data, resources } };
    expect(harborEvents(asBody(body))).toEqual([{ action: 'pull', repository: 'shop/app', digest: D, at: 1000, actor: 'a' }]);
  });
});

describe('notifications of ECR', () => {
  const event = {
    ...{ version: '0', id: '13cde686', 'detail-type': 'ECR Image Action', source: 'aws.ecr', account: '123456789012' },
    ...{ time: '2026-11-22T04:11:12Z', region: 'us-west-2', resources: [] },
    detail: { result: 'SUCCESS', 'repository-name': 'my-repo', 'image-digest': D, 'action-type': 'PUSH', 'image-tag': 'latest' },
  };
  const push = { action: 'push', repository: 'my-repo', digest: D, tag: 'latest', at: Date.parse(event.time) };

  it('tell a push, by themselves and through SNS', () => {
    expect(ecrEvents(asBody(event))).toEqual([push]);
    expect(ecrEvents(asBody({ Type: 'Notification', MessageId: '1', TopicArn: 'arn:x', Message: JSON.stringify(event) }))).toEqual([push]);
  });

  it('tell a deletion of what had no tag', () => {
    const detail = { ...event.detail, 'action-type': 'DELETE', 'image-tag': '' };
    expect(ecrEvents(asBody({ ...event, detail }))).toEqual([{ action: 'delete', repository: 'my-repo', digest: D, at: push.at }]);
  });

  it.each([
    ['what failed', { detail: { ...event.detail, result: 'FAILURE' } }],
    ['scans', { 'detail-type': 'ECR Image Scan' }],
  ])('leave out %s', (_, change) => {
    expect(ecrEvents(asBody({ ...event, ...change }))).toEqual([]);
  });
});

describe.each([
  ['distribution', distributionEvents, { events: [distribution('push', { mediaType: MANIFEST, repository: 'a/b', digest: D, tag: 'x' })] }],
  [
    'Harbor',
    harborEvents,
    { type: 'PUSH_ARTIFACT', occur_at: 1, event_data: { resources: [{ digest: D }], repository: { repo_full_name: 'a' } } },
  ],
  [
    'ECR',
    ecrEvents,
    {
      'detail-type': 'ECR Image Action',
      time: '2026-11-22T04:11:12Z',
      detail: { result: 'SUCCESS', 'action-type': 'PUSH', 'repository-name': 'a', 'image-digest': D },
    },
  ],
])('what anybody may post as a notification of %s', (_, read, valid) => {
  it('is read or refused, and nothing else', () => {
    expect(read(asBody(valid))).toHaveLength(1);
    let refused = 0;
    for (const body of malformedVariants(asBody(valid))) {
      try {
        for (const event of read(body)) expect(event.repository).toMatch(/^[a-z0-9]/);
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-notification', message: expect.stringMatching(/^[^\n]*\.$/) });
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(50);
  });

  it('is small', () => {
    expect(() => read(Buffer.alloc((1 << 20) + 1, 0x20))).toThrow(/more than 1048576 bytes/);
  });
});

it('of many events the first thousand are read', () => {
  const event = distribution('delete', { repository: 'a', tag: 'x' }, {});
  const small = { action: event['action'], timestamp: event['timestamp'], target: { repository: 'a', tag: 'x' } };
  expect(distributionEvents(asBody({ events: Array.from({ length: 3000 }, () => small) }))).toHaveLength(1000);
});
