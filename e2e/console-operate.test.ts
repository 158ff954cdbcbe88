import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bomOf, call, submit, submitted } from './api.ts';
import { type Visit, visit } from './console-visit.ts';
import { CHROMIUM, type Look, launch, overflow, violations } from './console-walk.ts';
import { has } from './requirements.ts';
import { cleanUp, type Service, scratch, startService } from './service.ts';

const possible = has('Chromium', existsSync(CHROMIUM), 'apt-get install chromium');
const PAGES = ['/overview', '/notifications', '/accounts', '/settings', '/audit'];
const folder = scratch();
let service: Service;
let browser: Browser;

beforeAll(async () => {
  if (!possible) return;
  service = await startService({ data: path.join(folder, 'data') });
  const repository = 'registry.example/shop/api';
  await submitted(service, await submit(service, bomOf(['pkg:npm/lodash@4.17.15'], repository), { repository, tag: '2.4.1' }));
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await cleanUp(folder);
});

function open(options: Look = {}, credentialsFile = service.credentialsFile): Promise<Visit> {
  return visit(browser, { address: service.address, credentialsFile }, options);
}

describe.skipIf(!possible)('the pages for those who run the service', () => {
  test.each([
    ['a wide window', {}],
    ['a phone in the dark, in Korean', { width: 390, dark: true, locale: 'ko-KR' }],
  ] as const)('can be read by everybody in %s', async (_, options) => {
    const { page, seen } = await open(options);
    for (const where of PAGES) {
      await page.goto(`${service.address}${where}`);
      await page.getByRole('table').first().waitFor();
      await page.waitForLoadState('networkidle');
      expect(await violations(page), where).toEqual([]);
      expect(await overflow(page), where).toBeLessThanOrEqual(0);
    }
    expect(seen).toEqual({ complaints: [], foreign: [] });
    await page.context().close();
  });

  test('the overview draws today, says it as a table, and leads to findings', async () => {
    const { page } = await open();
    await page.getByRole('link', { name: 'Overview' }).click();
    const chart = page.getByRole('figure', { name: 'Findings opened and closed by day' });
    await chart.getByText('Show as a table').click();
    const opened = (await chart.getByRole('row').last().getByRole('cell').first().textContent()) ?? '';
    const { body } = await call<{ counts: { findings: number } }>(service, '/assay/status/get', '{}');
    expect(Number(opened)).toBe(body.counts.findings);
    await page.getByRole('link', { name: 'lodash' }).click();
    await page.waitForURL(/packageName\.is\.lodash/);
    await page.context().close();
  });

  test('a receiver is made from what the service says of its kind, paused and deleted', async () => {
    const { page, seen } = await open();
    await page.goto(`${service.address}/notifications`);
    await page.getByRole('button', { name: 'Add a receiver' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('night watch');
    await dialog.getByRole('button', { name: /Kind/ }).click();
    await page.getByRole('option', { name: 'syslog' }).click();
    await dialog.getByLabel('host').fill('not a host!');
    await dialog.getByRole('button', { name: 'Add a receiver' }).click();
    await dialog.getByText('must be a host name', { exact: false }).waitFor();
    await dialog.getByLabel('host').fill('logs.example');
    await dialog.getByRole('button', { name: 'Add a receiver' }).click();
    await page.getByRole('row', { name: /night watch/ }).waitFor();
    await page.getByRole('button', { name: 'Actions for night watch' }).click();
    await page.getByRole('menuitem', { name: 'Pause' }).click();
    await page.getByRole('row', { name: /night watch.*Paused/ }).waitFor();
    await page.getByRole('button', { name: 'Actions for night watch' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('Events go nowhere yet.').waitFor();
    expect(seen).toEqual({ complaints: [], foreign: [] });
    await page.context().close();
  });

  test('a key shows its secret once; a viewer with it sees no button that would be refused', async () => {
    const { page } = await open();
    await page.goto(`${service.address}/accounts`);
    await page.getByRole('button', { name: 'Create a key' }).click();
    await page.getByRole('dialog').getByLabel('User').fill('reader');
    await page.getByRole('dialog').getByRole('button', { name: 'Create a key' }).click();
    const secret = (await page.getByText(/^AWS_SECRET_ACCESS_KEY=/).textContent())?.split('=')[1] ?? '';
    const id = (await page.getByText(/^AWS_ACCESS_KEY_ID=/).textContent())?.split('=')[1] ?? '';
    await page.getByRole('button', { name: 'I have copied it' }).click();
    await page.getByRole('row', { name: new RegExp(`${id}.*reader.*Viewer`) }).waitFor();
    await page.reload();
    await page.getByRole('row', { name: new RegExp(id) }).waitFor();
    expect(await page.content()).not.toContain(secret);
    await page.context().close();

    const file = path.join(folder, 'viewer');
    writeFileSync(file, `[default]\naws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`);
    const viewer = await open({}, file);
    for (const where of ['/notifications', '/accounts', '/settings']) {
      await viewer.page.goto(`${service.address}${where}`);
      await viewer.page.getByRole('table').first().waitFor();
      await viewer.page.waitForLoadState('networkidle');
      expect(await viewer.page.getByRole('button', { name: /Create|Add|Actions|Delete|Rotate|Choose what/ }).count(), where).toBe(0);
    }
    await viewer.page.goto(`${service.address}/audit`);
    await viewer.page.getByText('The audit is for admins.').waitFor();
    await viewer.page.context().close();
  });

  test('settings say what holds and what it changes; keys are added and rotated', async () => {
    const { page, seen } = await open();
    await page.goto(`${service.address}/settings`);
    await page.getByText('Closed findings').waitFor();
    await page.getByText('400 days').first().waitFor();
    await page.getByText('There is no key yet', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Add a key' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Description (optional)').fill('for the auditors');
    await dialog.getByRole('button', { name: 'Add a key' }).click();
    await page.getByText('The key was tried and added.').waitFor();
    await page.getByRole('button', { name: /^Rotate arn:aws:kms:/ }).click();
    await dialog.getByRole('button', { name: 'Rotate' }).click();
    await page.getByRole('row', { name: /for the auditors.*This service.* 2 / }).waitFor();
    await page.getByRole('button', { name: 'Choose what is scanned' }).click();
    await dialog.getByRole('checkbox', { name: 'Code repositories' }).uncheck();
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('Off', { exact: true }).waitFor();
    expect(seen).toEqual({ complaints: [], foreign: [] });
    await page.context().close();
  });

  test('the audit is filtered in its address and downloaded in the form of CloudTrail', async () => {
    const { page } = await open();
    await page.goto(`${service.address}/audit`);
    await page.getByLabel('Operation').first().fill('SubmitInventory');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(/operation=SubmitInventory/);
    await page
      .getByRole('row', { name: /SubmitInventory/ })
      .first()
      .waitFor();
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download for CloudTrail readers' }).click();
    const chunks: Buffer[] = [];
    for await (const chunk of await (await waiting).createReadStream()) chunks.push(chunk as Buffer);
    const file = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { Records: { eventName: string }[] };
    expect(file.Records.map(({ eventName }) => eventName)).toEqual(['SubmitInventory']);
    await page.context().close();
  });
});
