import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger } from '@assay/core/context.ts';
import { type FakeAwsMachine, fakeAwsMachine } from '@assay/testkit/fake-aws-machine.ts';
import { sourceContext } from '@assay/testkit/source-context.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { awsError } from './aws.ts';
import { machineKeys } from './machine-keys.ts';

const MACHINE = { secretAccessKey: 'secret-of-the-machine', sessionToken: 'token-of-the-session', expiration: expect.any(Date) };

describe('the credentials of the machine', () => {
  let folder: string;
  let aws: FakeAwsMachine;
  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-machine-'));
    aws = await fakeAwsMachine();
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
    vi.stubEnv('HOME', folder);
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', path.join(folder, 'credentials'));
    vi.stubEnv('AWS_CONFIG_FILE', path.join(folder, 'config'));
    // No test asks the network that this machine happens to be in.
    vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', aws.endpoint);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await aws.close();
    rmSync(folder, { recursive: true });
  });
  const ask = (keys = machineKeys(silentLogger)) => keys('eu-central-1', sourceContext().fetcher);
  const file = (name: string, content: string): string => {
    writeFileSync(path.join(folder, name), content);
    return path.join(folder, name);
  };

  it('come from the environment first', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAENVIRONMENT00000');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    expect(await ask()).toMatchObject({ accessKeyId: 'AKIAENVIRONMENT00000', secretAccessKey: 'secret' });
    expect(aws.requests).toEqual([]);
  });

  it('come from the profile that was named', async () => {
    file(
      'credentials',
      '[default]\naws_access_key_id = AKIADEFAULT000000000\naws_secret_access_key = no\n[assay]\naws_access_key_id = AKIAPROFILE000000000\naws_secret_access_key = yes\n',
    );
    vi.stubEnv('AWS_PROFILE', 'assay');
    expect(await ask()).toMatchObject({ accessKeyId: 'AKIAPROFILE000000000', secretAccessKey: 'yes' });
  });

  it('come for the token of a service account (IRSA), through the guarded way out', async () => {
    vi.stubEnv('AWS_ROLE_ARN', 'arn:aws:iam::123456789012:role/assay');
    vi.stubEnv('AWS_WEB_IDENTITY_TOKEN_FILE', file('token', aws.webToken));
    vi.stubEnv('AWS_ENDPOINT_URL_STS', aws.endpoint);
    expect(await ask()).toMatchObject({ accessKeyId: 'ASIAMACHINE000000001', ...MACHINE });
    const refusing = sourceContext().fetcher;
    const asked: string[] = [];
    await machineKeys(silentLogger)('eu-central-1', (request) => {
      asked.push(String(request.url));
      return refusing(request);
    });
    expect(asked).toEqual([`${aws.endpoint}/`]);
    file('token', 'of somebody else');
    await expect(ask().catch((error: unknown) => Promise.reject(awsError(error, 'list')))).rejects.toMatchObject({ code: 'unauthorized' });
  });

  it('come from the agent of a container (ECS, EKS Pod Identity), and only from where agents are', async () => {
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${aws.endpoint}/v1/credentials`);
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', file('pod-token', aws.podToken));
    expect(await ask()).toMatchObject({ accessKeyId: 'ASIAMACHINE000000001', ...MACHINE });
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', 'http://192.0.2.1/v1/credentials');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    await expect(ask()).rejects.toThrow();
    expect(aws.given).toHaveLength(1);
  });

  it('come from the instance, with a session of its metadata service', async () => {
    expect(await ask()).toMatchObject({ accessKeyId: 'ASIAMACHINE000000001', ...MACHINE });
    expect(aws.requests).toEqual([
      'PUT /latest/api/token',
      'GET /latest/meta-data/iam/security-credentials/',
      'GET /latest/meta-data/iam/security-credentials/assay-node',
    ]);
  });

  it('are kept while they hold, and asked for again before they end', async () => {
    vi.stubEnv('AWS_CONTAINER_CREDENTIALS_FULL_URI', `${aws.endpoint}/v1/credentials`);
    vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', aws.podToken);
    const keys = machineKeys(silentLogger);
    expect([await ask(keys), await ask(keys)].map(({ accessKeyId }) => accessKeyId)).toEqual(Array(2).fill('ASIAMACHINE000000001'));
    aws.life = 60_000;
    const short = machineKeys(silentLogger);
    const { accessKeyId: first } = await ask(short);
    await vi.waitFor(async () => expect((await ask(short)).accessKeyId).not.toBe(first), { timeout: 30_000 });
  });

  it('are missing in words that say what to do', async () => {
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    const error = await ask().catch((problem: unknown) => awsError(problem, 'list'));
    expect(error).toMatchObject({ code: 'no-credentials', message: expect.stringMatching(/no credentials of AWS.*give it a role/) });
  });
});
