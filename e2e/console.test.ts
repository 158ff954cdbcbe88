import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FakeService, startFakeService } from './console-fake-server.ts';
import { CHROMIUM, focused, launch, look, overflow, signIn, violations, type Watch, watch } from './console-walk.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'packages/console/dist');
const SHOTS = process.env['ASSAY_SCREENSHOTS'] ?? join(tmpdir(), 'assay-console-screenshots');
const missing = !existsSync(CHROMIUM);
if (missing) console.warn(`console tests skipped: ${CHROMIUM} is not installed (apt-get install chromium)`);

describe.skipIf(missing)('the console in Chromium', () => {
  let browser: Browser;
  let service: FakeService;
  let context: BrowserContext;
  let page: Page;
  let seen: Watch;

  beforeAll(async () => {
    mkdirSync(SHOTS, { recursive: true });
    browser = await launch();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    service = await startFakeService(DIST);
    await open();
  });
  afterEach(async () => {
    await context.close();
    await service.close();
    expect(seen.complaints).toEqual([]);
    expect(seen.foreign).toEqual([]);
  });

  async function open(options: Parameters<typeof look>[1] = {}) {
    await context?.close();
    context = await look(browser, options);
    page = await context.newPage();
    page.setDefaultTimeout(20_000);
    seen = watch(page, service.url);
  }
  const row = (name: string) => page.getByRole('link', { name: `Open ${name}` }).first();
  const panel = () => page.getByRole('region', { name: 'Details' });
  const shot = (name: string) => page.screenshot({ path: join(SHOTS, `${name}.png`) });

  it('signs in with a link that works once, and says how to get another', async () => {
    await signIn(page, service.signInLink);
    expect(page.url()).toBe(`${service.url}/`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('You signed out.').waitFor();
    await page.goto(service.url);
    await page.getByText('You are not signed in').waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto('about:blank');
    await page.goto(service.signInLink);
    await page.getByText('This link was used already or has expired.').waitFor();
    await page.getByText('npx assay sign-in').waitFor();
    await shot('sign-in');
  });

  it('groups findings by vulnerability, worst first, and opens one of them', async () => {
    await signIn(page, service.signInLink);
    const bar = page.getByRole('region', { name: 'Active findings by severity' });
    await bar.getByRole('link', { name: '7 Critical findings, show them' }).waitFor();
    await row('CVE-2023-4911').waitFor();
    await shot('findings-grouped');
    expect(await violations(page)).toEqual([]);
    await row('CVE-2023-4911').click();
    await panel().getByText('Affected resources').waitFor();
    await panel()
      .getByRole('link', { name: 'sample' })
      .or(panel().getByRole('button', { name: 'sample' }))
      .first()
      .click();
    await panel().getByText('Searched debian:12 for glibc 2.36-9, the source package of libc-bin, libc6.').waitFor();
    await panel()
      .getByText(/CVE-2023-4911 from debian-tracker says: < 2\.36-9\+deb12u3\./)
      .waitFor();
    await panel().getByText('The installed version lies in that range, therefore it is affected.').waitFor();
    await panel().getByText('Known to be exploited (CISA)', { exact: false }).waitFor();
    await panel().getByText('Update libc6 from 2.36-9 to 2.36-9+deb12u3 or later.').waitFor();
    expect(await violations(page)).toEqual([]);
    await shot('finding-panel');
  });

  it('asks the service to filter, sort and page, and keeps all of it in the address', async () => {
    await signIn(page, service.signInLink);
    await page.getByRole('link', { name: '7 Critical findings, show them' }).click();
    await page.getByText('Severity = Critical', { exact: false }).waitFor();
    expect(new URL(page.url()).search).toBe('?view=list&f=severity.is.CRITICAL');
    expect(service.calls.findLast(({ path }) => path === '/findings/list')?.body).toMatchObject({
      filterCriteria: {
        findingStatus: [{ comparison: 'EQUALS', value: 'ACTIVE' }],
        severity: [{ comparison: 'EQUALS', value: 'CRITICAL' }],
      },
      sortCriteria: { field: 'SEVERITY', sortOrder: 'DESC' },
    });
    expect(service.calls.every(({ service: name }) => name === 'inspector2' || name === 'assay')).toBe(true);
    // The sticky copy of the header lies over the real one.
    await page.getByRole('button', { name: 'EPSS', exact: false }).first().dispatchEvent('click');
    await page.waitForURL(/sort=/);
    await page.waitForFunction('document.querySelector("[aria-sort]:not([aria-sort=none])") !== null');
    expect(service.calls.findLast(({ path }) => path === '/findings/list')?.body).toMatchObject({ sortCriteria: { field: 'EPSS_SCORE' } });
    await page.reload();
    await page.getByText('Severity = Critical', { exact: false }).waitFor();
    await page.goBack();
    await page.waitForURL((url) => url.search === '?view=list&f=severity.is.CRITICAL');

    await page.getByLabel('Filter findings').first().fill('curl');
    await page.keyboard.press('Enter');
    await page.waitForURL(/packageName\.starts\.curl/);
    await row('CVE-2023-38545').waitFor();
    expect(await page.getByRole('link', { name: /^Open / }).count()).toBe(1);
    await shot('findings-filtered');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.waitForURL((url) => url.search === '?view=list');
    await row('CVE-2023-4911').waitFor();
  });

  it('pages by the cursor that the service gives', async () => {
    await page.addInitScript(
      `localStorage.setItem('assay.findings.table', JSON.stringify({ pageSize: 20, wrapLines: false, dense: true, columns: [] }))`,
    );
    await signIn(page, service.signInLink);
    await page.goto(`${service.url}/?view=list`);
    await row('CVE-2023-45853').waitFor();
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.getByRole('link', { name: 'Open CVE-2011-3374' }).first().waitFor();
    expect(service.calls.findLast(({ path }) => path === '/findings/list')?.body).toMatchObject({ nextToken: '20', maxResults: 20 });
    expect(await page.getByRole('link', { name: /^Open / }).count()).toBe(15);
    await page.getByRole('button', { name: 'Previous page' }).click();
    await row('CVE-2023-45853').waitFor();
  });

  it('can be walked with the keyboard alone', async () => {
    await signIn(page, service.signInLink);
    await row('CVE-2024-45491').waitFor();
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('Skip to main content');
    await page.keyboard.press('Enter');
    await row('CVE-2024-45491').focus();
    await page.keyboard.press('Enter');
    await panel().getByText('Affected resources').waitFor();
    await page.waitForFunction(`document.activeElement.closest('[class*="split-panel"]') !== null`);
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => url.search === '');
    await page.waitForFunction(`(document.activeElement.getAttribute('aria-label') ?? '') === 'Open CVE-2024-45491'`);
  });

  it('shows what strangers wrote as text, and links only to the web', async () => {
    await signIn(page, service.signInLink);
    await page.goto(`${service.url}/?view=list&f=vulnerabilityId.is.CVE-2011-3374`);
    await row('CVE-2011-3374').click();
    await panel().getByText('<img src=x onerror=', { exact: false }).waitFor();
    await panel()
      .getByText('No score was published', { exact: false })
      .or(panel().getByText('No source has scored', { exact: false }))
      .first()
      .waitFor();
    expect(await page.title()).not.toContain('owned');
    expect(await panel().getByText('javascript:alert(1)').count()).toBe(1);
    const hrefs = await page.evaluate<string[]>(
      `[...document.querySelectorAll('a[href]')].map((a) => a.href).filter((href) => !/^https?:/.test(href))`,
    );
    expect(hrefs).toEqual([]);
  });

  it('says what was looked at, and removes the sample when asked twice', async () => {
    await signIn(page, service.signInLink);
    await page.getByRole('link', { name: 'Resources' }).click();
    await page.getByText('Looked at, except for 2 things').waitFor();
    expect(await violations(page)).toEqual([]);
    await shot('resources');
    await page.getByRole('button', { name: 'Remove the sample' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('The resource sample and its findings will be deleted.', { exact: false }).waitFor();
    await dialog.getByRole('button', { name: 'Remove the sample' }).click();
    await page.getByText('The sample was removed.').waitFor();
    await page.waitForFunction(`![...document.querySelectorAll('td, th')].some((cell) => cell.textContent.trim() === 'sample')`);
    expect(service.calls.find(({ path }) => path === '/assay/resources/delete')?.body['resourceArn']).toMatch(
      /instance\/i-0a1b2c3d4e5f60718$/,
    );
  });

  it('tells how old its advisories are and what the service is doing', async () => {
    service.mode = 'old';
    await signIn(page, service.signInLink);
    await page.getByText('The advisory database is 12 days old').waitFor();
    await page.getByRole('button', { name: 'Service', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Service status' }).click();
    await page.getByText('debian-tracker').waitFor();
    await page.getByText('214,870').waitFor();
    expect(await violations(page)).toEqual([]);
    await shot('status');
  });

  it('shows progress in the first minute and the findings when they come', async () => {
    service.mode = 'scanning';
    await signIn(page, service.signInLink);
    await page.getByText('Taking stock').waitFor();
    await page.getByText('412 packages').waitFor();
    await shot('first-minute');
    service.mode = 'normal';
    await page.getByText('Taking stock').waitFor({ state: 'detached' });
  });

  it('teaches what to run where there is nothing', async () => {
    service.mode = 'empty';
    await signIn(page, service.signInLink);
    await page.getByText('Nothing has been looked at yet').waitFor();
    await page.getByText('npx assay submit debian:12').waitFor();
    expect(await violations(page)).toEqual([]);
    await shot('empty');
  });

  it('speaks Korean, in the dark, and remembers a choice', async () => {
    await open({ locale: 'ko-KR', dark: true });
    await signIn(page, service.signInLink);
    await page.getByRole('heading', { name: '탐지 결과' }).waitFor();
    await page.goto(`${service.url}/?view=list`);
    await page.getByRole('link', { name: 'CVE-2023-38545 열기' }).first().click();
    await page.getByText('설치된 버전이 이 범위에 들어 있으므로 영향을 받습니다.').waitFor();
    expect(await violations(page)).toEqual([]);
    await shot('korean-dark');
    await page.getByRole('button', { name: '화면과 언어' }).click();
    await page.getByRole('menuitemcheckbox', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Findings', exact: true }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Findings', exact: true }).waitFor();
    expect(await page.evaluate<string>('document.documentElement.lang')).toBe('en');
  });

  it('fits a phone', async () => {
    await open({ width: 390 });
    await signIn(page, service.signInLink);
    await row('CVE-2024-45491').waitFor();
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await shot('phone');
    await row('CVE-2024-45491').click();
    await panel().getByText('Affected resources').waitFor();
    await shot('phone-panel');
    for (const path of ['/?view=list', '/resources', '/status']) {
      await page.goto(`${service.url}${path}`);
      await page.getByRole('heading', { level: 1 }).waitFor();
      expect(await overflow(page), path).toBeLessThanOrEqual(0);
    }
    expect(await violations(page)).toEqual([]);
  });
});
