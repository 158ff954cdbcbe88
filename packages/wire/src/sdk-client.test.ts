import {
  GetConfigurationCommand,
  Inspector2Client,
  Inspector2ServiceException,
  ListFindingAggregationsCommand,
  ListFindingsCommand,
  ListTagsForResourceCommand,
  SearchVulnerabilitiesCommand,
  TagResourceCommand,
  UntagResourceCommand,
  ValidationException,
} from '@aws-sdk/client-inspector2';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ApiError, conflict, quotaExceeded, resourceNotFound, throttled } from './errors.ts';
import type { Inspector2Handlers, StsHandlers } from './operation-types.ts';
import { ACCOUNT, CREDENTIALS, IDENTITY, startTestGateway, type TestGateway } from './test-gateway.ts';

const seen: unknown[] = [];
const ARN = `arn:aws:inspector2:us-east-1:${ACCOUNT}:finding/0123456789abcdef0123456789abcdef`;
const TAG_ARN = 'arn:aws:ecr:us-east-1:123456789012:repository/registry.example/a b/ü/sha256:00';

const inspector2: Inspector2Handlers = {
  async ListFindings(input) {
    seen.push(input);
    return {
      findings: [
        {
          findingArn: ARN,
          awsAccountId: ACCOUNT,
          type: 'PACKAGE_VULNERABILITY',
          description: 'text with "quotes" and ü',
          remediation: {},
          severity: 'HIGH',
          firstObservedAt: new Date('2026-01-02T03:04:05.678Z'),
          lastObservedAt: new Date(0),
          status: 'ACTIVE',
          resources: [],
          inspectorScore: Number.NaN,
          epss: undefined,
        },
      ],
      nextToken: 'next',
    };
  },
  async GetConfiguration() {
    return {};
  },
  async TagResource(input) {
    seen.push(input);
    return {};
  },
  async UntagResource(input) {
    seen.push(input);
    return {};
  },
  async ListTagsForResource(input) {
    seen.push(input);
    return { tags: { __proto__key: 'x', team: 'a/b' } };
  },
  async ListFindingAggregations(input) {
    throw errorFor(input.accountIds?.[0]?.value ?? '');
  },
};

function errorFor(name: string): Error {
  const errors: Record<string, Error> = {
    conflict: conflict('taken', 'f1', 'FILTER'),
    quota: quotaExceeded('full', 'f2'),
    missing: resourceNotFound('no such thing'),
    throttled: throttled('slow down', 7),
    denied: new ApiError('AccessDeniedException', 'not yours', { status: 403 }),
    bad: new ApiError('BadRequestException', 'no'),
    bug: new Error('secret detail'),
  };
  return errors[name] ?? new Error('unreachable');
}

const sts: StsHandlers = {
  async GetCallerIdentity() {
    return { Account: ACCOUNT, Arn: IDENTITY.arn, UserId: '<&>' };
  },
};

let gateway: TestGateway;
let client: Inspector2Client;
beforeAll(async () => {
  gateway = await startTestGateway({ handlers: { inspector2: inspector2 as never, sts: sts as never } });
  client = new Inspector2Client({ endpoint: gateway.url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 });
});
afterAll(async () => {
  client.destroy();
  await gateway.close();
});

describe('the real inspector2 client', () => {
  test('gets typed results, with times, NaN and text intact', async () => {
    seen.length = 0;
    const out = await client.send(
      new ListFindingsCommand({
        filterCriteria: {
          firstObservedAt: [{ startInclusive: new Date('2025-01-01T00:00:00.123Z') }],
          epssScore: [{ lowerInclusive: 0.25 }],
        },
        sortCriteria: { field: 'SEVERITY', sortOrder: 'DESC' },
        maxResults: 100,
      }),
    );
    expect(out.findings?.[0]).toEqual({
      findingArn: ARN,
      awsAccountId: ACCOUNT,
      type: 'PACKAGE_VULNERABILITY',
      description: 'text with "quotes" and ü',
      remediation: {},
      severity: 'HIGH',
      firstObservedAt: new Date('2026-01-02T03:04:05.678Z'),
      lastObservedAt: new Date(0),
      status: 'ACTIVE',
      resources: [],
      inspectorScore: Number.NaN,
    });
    expect(out.nextToken).toBe('next');
    expect(out.$metadata.requestId).toMatch(/^00000000-/);
    expect(seen[0]).toEqual({
      filterCriteria: {
        firstObservedAt: [{ startInclusive: new Date('2025-01-01T00:00:00.123Z') }],
        epssScore: [{ lowerInclusive: 0.25 }],
      },
      sortCriteria: { field: 'SEVERITY', sortOrder: 'DESC' },
      maxResults: 100,
    });
  });

  test('signs an encoded ARN in the path and repeated query members', async () => {
    seen.length = 0;
    await client.send(new TagResourceCommand({ resourceArn: TAG_ARN, tags: { team: 'a/b' } }));
    await client.send(new UntagResourceCommand({ resourceArn: TAG_ARN, tagKeys: ['b+c', 'a:d', 'x=y'] }));
    const tags = await client.send(new ListTagsForResourceCommand({ resourceArn: TAG_ARN }));
    expect(seen).toEqual([
      { resourceArn: TAG_ARN, tags: { team: 'a/b' } },
      { resourceArn: TAG_ARN, tagKeys: ['b+c', 'a:d', 'x=y'] },
      { resourceArn: TAG_ARN },
    ]);
    expect(tags.tags).toEqual({ __proto__key: 'x', team: 'a/b' });
  });

  test('gets an empty output', async () => {
    const out = await client.send(new GetConfigurationCommand({}));
    expect(Object.keys(out)).toEqual(['$metadata']);
  });

  test('gets ValidationException with every wrong field', async () => {
    const bad = client.send(
      new ListFindingsCommand({
        maxResults: 101,
        filterCriteria: { severity: [{ comparison: 'LIKE' as 'EQUALS', value: '' }] },
        sortCriteria: { field: 'SEVERITY', sortOrder: undefined },
      }),
    );
    const error = await bad.catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ValidationException);
    expect((error as ValidationException).reason).toBe('FIELD_VALIDATION_FAILED');
    expect((error as ValidationException).fields?.map((f) => f.name)).toEqual([
      'maxResults',
      'filterCriteria.severity[0].comparison',
      'filterCriteria.severity[0].value',
      'sortCriteria.sortOrder',
    ]);
  });

  test('is told what is not built, and does not retry it', async () => {
    const patient = new Inspector2Client({ endpoint: gateway.url, region: 'us-east-1', credentials: CREDENTIALS });
    const before = gateway.outcomes.length;
    const call = patient.send(new SearchVulnerabilitiesCommand({ filterCriteria: { vulnerabilityIds: ['CVE-2026-1'] } }));
    await expect(call).rejects.toMatchObject({
      name: 'ValidationException',
      reason: 'OTHER',
      message: 'SearchVulnerabilities is not built yet',
    });
    expect(gateway.outcomes.length - before).toBe(1);
    patient.destroy();
  });

  test.each([
    ['conflict', { name: 'ConflictException', resourceId: 'f1', resourceType: 'FILTER', $metadata: { httpStatusCode: 409 } }],
    ['quota', { name: 'ServiceQuotaExceededException', resourceId: 'f2', $metadata: { httpStatusCode: 402 } }],
    ['missing', { name: 'ResourceNotFoundException', message: 'no such thing', $metadata: { httpStatusCode: 404 } }],
    ['throttled', { name: 'ThrottlingException', retryAfterSeconds: 7, $metadata: { httpStatusCode: 429 } }],
    ['denied', { name: 'AccessDeniedException', message: 'not yours', $metadata: { httpStatusCode: 403 } }],
    ['bad', { name: 'BadRequestException', $metadata: { httpStatusCode: 400 } }],
    ['bug', { name: 'InternalServerException', retryAfterSeconds: 5, $metadata: { httpStatusCode: 500 } }],
  ])('maps %s to its modelled exception', async (name, expected) => {
    const call = client.send(
      new ListFindingAggregationsCommand({ aggregationType: 'ACCOUNT', accountIds: [{ comparison: 'EQUALS', value: name }] }),
    );
    const error = (await call.catch((e: unknown) => e)) as Inspector2ServiceException;
    expect(error).toBeInstanceOf(Inspector2ServiceException);
    expect(error).toMatchObject(expected);
    expect(error.message).not.toContain('secret');
  });
});

describe('the real STS client', () => {
  test('gets the caller, over XML', async () => {
    const client = new STSClient({ endpoint: gateway.url, region: 'us-east-1', credentials: CREDENTIALS, maxAttempts: 1 });
    expect(await client.send(new GetCallerIdentityCommand({}))).toMatchObject({ Account: ACCOUNT, Arn: IDENTITY.arn, UserId: '<&>' });
    client.destroy();
  });

  test('gets its own error names', async () => {
    const client = new STSClient({
      endpoint: gateway.url,
      region: 'us-east-1',
      credentials: { ...CREDENTIALS, secretAccessKey: 'wrong' },
      maxAttempts: 1,
    });
    await expect(client.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
      $metadata: { httpStatusCode: 403 },
    });
    client.destroy();
  });
});
