import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, bomOf, submit, submitted } from './api.ts';
import { done, inspect, inspectElsewhere, type Visit, visit } from './console-visit.ts';
import { CHROMIUM, focused, type Look, launch } from './console-walk.ts';
import { until } from './processes.ts';
import { has } from './requirements.ts';
import { pods, report } from './running.ts';
import { cleanUp, type Service, scratch, startService } from './service.ts';

const possible = has('Chromium', existsSync(CHROMIUM), 'apt-get install chromium');
const folder = scratch();
let service: Service;
let browser: Browser;

/** Of each: how many units run it, and who reaches them. */
const IMAGES = [
  {
    name: 'shop/api',
    running: 6,
    reach: 'INTERNET',
    purls: ['pkg:npm/lodash@4.17.15', 'pkg:npm/express@4.16.0', 'pkg:npm/minimist@1.2.0'],
  },
  {
    name: 'shop/web-of-a-team-with-a-long-name',
    running: 2,
    reach: 'CLUSTER',
    purls: ['pkg:npm/lodash@4.17.15', 'pkg:npm/minimist@1.2.0'],
  },
  { name: 'shop/billing', running: 0, reach: 'NONE', purls: ['pkg:pypi/django@3.2.0', 'pkg:pypi/pyyaml@5.1'] },
] as const;
const arns: string[] = [];

beforeAll(async () => {
  if (!possible) return;
  service = await startService({ data: path.join(folder, 'data') });
  for (const { name, purls } of IMAGES) {
    const job = await submit(service, bomOf(purls, name), { repository: `registry.example/${name}`, tag: '2.4.1' });
    arns.push((await submitted(service, job)).resourceArn ?? '');
  }
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await cleanUp(folder);
});

async function open(where: string, options?: Look): Promise<Visit> {
  const visited = await visit(browser, service, { ...options, where });
  await visited.page.getByRole('heading', { level: 1 }).waitFor();
  return visited;
}

/** A collector of a cluster tells all that runs, once. */
async function reportAll(): Promise<void> {
  const images = IMAGES.map(({ name, running, reach }, at) => {
    const image = `registry.example/${name}`;
    const workload = { kind: 'Deployment', name: name.split('/')[1] ?? name };
    return pods(`${image}:2.4.1`, `${image}@sha256:${arns[at]?.split('sha256:')[1]}`, { namespace: 'shop', workload, running, reach });
  });
  await report(
    service,
    { provider: 'kubernetes', uid: 'shop-uid', name: 'shop' },
    images.filter(({ running }) => running > 0),
  );
  const running = async () => {
    const { actions } = await ask<{ actions: { running: boolean }[] }>(service, '/assay/fix-first/list', {});
    return actions.some((one) => one.running);
  };
  await until(running, { within: 30_000, what: () => 'what was reported to be in the queue' });
}

describe.skipIf(!possible)('what to fix first, in the console of a running service', () => {
  test('says that nobody tells what runs, and what to do about it', async () => {
    const { page, seen } = await open('/fix-first');
    await page.getByText('Nothing tells Assay yet what runs').waitFor();
    await page.getByText('npx assay cluster add shop').waitFor();
    await page.getByText(/^Nothing is known to run\. These \d+ upgrades remove \d+% of the risk of all there is\.$/).waitFor();
    await inspect(page, 'fix-first-unknown');
    await done(page, seen);
  });

  test('puts what runs first, says why, and leads to the findings that an upgrade removes', async () => {
    await reportAll();
    const { page, seen } = await open('/overview');
    await page.getByText('Images running, of 3').waitFor();
    await inspect(page, 'overview-runs');
    await page.getByRole('link', { name: 'Critical findings in what runs' }).click();
    await page.getByRole('heading', { name: 'All findings (1)' }).waitFor();
    await page.getByRole('link', { name: 'Fix first', exact: true }).click();
    await page.getByText(/^These \d+ upgrades remove \d+% of the risk of what runs\.$/).waitFor();
    expect(await page.getByText('Nothing tells Assay yet what runs').count()).toBe(0);
    const rows = page.getByRole('grid', { name: 'In order' }).getByRole('row');
    const first = rows.nth(1);
    await first.getByText('6 running').waitFor();
    await first.getByText('From the internet').waitFor();
    await first.getByText('registry.example/shop/api').waitFor();
    await rows.last().getByText('Not running').waitFor();
    await inspect(page, 'fix-first');

    await page
      .getByText(/^[\d,]+ → [\d,]+ findings/)
      .first()
      .waitFor();
    await first.getByRole('button', { name: /^How to fix/ }).press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/^npm install \w+@/).waitFor();
    await dialog.getByText('docker build --pull -t registry.example/shop/api .').waitFor();
    await dialog.getByText('6 running', { exact: false }).first().waitFor();
    await inspect(page, 'fix-first-how');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await page.waitForFunction(`document.activeElement.getAttribute('aria-label')?.startsWith('How to fix')`);

    const link = first.getByRole('link').first();
    const name = (await link.textContent())?.split(' ')[0] ?? '';
    const counted = Number((await first.getByText(/ of /).textContent())?.split(' of ')[1]);
    await link.focus();
    expect(await focused(page)).toContain(name);
    await page.keyboard.press('Enter');
    await page.getByText(`Package name = ${name}`).waitFor();
    await page.getByText('Running copies >= 1').waitFor();
    await page.getByRole('heading', { name: `All findings (${counted})` }).waitFor();
    await done(page, seen);
  });

  test('lists vulnerabilities too, narrows, and keeps both in the address', async () => {
    const { page, seen } = await open('/fix-first');
    await page.getByRole('button', { name: 'Vulnerabilities', exact: true }).click();
    await page.waitForURL(/by=vulnerability/);
    await page
      .getByRole('link', { name: /^(CVE|GHSA)-/ })
      .first()
      .waitFor();
    await page.getByLabel('Filter findings').first().fill('django');
    await page.keyboard.press('Enter');
    await page.waitForURL(/packageName\.starts\.django/);
    await page.reload();
    const table = page.getByRole('grid', { name: 'In order' });
    await table.getByText('registry.example/shop/billing').first().waitFor();
    expect(await table.getByText('registry.example/shop/api').count()).toBe(0);
    await inspect(page, 'fix-first-vulnerabilities');
    await page.getByLabel('Filter findings').first().fill('no-such-package');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Clear filters' }).last().click();
    await table.getByText('registry.example/shop/api').first().waitFor();
    await done(page, seen);
  });

  test('narrows findings to images by when they ran, orders them by use, and shows where one runs', async () => {
    const { page, seen } = await open('/');
    await page.getByRole('button', { name: 'In use Any use' }).click();
    await page.getByRole('option', { name: 'Images in use in the last 14 days' }).click();
    await page.waitForURL(/ecrImageLastInUseAt\.from\.14d/);
    await page.getByText('Last in use >= 14 days ago').waitFor();
    // The sticky copy of the header lies over the real one.
    await page.getByRole('button', { name: 'Running', exact: true }).first().dispatchEvent('click');
    await page.waitForURL(/sort=-?IN_USE_COUNT/);
    const rows = page.getByRole('grid', { name: 'Findings' }).getByRole('row');
    await page.goto(`${service.address}/?view=list&f=ecrImageLastInUseAt.from.14d&sort=-IN_USE_COUNT`);
    await rows.nth(1).getByText('shop/api:2.4.1').waitFor();
    expect(await page.getByText('shop/billing').count()).toBe(0);
    await inspect(page, 'findings-in-use');
    await rows
      .nth(1)
      .getByRole('link', { name: /^Open / })
      .click();
    const panel = page.getByRole('region', { name: 'Details' });
    await panel.getByText('shop: api').waitFor();
    await panel.getByText('6 running', { exact: false }).waitFor();
    await panel.getByText('Reach: From the internet').waitFor();
    await panel.getByText(/^Where this vulnerability was known to run in the last 90 days$/).waitFor();
    await panel.getByRole('heading', { name: 'Where it runs' }).scrollIntoViewIfNeeded();
    await inspect(page, 'finding-runs');

    await page.goto(`${service.address}/fix-first`);
    await page.getByRole('link', { name: 'Findings in this order' }).click();
    await rows.nth(1).getByText('From the internet').waitFor();
    await rows.nth(1).getByText('shop/api:2.4.1').waitFor();
    await page.getByRole('button', { name: 'In use Any use' }).click();
    await page.getByRole('option', { name: 'Images in use between…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'From' }).fill('2020-01-01');
    await dialog.getByRole('textbox', { name: 'To' }).fill('2020-12-31');
    await inspect(page, 'findings-use-range');
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('No finding fits these filters').waitFor();
    await done(page, seen);
  });

  test('is read in Korean, in the dark and on a phone', () => inspectElsewhere((options) => open('/fix-first', options), 'fix-first'));
});
