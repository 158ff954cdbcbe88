import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FakeService, startFakeService } from './console-fake-server.ts';
import { CHROMIUM, launch, look, overflow, signIn, violations, watch } from './console-walk.ts';
import { has } from './requirements.ts';
import { ROOT } from './service.ts';

const possible = has('Chromium', existsSync(CHROMIUM), 'apt-get install chromium');
const WHERE = [
  '/images',
  '/images?registry=registry.example.com&repository=shop%2Fapi',
  '/images?tab=registries',
  '/images?tab=monitoring',
] as const;
const LOOKS = [{}, { locale: 'ko-KR', dark: true }, { width: 390 }] as const;
let service: FakeService;
let browser: Browser;

beforeAll(async () => {
  if (!possible) return;
  browser = await launch();
}, 120_000);
afterAll(() => browser?.close());

describe.skipIf(!possible)('images in the console', () => {
  test.each(LOOKS)('are clean and fit in every look: %j', async (options) => {
    service = await startFakeService(path.join(ROOT, 'packages/console/dist'));
    const context = await look(browser, options);
    const page = await context.newPage();
    const seen = watch(page, service.url);
    await signIn(page, service.signInLink);
    for (const where of WHERE) {
      await page.goto(`${service.url}${where}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      expect(await violations(page), where).toEqual([]);
      expect(await overflow(page), where).toBeLessThanOrEqual(0);
    }
    expect(seen).toEqual({ complaints: [], foreign: [] });
    await context.close();
    await service.close();
  });

  test('go from a repository to what a tag meant and where an image runs', async () => {
    service = await startFakeService(path.join(ROOT, 'packages/console/dist'));
    const context = await look(browser);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await signIn(page, service.signInLink);
    await page.goto(`${service.url}/images`);
    await page.getByRole('link', { name: 'shop/api', exact: true }).click();
    await page.getByText('Still runs, though latest means', { exact: false }).first().waitFor();
    await page.getByRole('button', { name: '36 running: show where 2.4.2 runs' }).click();
    await page.getByRole('dialog').getByText('shop: api, worker').waitFor();
    await page.keyboard.press('Escape');
    await page
      .getByRole('link', { name: /^latest meant sha256:/ })
      .first()
      .click();
    await page.waitForURL(/digest=sha256/);
    expect(service.calls.findLast(({ path: asked }) => asked === '/assay/repositories/images/list')?.body).toHaveProperty('digest');
    await context.close();
    await service.close();
  });

  test('choose for how long they stay monitored, and agree to what waits', async () => {
    service = await startFakeService(path.join(ROOT, 'packages/console/dist'));
    const context = await look(browser);
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await signIn(page, service.signInLink);
    await page.goto(`${service.url}/images?tab=monitoring`);
    const asked = (where: string) => service.calls.findLast((call) => call.path === where)?.body;
    await page.getByText('310 images wait to lapse').waitFor();
    expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: /^After its push/ }).click();
    await page.getByRole('option', { name: 'For ever' }).click();
    await page.getByText('With these windows 34 of 1,200 monitored images lapse now').waitFor();
    expect(asked('/assay/eligibility/preview')).toEqual({ pushDuration: 'LIFETIME', useDuration: 'NONE', mode: 'LAST_IN_USE_AT' });
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('The windows hold from now on.').waitFor();
    expect(asked('/configuration/update')).toEqual({
      ecrConfiguration: { rescanDuration: 'LIFETIME', pullDateRescanMode: 'LAST_IN_USE_AT' },
    });
    expect(asked('/assay/eligibility/update')).toEqual({ useDuration: 'NONE' });
    await page.getByRole('button', { name: 'Let them lapse' }).click();
    await page.getByText('They lapse within minutes.').waitFor();
    expect(asked('/assay/eligibility/held/accept')).toEqual({});
    await context.close();
    await service.close();
  });
});
