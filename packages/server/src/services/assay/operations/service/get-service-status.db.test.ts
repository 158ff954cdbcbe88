import { expect, test } from 'vitest';
import { startTestService } from '../../../../http/testdata/start-service.ts';

test('tells every reader how long things are kept; what is kept for ever is not named', async () => {
  const service = await startTestService({ now: () => Date.UTC(2026, 10, 22) });
  try {
    const viewer = await service.callerOf({ account: 7, name: 'viewer', role: 'viewer' });
    expect((await viewer('/assay/status/get')).body).toMatchObject({
      role: 'viewer',
      retention: { auditRecordDays: 400, runningDays: 400 },
    });
    expect((await viewer('/assay/status/get')).body['retention']).not.toHaveProperty('closedFindingDays');
  } finally {
    await service.stop();
  }
});
