import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseImageId } from './image-id.ts';

const hex = 'ab'.repeat(32);
const digest = `sha256:${hex}`;
const long = `sha512:${'cd'.repeat(64)}`;

/** Each form that was seen in the wild, and what it says. */
const FORMS: readonly (readonly [text: string, digest: string | undefined, name: string | undefined, seen: string])[] = [
  [`docker.io/library/nginx@${digest}`, digest, 'docker.io/library/nginx', 'containerd, pulled by tag'],
  [`nginx@${digest}`, digest, 'nginx', 'short name'],
  [`registry.example/team/app@${digest}`, digest, 'registry.example/team/app', 'containerd, private registry'],
  [`registry.example:5000/team/app@${digest}`, digest, 'registry.example:5000/team/app', 'a port'],
  [`registry.example:5000/team/app:v1@${digest}`, digest, 'registry.example:5000/team/app:v1', 'tag and digest'],
  [`localhost/app@${digest}`, digest, 'localhost/app', 'podman, built here'],
  [`[::1]:5000/app@${digest}`, digest, '[::1]:5000/app', 'an address of IPv6'],
  [`127.0.0.1:5056/team/app@${digest}`, digest, '127.0.0.1:5056/team/app', 'an address'],
  [`ghcr.io/a/b/c/d@${digest}`, digest, 'ghcr.io/a/b/c/d', 'a deep path'],
  [`public.ecr.aws/eks/pause@${digest}`, digest, 'public.ecr.aws/eks/pause', 'EKS'],
  [
    `602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/pause@${digest}`,
    digest,
    '602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/pause',
    'ECR',
  ],
  [`quay.io/openshift/a__b@${digest}`, digest, 'quay.io/openshift/a__b', 'doubled separators'],
  [digest, digest, undefined, 'containerd, imported or kind; ECS; Docker API'],
  [hex, digest, undefined, 'podman without a prefix'],
  [hex.toUpperCase(), digest, undefined, 'capital letters'],
  [`SHA256:${hex.toUpperCase()}`, digest, undefined, 'capital letters with a prefix'],
  [long, long, undefined, 'sha512'],
  [`registry.example/app@${long}`, long, 'registry.example/app', 'sha512 of a repository'],
  [`sha384:${'ef'.repeat(48)}`, `sha384:${'ef'.repeat(48)}`, undefined, 'sha384'],
  [`docker-pullable://nginx@${digest}`, digest, 'nginx', 'dockershim'],
  [`docker-pullable://registry.example:5000/team/app@${digest}`, digest, 'registry.example:5000/team/app', 'cri-dockerd'],
  [`docker://${digest}`, digest, undefined, 'dockershim, never pulled'],
  [`docker://registry.example/app@${digest}`, digest, 'registry.example/app', 'dockershim, a name'],
  [`containerd://${digest}`, digest, undefined, 'containerd'],
  [`cri-o://${digest}`, digest, undefined, 'CRI-O'],
  [`cri-o://quay.io/a/b@${digest}`, digest, 'quay.io/a/b', 'CRI-O, a name'],
  [`cri-o://${hex}`, digest, undefined, 'CRI-O, without a prefix'],
  [`podman://${hex}`, digest, undefined, 'podman'],
  [`docker://${hex}`, digest, undefined, 'Docker, without a prefix'],
  [`  ${digest}\n`, digest, undefined, 'space around'],
  [`@${digest}`, digest, undefined, 'no name before it'],
  [`<none>@${digest}`, digest, undefined, 'an image that lost its name'],
  [`a/b@${digest}@${long}`, long, 'a/b', 'two digests: the last'],
  ['nginx:1.27', undefined, 'nginx:1.27', 'a tag alone'],
  ['nginx', undefined, 'nginx', 'a name alone'],
  ['registry.example:5000/team/app:v1', undefined, 'registry.example:5000/team/app:v1', 'a tag of a private registry'],
  ['docker-pullable://nginx:latest', undefined, 'nginx:latest', 'a tag behind a runtime'],
  ['8d61e9ab0123', undefined, '8d61e9ab0123', 'a short id, which could be a name'],
  ['', undefined, undefined, 'nothing yet'],
  ['<none>:<none>', undefined, undefined, 'nothing left'],
  ['<none>@<none>', undefined, undefined, 'nothing left, of Docker'],
  ['nginx@sha256:123', undefined, undefined, 'too short'],
  [`nginx@sha256:${'z'.repeat(64)}`, undefined, undefined, 'not hexadecimal'],
  [`nginx@md5:${'a'.repeat(32)}`, undefined, undefined, 'another algorithm'],
  [`nginx@${digest}00`, undefined, undefined, 'too long'],
  ['sha256:', undefined, 'sha256:', 'an empty digest'],
  [`${'a/'.repeat(600)}b@${digest}`, undefined, undefined, 'longer than any reference'],
];

describe('names of running images', () => {
  it.each(FORMS)('%s', (text, wanted, name) => {
    expect(parseImageId(text)).toEqual({ ...(wanted === undefined ? {} : { digest: wanted }), ...(name === undefined ? {} : { name }) });
  });

  it('never fails, and whatever it calls a digest is one', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200, unit: 'binary' }), fc.constantFrom('', '@', `@${digest}`, `://${hex}`), (text, end) => {
        const { digest: found = digest } = parseImageId(text + end);
        expect(found).toMatch(/^sha(256:[0-9a-f]{64}|384:[0-9a-f]{96}|512:[0-9a-f]{128})$/);
      }),
      { seed: 4, numRuns: 2000 },
    );
  });
});
