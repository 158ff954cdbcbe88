import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeResource } from './describe.ts';
import { escapeSegment, hostId, imageArn, projectArn, splitReference } from './names.ts';

const place = { account: 42, region: 'us-east-1' };
const digest = `sha256:${'ab'.repeat(32)}`;
/** Patterns of the model. */
const IMAGE =
  /^arn:aws:ecr:us-east-1:\d{12}:repository\/(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*\/sha256:[a-f0-9]{64}$/;

describe('names of things outside AWS', () => {
  it.each([
    ['harbor.example.com', 'team/app', 'harbor.example.com/team/app'],
    ['registry.example:5000', 'app', 'registry.example_p_5000/app'],
    ['local', 'a__b/c--d', 'local/a_u_b/c_d2_d'],
    ['local', 'a_p_b', 'local/a_e_p_b'],
    ['local', 'a__p_u_b', 'local/a_u_p_e_u_b'],
    ['local', '_My App!/ü', 'local/my-app/unnamed'],
  ])('image %s/%s', (registry, repository, path) => {
    const arn = imageArn(place, { registry, repository, digest });
    expect(arn).toBe(`arn:aws:ecr:us-east-1:000000000042:repository/${path}/${digest}`);
    expect(arn).toMatch(IMAGE);
  });

  it('two names of the distribution grammar never share an ARN, and every one fits the model', () => {
    const segment = fc.stringMatching(/^[puead2]{1,2}((\.|_|__|-{1,3})[puead2]{1,2}){0,4}$/);
    fc.assert(
      fc.property(segment, segment, (a, b) => {
        expect(imageArn(place, { registry: 'local', repository: a, digest })).toMatch(IMAGE);
        expect(escapeSegment(a) === escapeSegment(b)).toBe(a === b);
      }),
      { seed: 7, numRuns: 2000 },
    );
  });

  it('hosts and projects have ids of the right form, stable and different', () => {
    expect(hostId('m1')).toMatch(/^i-[0-9a-f]{17}$/);
    expect(hostId('m1')).not.toBe(hostId('m2'));
    expect(projectArn(place, '/src')).toMatch(
      /^arn:aws:inspector2:us-east-1:000000000042:codesecurity-integration\/[0-9a-f-]{36}\/project-[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(projectArn(place, '/src')).not.toBe(projectArn(place, '/other'));
  });

  it.each([
    ['nginx', 'local', 'nginx', undefined],
    ['nginx:1.25', 'local', 'nginx', '1.25'],
    ['team/app:1', 'local', 'team/app', '1'],
    ['localhost:5000/app', 'localhost:5000', 'app', undefined],
    [`ghcr.io/a/b:v1@${digest}`, 'ghcr.io', 'a/b', 'v1'],
  ])('reference %s', (text, registry, repository, tag) => {
    expect(splitReference(text, 'local')).toEqual({ registry, repository, tag });
  });

  it('an image is described by its digest, tags of all sources, and its platform', () => {
    const subject = {
      kind: 'image',
      name: 'team/app:1',
      digest,
      tags: ['latest'],
      platform: { os: 'linux', architecture: 'x86_64' },
      layers: [],
      size: 3,
    } as const;
    const distro = { id: 'ubuntu', version: '22.04', prettyName: 'Ubuntu 22.04' };
    expect(describeResource({ subject, distro }, { ...place, tags: ['x'] })).toMatchObject({
      ...{ kind: 'AWS_ECR_CONTAINER_IMAGE', registry: 'local', repository: 'team/app', digest, arch: 'amd64', platform: 'UBUNTU_22_04' },
      imageTags: ['1', 'latest', 'x'],
    });
  });
});
