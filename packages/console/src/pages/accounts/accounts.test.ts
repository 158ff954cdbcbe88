import { expect, it } from 'vitest';
import { accountActions, enabledTypes, typeChanges } from './accounts.ts';

it('knows which scan types are on, also while they follow', () => {
  const state = {
    accountId: '000000000000',
    resourceState: { ecr: { status: 'ENABLED' }, ec2: { status: 'ENABLING' }, lambda: { status: 'DISABLING' } },
  };
  expect(enabledTypes(state)).toEqual(['ECR', 'EC2']);
  expect(enabledTypes(undefined)).toEqual([]);
});

it('asks only for what changes', () => {
  expect(typeChanges(['ECR', 'EC2'], ['EC2', 'LAMBDA'])).toEqual({ enable: ['LAMBDA'], disable: ['ECR'] });
  expect(typeChanges(['ECR'], ['ECR'])).toEqual({ enable: [], disable: [] });
});

it('offers what the part of the caller in the organization allows', () => {
  const account = (accountId: string, state: 'OPEN' | 'CLOSED' = 'OPEN') => ({ accountId, name: 'one', state, createdAt: 0 });
  const standing = { admin: 'm', management: 'm', delegated: undefined, members: new Set<string>() };
  expect(accountActions(account('m'), standing)).toEqual(['types', 'delegate']);
  expect(accountActions(account('a'), standing)).toEqual(['delegate', 'close']);
  expect(accountActions(account('a'), { ...standing, delegated: 'a' })).toEqual(['undelegate', 'close']);
  const delegated = { ...standing, admin: 'a', delegated: 'a', members: new Set(['b']) };
  expect(accountActions(account('b'), delegated)).toEqual(['types', 'disassociate']);
  expect(accountActions(account('c'), delegated)).toEqual(['associate']);
  expect(accountActions(account('c'), { ...standing, admin: undefined })).toEqual([]);
  expect(accountActions(account('c', 'CLOSED'), standing)).toEqual([]);
});
