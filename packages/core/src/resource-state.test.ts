import { expect, test } from 'vitest';
import { SCAN_REASON, type ScanReason } from './coverage.ts';
import { type ResourceState, resourceState } from './resource-state.ts';

test.each<[ScanReason, boolean, boolean, ResourceState]>([
  ['SUCCESSFUL', true, false, 'HEALTHY'],
  ['SUCCESSFUL', true, true, 'UNHEALTHY'],
  ['STALE_INVENTORY', true, false, 'HEALTHY'],
  ['SCAN_FREQUENCY_SCAN_ON_PUSH', true, true, 'UNHEALTHY'],
  ['SCAN_FREQUENCY_MANUAL', true, false, 'HEALTHY'],
  ['SCAN_FREQUENCY_MANUAL', false, false, 'NOT_APPLICABLE'],
  ['PENDING_INITIAL_SCAN', false, false, 'UNVERIFIED'],
  ['PENDING_REVIVAL_SCAN', true, false, 'UNVERIFIED'],
  ['PENDING_REVIVAL_SCAN', true, true, 'UNHEALTHY'],
  ['UNSUPPORTED_MEDIA_TYPE', false, false, 'NOT_APPLICABLE'],
  ['SCAN_ELIGIBILITY_EXPIRED', true, false, 'NOT_APPLICABLE'],
  ['RESOURCE_STOPPED', true, false, 'NOT_APPLICABLE'],
])('%s, taken stock of: %s, problems: %s → %s', (reason, inventory, problems, expected) => {
  expect(resourceState({ reason, inventory, problems })).toBe(expected);
});

test('nothing is healthy that was never taken stock of', () => {
  const states = (Object.keys(SCAN_REASON) as ScanReason[]).map((reason) => resourceState({ reason, inventory: false, problems: false }));
  expect(states).not.toContain('HEALTHY');
});
