import { describe, expect, it } from 'vitest';
import { isOwnPull } from './registry.ts';

describe('our own pulls', () => {
  const event = { action: 'pull' as const, repository: 'a', at: 1 };
  it.each([
    ['by user agent and account', { userAgent: 'assay/1.0', actor: 'robot' }, 'robot', true],
    ['of nobody, by user agent', { userAgent: 'assay/1.0' }, '', true],
    ['where a proxy before the registry knows the account', { userAgent: 'assay/1.0' }, 'robot', true],
    ['not somebody else who calls himself so', { userAgent: 'assay/1.0', actor: 'eve' }, 'robot', false],
    ['not another program with our account', { userAgent: 'containerd/2', actor: 'robot' }, 'robot', false],
    ['by account alone where no user agent is told', { actor: 'robot' }, 'robot', true],
    ['not all of nobody where no user agent is told', {}, '', false],
    ['not a push', { action: 'push' as const, userAgent: 'assay/1.0' }, '', false],
  ])('%s', (_, told, username, expected) => {
    expect(isOwnPull({ ...event, ...told }, username)).toBe(expected);
  });
});
