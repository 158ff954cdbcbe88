import { expect, it } from 'vitest';
import { enabledTypes, typeChanges } from './accounts.ts';

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
