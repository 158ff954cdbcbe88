import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allFindings, bomOf, inspector, submit, submitted } from './api.ts';
import { assay } from './cli.ts';
import { until } from './processes.ts';
import { cleanUp, type Service, scratch, startService } from './service.ts';
import { storedEvents } from './stored.ts';

const folder = scratch();
const data = path.join(folder, 'data');
let service: Service;
beforeAll(async () => {
  service = await startService({ data });
});
afterAll(() => cleanUp(folder));

const ID = 'CVE-2099-1234';
const PURL = 'pkg:npm/a-package-of-this-test@1.2.3';

function snapshots(name: string, fixed: readonly string[]): string {
  const from = path.join(folder, name);
  mkdirSync(path.join(from, 'osv-harvest'), { recursive: true });
  for (const [number, version] of fixed.entries()) {
    const document = {
      id: `GHSA-2099-000${number}`,
      aliases: [`CVE-2099-123${number + 4}`],
      modified: '2099-01-01T00:00:00Z',
      summary: 'Made for a test',
      severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
      affected: [
        {
          package: { ecosystem: 'npm', name: 'a-package-of-this-test' },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: version }] }],
        },
      ],
    };
    writeFileSync(path.join(from, 'osv-harvest', `${document.id}.json`), JSON.stringify(document));
  }
  return from;
}

/** Another process replaces the database beside the running service, as an operator or a timer would. */
async function build(name: string, fixed: readonly string[]): Promise<void> {
  const from = snapshots(name, fixed);
  const words = ['db', 'build', '--from', from, '--feed', 'osv', '--accept-shrink'];
  expect(await assay(words, { cwd: folder, environment: { ASSAY_DATA_DIR: data } })).toMatchObject({
    code: 0,
    err: expect.not.stringContaining(' at '),
  });
}

async function statuses(): Promise<string[]> {
  const filterCriteria = { vulnerabilityId: [{ comparison: 'EQUALS' as const, value: ID }] };
  return (await allFindings(inspector(service), { filterCriteria })).map((finding) => finding.status ?? '');
}

test('a new advisory reaches what was submitted before it, and leaves it when it is withdrawn', async () => {
  const before = await submitted(
    service,
    await submit(service, bomOf([PURL, 'pkg:npm/left-alone@1.0.0']), { repository: 'shop/api', tag: 'v1' }),
  );
  expect(before).toMatchObject({ status: 'SUCCEEDED', packageCount: 2, findingCounts: { all: 0 } });

  await build('first', ['2.0.0']);
  const begin = performance.now();
  await until(async () => (await statuses()).join() === 'ACTIVE', { within: 20_000 });
  expect(performance.now() - begin).toBeLessThan(15_000);
  const [finding] = await allFindings(inspector(service), { filterCriteria: { vulnerabilityId: [{ comparison: 'EQUALS', value: ID }] } });
  expect(finding).toMatchObject({
    severity: 'CRITICAL',
    inspectorScore: 9.8,
    fixAvailable: 'YES',
    resources: [{ id: before.resourceArn }],
    packageVulnerabilityDetails: { vulnerablePackages: [{ name: 'a-package-of-this-test', version: '1.2.3', fixedInVersion: '2.0.0' }] },
  });

  await build('second', ['1.0.0']);
  await until(async () => (await statuses()).join() === 'CLOSED', { within: 20_000 });
  await build('third', ['2.0.0', '3.0.0']);
  await until(async () => (await statuses()).join() === 'ACTIVE', { within: 20_000 });
  const again = await allFindings(inspector(service), { filterCriteria: { vulnerabilityId: [{ comparison: 'EQUALS', value: ID }] } });
  expect(again.map((one) => one.findingArn)).toEqual([finding?.findingArn]);
  expect(await storedEvents(data, ID)).toEqual(['OPENED', 'CLOSED', 'REOPENED']);
});
