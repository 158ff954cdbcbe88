import { expect, it } from 'vitest';
import { parseReference, registryOrigin, requireReference } from './reference.ts';

const D = `sha256:${'a'.repeat(64)}`;

it.each([
  ['debian', 'registry-1.docker.io', 'library/debian', 'latest', undefined],
  ['debian:12', 'registry-1.docker.io', 'library/debian', '12', undefined],
  ['grafana/loki:3', 'registry-1.docker.io', 'grafana/loki', '3', undefined],
  ['docker.io/debian', 'registry-1.docker.io', 'library/debian', 'latest', undefined],
  ['index.docker.io/a/b', 'registry-1.docker.io', 'a/b', 'latest', undefined],
  ['localhost/app', 'localhost', 'app', 'latest', undefined],
  ['localhost:5000/team/app:1', 'localhost:5000', 'team/app', '1', undefined],
  ['[::1]:5000/app', '[::1]:5000', 'app', 'latest', undefined],
  [`ghcr.io/o/a/b@${D}`, 'ghcr.io', 'o/a/b', undefined, D],
  [`quay.io/o/a:t@${D}`, 'quay.io', 'o/a', 't', D],
  ['REG.example.com/x', 'reg.example.com', 'x', 'latest', undefined],
])('%s', (text, host, repository, tag, digest) => {
  expect(parseReference(text)).toMatchObject({ host, repository, ...(tag && { tag }), ...(digest && { digest }) });
  expect(parseReference(text)?.tag).toBe(tag);
});

it.each([
  '',
  'Debian',
  'a b',
  'a//b',
  'a:',
  'x@sha256:abc',
  'x@sha256:../../etc',
  'http://x/y',
  'a/../b',
  '-a',
  'a:t/../b',
  'x'.repeat(2000),
  'evil.example/\n',
])('%j is none', (text) => {
  expect(parseReference(text)).toBeUndefined();
  expect(() => requireReference(text)).toThrowError(expect.objectContaining({ code: 'bad-reference' }));
});

it('speaks http only on this machine', () => {
  expect(registryOrigin({ host: 'localhost:5000' }, { insecure: false })).toBe('http://localhost:5000');
  expect(registryOrigin({ host: '127.0.0.1' }, { insecure: false })).toBe('http://127.0.0.1');
  expect(registryOrigin({ host: 'reg.example' }, { insecure: false })).toBe('https://reg.example');
  expect(registryOrigin({ host: 'localhost.evil.example' }, { insecure: false })).toBe('https://localhost.evil.example');
  expect(registryOrigin({ host: 'reg.example' }, { insecure: true })).toBe('http://reg.example');
});
