import { existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { allFindings, bomOf, inspector, submit, submitted } from './api.ts';
import { done, inspect, visit } from './console-visit.ts';
import { CHROMIUM, launch, look, signIn, violations, watch } from './console-walk.ts';
import { has } from './requirements.ts';
import { cleanUp, ROOT, type Service, scratch, startService } from './service.ts';

const possible = has('Chromium', existsSync(CHROMIUM), 'apt-get install chromium');
const folder = scratch();
let service: Service;
let browser: Browser;

const IMAGES = [
  {
    repository: 'registry.example/shop/api',
    tag: '2.4.1',
    purls: ['pkg:npm/lodash@4.17.15', 'pkg:npm/express@4.16.0', 'pkg:npm/minimist@1.2.0'],
  },
  {
    repository: 'registry.example/shop/billing',
    tag: '1.9.0',
    purls: ['pkg:pypi/django@3.2.0', 'pkg:pypi/pyyaml@5.1', 'pkg:pypi/requests@2.19.0'],
  },
] as const;

beforeAll(async () => {
  if (!possible) return;
  service = await startService({ data: path.join(folder, 'data'), environment: { ASSAY_SAMPLE: '1' } });
  for (const { repository, tag, purls } of IMAGES)
    await submitted(service, await submit(service, bomOf(purls, repository), { repository, tag }));
  await service.said(/Looked at the sample/);
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await cleanUp(folder);
});

describe.skipIf(!possible)('the console of a running service', () => {
  test('signs in with the printed link, groups the real findings and explains one', async () => {
    const page = await (await look(browser)).newPage();
    page.setDefaultTimeout(20_000);
    const seen = watch(page, service.address);
    await signIn(page, service.signInLink);
    const opened = page.getByRole('link', { name: /^Open / }).first();
    await opened.waitFor();
    await opened.click();
    const panel = page.getByRole('region', { name: 'Details' });
    await panel.getByText('Affected resources').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${service.address}/?view=list&f=packageName.is.lodash`);
    await page
      .getByRole('link', { name: /^Open / })
      .first()
      .click();
    await page.getByText('Why it is reported').waitFor();
    await page.locator('.assay-chain').first().waitFor();
    await panel.getByText('lodash', { exact: false }).first().waitFor();
    expect(await violations(page)).toEqual([]);
    await photograph(page);
    await done(page, seen);
  });

  test('counts what the API counts', async () => {
    const { page, seen } = await visit(browser, service);
    const active = (await allFindings(inspector(service))).filter((one) => one.status === 'ACTIVE');
    const critical = active.filter((one) => one.severity === 'CRITICAL').length;
    expect(critical).toBeGreaterThan(0);
    await page.getByRole('link', { name: new RegExp(`^${critical} Critical finding`) }).waitFor();
    await done(page, seen);
  });

  test('removes the sample for good, shows resources and status', async () => {
    const { page, seen } = await visit(browser, service, { where: '/status' });
    await page.locator('table').first().waitFor();
    await inspect(page, 'status');
    await page.goto(`${service.address}/resources`);
    await page.locator('table').first().waitFor();
    await inspect(page, 'resources');
    await page.getByRole('button', { name: 'Remove the sample' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the sample' }).click();
    await page.getByText('The sample was removed.').waitFor();
    const repositories = (await allFindings(inspector(service))).map(
      (one) => one.resources?.[0]?.details?.awsEcrContainerImage?.repositoryName,
    );
    expect([...new Set(repositories)].sort()).toEqual(['shop/api', 'shop/billing']);
    await done(page, seen);
  });
});

const update = process.env['ASSAY_UPDATE_SCREENSHOT'] === '1';
/** The README's picture is made only when asked for: pictures differ between machines. */
async function photograph(page: Page): Promise<void> {
  if (!update) return;
  const file = path.join(ROOT, 'docs/images/findings.png');
  mkdirSync(path.dirname(file), { recursive: true });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(service.address);
  await page
    .getByRole('link', { name: /^Open / })
    .first()
    .click();
  await page.getByRole('region', { name: 'Details' }).getByText('shop/api:2.4.1').first().click();
  await page.locator('.assay-chain').first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: file });
  expect(statSync(file).size).toBeLessThanOrEqual(300_000);
}
