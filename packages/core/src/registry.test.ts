import { describe, expect, it } from 'vitest';
import { isOwnPull, pulledByOthers } from './registry.ts';

describe('when others last pulled', () => {
  it.each([
    ['what a registry does not tell stays as it was', undefined, { known: 7 }, 7],
    ['what nobody knew before is taken', 100_000, {}, 100_000],
    ['our own reading does not count', 100_000, { known: 7, ownRead: 99_000 }, 7],
    ['nor when the registry wrote it down later', 104_000, { ownRead: 99_500 }, undefined],
    ['a pull after our reading counts', 105_001, { known: 7, ownRead: 100_000 }, 105_001],
    ['it never goes back', 5, { known: 7 }, 7],
  ])('%s', (_, told, before, expected) => {
    expect(pulledByOthers(told, before)).toBe(expected);
  });
});

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
