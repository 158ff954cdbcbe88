import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ecr } from '@assay/connectors/registries/ecr/ecr.ts';
import { oci } from '@assay/connectors/registries/oci/oci.ts';
import { registryAccess } from '@assay/connectors/registry-access.ts';
import { isOwnPull, type RegistryEvent } from '@assay/core/registry.ts';
import { createFetcher } from '@assay/net/guarded-fetch.ts';
import { requireReference } from '@assay/net/oci/reference.ts';
import { openRegistry } from '@assay/net/oci/registry-client.ts';
import { buildImage, buildIndex, descriptorOf, layoutFiles, writeFiles } from '@assay/testkit/image-builder.ts';
import { collected, registryContents, sourceContext } from '@assay/testkit/registry-conformance.ts';
import { BatchDeleteImageCommand, CreateRepositoryCommand, ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, describe, expect, it } from 'vitest';
import { goProgram } from './go-programs.ts';
import { READER, type Registry, skopeo, startRegistry } from './images.ts';
import { type Listener, motoPrograms, startHttp, startMoto } from './listeners.ts';
import { until } from './processes.ts';
import { has, hasPrograms } from './requirements.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'assay-registries-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const amd64 = buildImage({ layers: [{ items: [{ name: 'etc/one', content: 'amd64' }] }] });
const arm64 = buildImage({ layers: [{ items: [{ name: 'etc/one', content: 'arm64' }] }], architecture: 'arm64' });
const index = buildIndex([{ image: amd64 }, { image: arm64 }]);

/** The image of two platforms and the one that it has on amd64, in the layout that skopeo copies from. */
function layout(): string {
  const roots = [
    { blob: index, tag: 'both' },
    { blob: amd64.manifest, tag: 'one' },
  ];
  return writeFiles(path.join(folder, 'layout'), layoutFiles(roots, [...amd64.blobs, ...arm64.blobs]));
}

const canCopy = hasPrograms('docker-registry', 'skopeo');
const third = goProgram('github.com/distribution/distribution/v3/cmd/registry', 'v3.0.0');
const hasThird = has('distribution 3', third !== undefined, 'install Go, and let it reach its module proxy');

const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

function copyTo(registry: Registry, target: string, tag: string): void {
  const credentials = ['--dest-tls-verify=false', '--dest-creds', `${READER.user}:${READER.password}`];
  skopeo('copy', '--all', ...credentials, `oci:${layout()}:${tag}`, `docker://${registry.host}/${target}`);
}

const REGISTRIES = [
  ['distribution 2', 'docker-registry', canCopy],
  ['distribution 3', third ?? '', canCopy && hasThird],
] as const;

for (const [name, program, isThere] of REGISTRIES) {
  if (!isThere) continue;
  registryContents(oci, name, async () => {
    const registry = await startRegistry(path.join(folder, name.replace(' ', '')), 'basic', {
      program,
      // Less than we ask for at first, and than there is.
      lines: ['catalog: {maxentries: 2}'],
    });
    closing.push(registry.close);
    copyTo(registry, 'team/app:1', 'both');
    copyTo(registry, 'team/app:latest', 'both');
    copyTo(registry, 'team/app:amd64', 'one');
    const others = ['a', 'b', 'team/web', 'z'];
    for (const repository of others) copyTo(registry, `${repository}:1`, 'one');
    return {
      config: { url: registry.host, username: READER.user },
      secret: READER.password,
      repositories: [...others, 'team/app'],
      repository: 'team/app',
      images: [
        { digest: index.digest, tags: ['1', 'latest'] },
        { digest: amd64.manifest.digest, tags: ['amd64'] },
      ],
    };
  });
}

describe.each(REGISTRIES.filter(([, , isThere]) => isThere))('%s', (name, program) => {
  it('tells who pushed and pulled, and us apart', async () => {
    const listener = await startHttp();
    closing.push(() => void listener.stop());
    const endpoint = `{name: here, url: "http://127.0.0.1:${listener.port}/", timeout: 1s, threshold: 9, backoff: 1s}`;
    const storage = path.join(folder, `events${name.replace(' ', '')}`);
    const registry = await startRegistry(storage, 'basic', { program, lines: [`notifications: {endpoints: [${endpoint}]}`] });
    closing.push(registry.close);
    const told = (): readonly RegistryEvent[] => listener.requests.flatMap(({ body }) => oci.events?.(Buffer.from(body)) ?? []);
    const ofIndex = (action: string): readonly RegistryEvent[] =>
      told().filter((event) => event.action === action && event.digest === index.digest);
    copyTo(registry, 'team/app:1', 'both');
    await until(() => ofIndex('push').length > 0);
    expect(ofIndex('push')).toMatchObject([{ repository: 'team/app', tag: '1', actor: READER.user }]);

    // We look at what the tag means and read it; somebody else copies it away.
    const config = { url: registry.host, username: READER.user };
    const access = registryAccess(oci, config, sourceContext(READER.password));
    await collected(oci.images(config, 'team/app', sourceContext(READER.password)));
    await openRegistry(requireReference(`${registry.host}/team/app`), access).manifest(index.digest);
    const from = ['--src-tls-verify=false', '--src-creds', `${READER.user}:${READER.password}`];
    skopeo('copy', '--all', ...from, `docker://${registry.host}/team/app:1`, `oci:${storage}-copy:1`);
    await until(() => ofIndex('pull').length >= 2);
    expect(ofIndex('pull').map((event) => isOwnPull(event, READER.user))).toEqual([true, false]);
    // Both platforms were taken, and that is told as well.
    for (const { manifest } of [amd64, arm64])
      expect(told()).toContainEqual(expect.objectContaining({ action: 'pull', digest: manifest.digest }));
    expect(told().filter(({ digest }) => digest === amd64.blobs[0]?.digest)).toEqual([]);
  });

  it('keeps what belongs to a manifest under a tag, since it has no list of it', async () => {
    const registry = await startRegistry(path.join(folder, `signed${name.replace(' ', '')}`), 'open', { program });
    closing.push(registry.close);
    copyTo(registry, 'team/app:1', 'one');
    const client = openRegistry(requireReference(`${registry.host}/team/app`), { fetcher: sourceContext().fetcher });
    expect(await client.referrers(amd64.manifest.digest)).toEqual([]);
    const signature = { ...descriptorOf(amd64.manifest, amd64.manifest.bytes.length), artifactType: 'application/x-signature' };
    const body = JSON.stringify({ schemaVersion: 2, mediaType: index.mediaType, manifests: [signature] });
    const url = `http://${registry.host}/v2/team/app/manifests/${amd64.manifest.digest.replace(':', '-')}`;
    expect((await fetch(url, { method: 'PUT', headers: { 'content-type': index.mediaType }, body })).status).toBe(201);
    expect(await client.referrers(amd64.manifest.digest)).toEqual([signature]);
  });
});

describe('a registry on this machine with a certificate', () => {
  if (!canCopy) return;

  it('is asked encrypted where its address says so', async () => {
    const [key, certificate] = [path.join(folder, 'key.pem'), path.join(folder, 'certificate.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-keyout', key, '-out', certificate, ...subject],
      { stdio: 'ignore' },
    );
    const http = `, tls: {certificate: ${certificate}, key: ${key}}`;
    const registry = await startRegistry(path.join(folder, 'tls'), 'open', { http });
    closing.push(registry.close);
    copyTo(registry, 'team/app:1', 'one');
    const plain = sourceContext();
    const means = { now: plain.now, sleep: plain.sleep, random: plain.random };
    const trusting = sourceContext('', { fetcher: createFetcher({ ...means, extraCa: readFileSync(certificate, 'utf8') }) });
    expect(await collected(oci.repositories({ url: `https://${registry.host}` }, trusting))).toEqual(['team/app']);
    await expect(collected(oci.repositories({ url: `https://${registry.host}` }, plain))).rejects.toMatchObject({ code: 'network' });
    await expect(collected(oci.repositories({ url: registry.host }, trusting))).rejects.toThrow(/answered 400/);
  });
});

describe('ECR', () => {
  const moto = motoPrograms();
  if (!has('moto', moto !== undefined, 'apt-get install python3-venv where pip works') || moto === undefined) return;
  const ACCOUNT = '123456789012';
  const secret = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY';
  let aws: Listener | undefined;
  afterAll(() => aws?.stop());

  async function start(): Promise<Record<string, string>> {
    aws ??= await startMoto(moto!.server);
    return { region: 'eu-central-1', accessKeyId: 'AKIAIOSFODNN7EXAMPLE', accountId: ACCOUNT, endpoint: `http://127.0.0.1:${aws.port}` };
  }

  function clientSettings(config: Readonly<Record<string, string>>) {
    const credentials = { accessKeyId: config['accessKeyId'] ?? '', secretAccessKey: secret };
    return { region: config['region'] ?? '', endpoint: config['endpoint'] ?? '', credentials };
  }

  it('tells repositories over pages, and images with their dates', async () => {
    const config = await start();
    const client = new ECRClient(clientSettings(config));
    const names = Array.from({ length: 130 }, (_, at) => `team/r${at}`);
    for (const repositoryName of names) await client.send(new CreateRepositoryCommand({ repositoryName }));
    const put = {
      repositoryName: 'team/r7',
      imageManifest: amd64.manifest.bytes.toString(),
      imageManifestMediaType: amd64.manifest.mediaType,
    };
    for (const imageTag of ['2', '1', 'gone']) await client.send(new PutImageCommand({ ...put, imageTag }));
    const ctx = sourceContext(secret);
    expect((await collected(ecr.repositories(config, ctx))).sort()).toEqual(names.sort());
    await client.send(new BatchDeleteImageCommand({ repositoryName: 'team/r7', imageIds: [{ imageTag: 'gone' }] }));
    const [image, ...others] = await collected(ecr.images(config, 'team/r7', ctx));
    expect(others).toEqual([]);
    expect(image).toMatchObject({ tags: ['1', '2'], mediaType: amd64.manifest.mediaType });
    expect(image?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(image?.pushedAt).toBeGreaterThan(Date.UTC(2020));
    expect(await collected(ecr.images(config, 'team/deleted', ctx))).toEqual([]);
  });

  it('gives credentials, also of a role in another account', async () => {
    const config = await start();
    const own = await ecr.credentials(config, sourceContext(secret));
    expect(own).toMatchObject({ kind: 'basic', username: 'AWS', password: expect.stringMatching(/\S/) });
    const role = { ...config, roleArn: 'arn:aws:iam::210987654321:role/assay', externalId: 'assay-1' };
    expect(await ecr.credentials(role, sourceContext(secret))).toMatchObject({ username: 'AWS' });
  });

  it('tells what lies in its queue, until it was taken', async () => {
    const config = await start();
    const sqs = new SQSClient(clientSettings(config));
    const { QueueUrl: queueUrl = '' } = await sqs.send(
      new CreateQueueCommand({ QueueName: 'ecr', Attributes: { VisibilityTimeout: '0' } }),
    );
    const event = {
      'detail-type': 'ECR Image Action',
      time: '2026-11-22T04:11:12Z',
      detail: { result: 'SUCCESS', 'action-type': 'PUSH', 'repository-name': 'team/r7', 'image-digest': amd64.manifest.digest },
    };
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(event) }));
    const queue = (): AsyncIterator<{ body: Buffer; done(): Promise<void> }> =>
      ecr.queued!({ ...config, queueUrl }, sourceContext(secret))[Symbol.asyncIterator]();
    for (let time = 0; time < 2; time++) {
      const { value } = await queue().next();
      expect(ecr.events?.(value.body)).toMatchObject([{ action: 'push', repository: 'team/r7' }]);
      if (time === 1) await value.done();
    }
    const stop = new AbortController();
    const empty = ecr.queued!({ ...config, queueUrl }, sourceContext(secret, { signal: stop.signal }))
      [Symbol.asyncIterator]()
      .next();
    stop.abort();
    await expect(empty).rejects.toMatchObject({ code: 'aborted' });
  });
});
