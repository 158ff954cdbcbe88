import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, bomOf, submit, submitted } from './api.ts';
import { done, inspect, inspectElsewhere, type Visit, visit } from './console-visit.ts';
import { CHROMIUM, type Look, launch } from './console-walk.ts';
import { has } from './requirements.ts';
import { cleanUp, type Service, scratch, startService } from './service.ts';

const possible = has('Chromium', existsSync(CHROMIUM), 'apt-get install chromium');
const folder = scratch();
let service: Service;
let browser: Browser;

beforeAll(async () => {
  if (!possible) return;
  service = await startService({ data: path.join(folder, 'data') });
  const api = ['pkg:npm/lodash@4.17.15', 'pkg:npm/express@4.16.0', 'pkg:npm/minimist@1.2.0'];
  await submitted(service, await submit(service, bomOf(api, 'api'), { repository: 'registry.example/shop/api', tag: '2.4.1' }));
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await cleanUp(folder);
});

function open(where: string, options: Look = {}): Promise<Visit> {
  return visit(browser, service, { ...options, where });
}

describe.skipIf(!possible)('work on findings in the console of a running service', () => {
  test('hides what the filter shows, after saying how much that is, and opens it again', async () => {
    const { page, seen } = await open('/?view=list&f=packageName.is.lodash');
    await page.getByRole('button', { name: 'Suppress these…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^It hides \d+ findings? that (is|are) known now\.$/).waitFor();
    const create = dialog.getByRole('button', { name: 'Create rule' });
    expect(await create.isDisabled()).toBe(true);
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('lodash is not reached');
    await dialog.getByRole('textbox', { name: 'Reason', exact: true }).fill('Only the build uses it.');
    await dialog.getByRole('textbox', { name: 'Owner', exact: true }).fill('team-api');
    await inspect(page, 'rule-form');
    await create.click();
    await page.getByText('The rule lodash is not reached is in force.').waitFor();
    await page.getByRole('gridcell', { name: 'team-api' }).waitFor();
    await page.getByText('Package name = lodash').waitFor();
    await inspect(page, 'rules');
    const { rules } = await ask<{ rules: Record<string, unknown>[] }>(service, '/assay/suppression-rules/list', {});
    expect(rules).toMatchObject([
      { name: 'lodash is not reached', owner: 'team-api', reason: 'Only the build uses it.', state: 'IN_FORCE' },
    ]);
    expect(rules[0]?.['hidden']).toBeGreaterThan(0);
    expect(rules[0]?.['expiresAt']).toBeGreaterThan(0);

    await page.getByRole('button', { name: 'Actions for lodash is not reached' }).click();
    await page.getByRole('menuitem', { name: 'Change' }).click();
    await dialog.getByRole('checkbox', { name: 'Never ends' }).check();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The rule lodash is not reached was changed.').waitFor();
    await page.getByRole('gridcell', { name: 'Never ends' }).waitFor();
    await page.getByRole('button', { name: 'Actions for lodash is not reached' }).click();
    await page.getByRole('menuitem', { name: 'History' }).click();
    await dialog.getByText('Made', { exact: true }).waitFor();
    await inspect(page, 'rule-history');
    await page.keyboard.press('Escape');
    await inspectElsewhere((options) => open('/rules', options), 'rules');
    await inspectElsewhere((options) => open('/rules?f=packageName.is.lodash&new=rule', options), 'rule-form');
    await page.getByRole('button', { name: 'Actions for lodash is not reached' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('The rule lodash is not reached was deleted.').waitFor();
    expect(await ask(service, '/assay/suppression-rules/list', {})).toEqual({ rules: [] });
    await done(page, seen);
  });

  test('takes a VEX document as rules and gives them out as another', async () => {
    const { page, seen } = await open('/rules');
    await page.getByRole('button', { name: 'Import VEX' }).click();
    const document = {
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': 'https://example.com/vex/1',
      author: 'team',
      timestamp: '2026-01-01T00:00:00Z',
      version: 1,
      statements: [
        {
          vulnerability: { name: 'CVE-2021-23337' },
          products: [{ '@id': 'pkg:npm/lodash@4.17.15' }],
          status: 'not_affected',
          justification: 'vulnerable_code_not_in_execute_path',
        },
      ],
    };
    const dialog = page.getByRole('dialog');
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'vex.json', mimeType: 'application/json', buffer: Buffer.from(JSON.stringify(document)) });
    await inspect(page, 'vex-import');
    await dialog.getByRole('button', { name: 'Import' }).click();
    await dialog.getByText('1 rule was made.', { exact: false }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Vulnerability = CVE-2021-23337').waitFor();
    await page.getByRole('button', { name: 'Export VEX' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'OpenVEX 0.2' }).click()]);
    const exported = JSON.parse(readFileSync(await download.path(), 'utf8')) as { statements: unknown[] };
    expect(JSON.stringify(exported.statements)).toContain('CVE-2021-23337');
    await done(page, seen);
  });

  test('reports what the filter shows as CSV, and exports SBOMs', async () => {
    const { page, seen } = await open('/?view=list&f=packageName.is.minimist');
    await page.getByRole('button', { name: 'Report…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Package name = minimist').waitFor();
    const makeKey = dialog.getByRole('button', { name: 'Make a key' });
    await makeKey.click();
    await makeKey.waitFor({ state: 'detached' });
    await inspect(page, 'report-form');
    await dialog.getByRole('button', { name: 'Start' }).click();
    const row = page.getByRole('row').filter({ hasText: 'CSV' });
    await row.getByText('Ready').waitFor();
    const [csv] = await Promise.all([page.waitForEvent('download'), row.getByRole('button', { name: 'Download' }).click()]);
    expect(csv.suggestedFilename()).toMatch(/\.csv$/);
    const lines = readFileSync(await csv.path(), 'utf8')
      .split('\r\n')
      .slice(1)
      .filter(Boolean);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.every((line) => line.includes('minimist'))).toBe(true);

    await page.getByRole('button', { name: 'Export SBOMs' }).click();
    await dialog.getByRole('button', { name: 'Start' }).click();
    const sboms = page.getByRole('row').filter({ hasText: 'CycloneDX 1.4' });
    await sboms.getByText('Ready').waitFor();
    await inspect(page, 'exports');
    await sboms.getByRole('button', { name: 'Download' }).click();
    await dialog.getByRole('button', { name: 'Choose a resource' }).click();
    await page.getByRole('option').first().click();
    const [sbom] = await Promise.all([page.waitForEvent('download'), dialog.getByRole('button', { name: 'Download' }).click()]);
    expect(JSON.parse(readFileSync(await sbom.path(), 'utf8'))).toMatchObject({ bomFormat: 'CycloneDX' });
    await inspectElsewhere((options) => open('/exports', options), 'exports');
    await done(page, seen);
  });

  test('sets a policy, lists what is due by owner, and tells the history of a finding', async () => {
    const { page, seen } = await open('/due-dates');
    await page.getByText('There is no policy yet, therefore nothing is due.').waitFor();
    await page.getByRole('button', { name: 'Change policy' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Rules' }).fill('[{ "name": "all", "days": 0, "severities": ["HIGH", "CRITICAL"] }]');
    await dialog.getByRole('textbox', { name: 'Owners' }).fill('[{ "repository": "shop/*", "owner": "payments" }]');
    await inspect(page, 'due-policy');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('High, Critical → 0 days').waitFor();
    await page.getByText('shop/* → payments').waitFor();
    expect(await ask(service, '/assay/due/policy/get', {})).toMatchObject({
      rules: [{ name: 'all', days: 0 }],
      owners: [{ owner: 'payments' }],
    });
    await inspect(page, 'due-dates');
    await inspectElsewhere((options) => open('/due-dates', options), 'due-dates');

    await page.goto(`${service.address}/?view=list&f=packageName.is.minimist`);
    await page
      .getByRole('link', { name: /^Open / })
      .first()
      .click();
    const panel = page.getByRole('region', { name: 'Details' });
    await panel.getByRole('heading', { name: 'History' }).waitFor();
    await panel.getByText('Found', { exact: true }).waitFor();
    await panel.getByRole('heading', { name: 'History' }).scrollIntoViewIfNeeded();
    await inspect(page, 'finding-history');
    await done(page, seen);
  });
});
