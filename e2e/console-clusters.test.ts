import { existsSync } from 'node:fs';
import path from 'node:path';
import type { RunningImage } from '@assay/core/running.ts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bomOf, call, submit, submitted } from './api.ts';
import { done, inspect, type Visit, visit } from './console-visit.ts';
import { CHROMIUM, focused, type Look, launch } from './console-walk.ts';
import { until } from './processes.ts';
import { has } from './requirements.ts';
import { pods, report } from './running.ts';
import { cleanUp, type Service, scratch, startService } from './service.ts';

const possible = has('Chromium', existsSync(CHROMIUM), 'apt-get install chromium');
const folder = scratch();
let service: Service;
let browser: Browser;

const FOREIGN = `quay.io/team/agent@sha256:${'9'.repeat(64)}`;
const REGISTRY = 'registry.example';
const IMAGES: readonly (readonly [repository: string, purls: readonly string[]])[] = [
  ['shop/api', ['pkg:npm/lodash@4.17.15', 'pkg:npm/express@4.16.0', 'pkg:npm/minimist@1.2.0']],
  ['shop/web', ['pkg:npm/express@4.16.0']],
  ['shop/cart', ['pkg:pypi/requests@2.19.0']],
  ['pay/billing', ['pkg:pypi/django@3.2.0', 'pkg:pypi/pyyaml@5.1']],
  ['pay/ledger', ['pkg:npm/left-pad@1.3.0']],
];
const HOSTILE = '<img src=x onerror=alert(1)>';

const digests = new Map<string, string>();
/** The digest that the service gave it. */
async function submitImage(repository: string, purls: readonly string[]): Promise<string> {
  const job = await submit(service, bomOf(purls, repository), { repository: `${REGISTRY}/${repository}`, tag: '1' });
  return /sha256:[0-9a-f]{64}$/.exec((await submitted(service, job)).resourceArn ?? '')?.[0] ?? '';
}
function runs(repository: string, rest: Partial<RunningImage>): RunningImage {
  const name = `${REGISTRY}/${repository}`;
  return pods(`${name}:1`, `${name}@${digests.get(repository)}`, rest);
}
const as = (kind: string, name: string) => ({ workload: { kind, name } });
const hour = () => Math.floor(Date.now() / 3_600_000) * 3_600_000;

beforeAll(async () => {
  if (!possible) return;
  service = await startService({ data: path.join(folder, 'data') });
  for (const [repository, purls] of IMAGES) digests.set(repository, await submitImage(repository, purls));
  // The tag moves on while what it meant before still runs.
  await submitImage('shop/cart', ['pkg:pypi/requests@2.32.3']);
  await report(service, { provider: 'kubernetes', uid: 'uid-of-prod', name: 'prod', version: '1.33' }, [
    runs('shop/api', { ...as('Deployment', 'api'), namespace: 'shop', running: 24, reach: 'INTERNET' }),
    runs('shop/web', { ...as('Deployment', 'web'), namespace: 'shop', running: 12, reach: 'INTERNET' }),
    runs('shop/cart', { ...as('StatefulSet', 'cart'), namespace: 'shop', running: 6, reach: 'CLUSTER' }),
    runs('pay/billing', { ...as('Deployment', 'billing'), namespace: 'payments', running: 9, reach: 'PRIVATE_NETWORK' }),
    runs('pay/ledger', { ...as('Deployment', 'ledger'), namespace: 'payments', running: 4, reach: 'NONE' }),
    runs('shop/api', { ...as('Deployment', 'billing'), namespace: 'payments', running: 9, reach: 'NONE' }),
    runs('pay/billing', {
      ...as('CronJob', 'reconcile'),
      ...{ namespace: 'payments', running: 0, stopped: [{ hour: hour(), count: 3 }] },
    }),
    pods('quay.io/team/agent:2', FOREIGN, {
      ...as('DaemonSet', 'node-agent'),
      ...{ namespace: 'kube-system', running: 8 },
    }),
    pods(HOSTILE, '', { ...as('Deployment', 'pulling'), namespace: 'kube-system', running: 1 }),
  ]);
  await report(service, { provider: 'docker', uid: 'machine-1', name: 'build-01' }, [
    runs('shop/web', { ...as('Container', 'preview'), namespace: '' }),
  ]);
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await cleanUp(folder);
});

function open(where: string, options: Look = {}): Promise<Visit> {
  return visit(browser, service, { ...options, where });
}

async function prod(): Promise<string> {
  const { body } = await call<{ clusters: { name: string; clusterArn: string }[] }>(service, '/assay/clusters/list', '{}');
  return `/clusters?cluster=${encodeURIComponent(body.clusters.find(({ name }) => name === 'prod')?.clusterArn ?? '')}`;
}

describe.skipIf(!possible)('the page of clusters', () => {
  test('leads from a cluster over a namespace to a workload and its images, by links and by keys', async () => {
    const { page, seen } = await open('/clusters');
    await page.getByRole('row', { name: /prod.*Live.*73/ }).waitFor();
    await inspect(page, 'clusters');
    await page.getByRole('link', { name: 'prod' }).click();
    const map = page.getByRole('listbox');
    await map.getByRole('option', { name: 'api 24 running Deployment in shop: Critical' }).waitFor();
    expect(await map.getByRole('option').count()).toBe(7);
    await page.getByText('Newer image available').waitFor();
    await inspect(page, 'cluster');

    await map.getByRole('option', { name: /^api/ }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).toMatch(/^web/);
    await page.keyboard.press('Enter');
    await page.waitForURL(/workload=shop%2FDeployment%2Fweb/);
    const panel = page.getByRole('region', { name: 'Details' });
    await panel.getByText('Show findings').waitFor();
    await inspect(page, 'workload');
    await page.waitForFunction(`document.activeElement.closest('[class*="split-panel"]') !== null`);
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.search.includes('workload'));
    await page.waitForFunction(`document.activeElement.getAttribute('role') === 'option'`);

    await page
      .getByRole('navigation', { name: 'Namespaces' })
      .getByRole('link', { name: /payments/ })
      .click();
    await page.waitForURL(/ns=payments/);
    await map.getByRole('option', { name: /^billing/ }).waitFor();
    // What was shown before goes when the answer for the namespace has come.
    await until(async () => (await map.getByRole('option').count()) === 2, { within: 30_000 });
    await page.getByRole('row', { name: /reconcile.* 0 3$/ }).waitFor();
    await page.getByRole('link', { name: 'billing' }).click();
    await panel.getByRole('heading', { name: 'registry.example/shop/api:1' }).waitFor();
    await panel.getByText('Show findings').first().click();
    await page.waitForURL(/resourceId\.is\.arn/);
    await page
      .getByText('django', { exact: false })
      .or(page.getByText('lodash', { exact: false }))
      .first()
      .waitFor();
    await done(page, seen);
  });

  test('draws all clusters at once, each tile a link to its workload, and says the same as a table', async () => {
    const { page, seen } = await open('/clusters?tab=map');
    await page.getByRole('row', { name: /prod \/ shop.*1 Critical.* 3 42$/ }).waitFor();
    const tiles = page.getByRole('listbox').getByRole('option');
    expect(await tiles.count()).toBe(8);
    await inspect(page, 'map');
    await page.getByRole('option', { name: 'node-agent 8 running DaemonSet in prod / kube-system' }).click();
    await page.waitForURL(/ns=kube-system&workload=kube-system%2FDaemonSet%2Fnode-agent/);
    await page.goBack();
    await page.getByRole('link', { name: 'prod / payments' }).press('Enter');
    await page.waitForURL(/ns=payments/);
    await done(page, seen);
  });

  test('keeps what it cannot identify in view, as the runtime says it, with what to do', async () => {
    const { page, seen } = await open('/clusters?tab=unresolved');
    await page.getByText(HOSTILE).waitFor();
    await page.getByText(FOREIGN).waitFor();
    await page.getByText('npx assay submit quay.io/team/agent:2').waitFor();
    await inspect(page, 'unresolved');
    await page.getByRole('link', { name: 'node-agent' }).click();
    await page.getByRole('region', { name: 'Details' }).getByText('No connected registry holds this digest', { exact: false }).waitFor();
    await done(page, seen);
  });

  test('a collector shows its token once with the lines to run, is paused, renewed and removed', async () => {
    const { page, seen } = await open('/clusters?tab=collectors');
    await page.getByRole('row', { name: /prod.*Reports/ }).waitFor();
    await page.getByRole('button', { name: 'Add a collector' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('east, 1');
    await dialog.getByRole('button', { name: 'Add a collector' }).click();
    const line = (await dialog.getByText(/^\(umask/).textContent()) ?? '';
    const token = /printf %s (\S+) >/.exec(line)?.[1] ?? '';
    expect(token.length).toBeGreaterThan(20);
    await dialog.getByText(`--set-string server=${service.address} --set-string 'clusterName=east\\, 1'`, { exact: false }).waitFor();
    await inspect(page, 'collector-token');
    await dialog.getByRole('button', { name: 'I have saved it' }).click();
    await page.reload();
    await page.getByRole('row', { name: /east, 1.*Nothing heard yet/ }).waitFor();
    expect(await page.content()).not.toContain(token);
    await inspect(page, 'collectors');

    const act = async (name: string) => {
      await page.getByRole('button', { name: 'Actions for east, 1' }).click();
      await page.getByRole('menuitem', { name }).click();
    };
    await act('Pause');
    await page.getByRole('row', { name: /east, 1.*Paused/ }).waitFor();
    await act('New token');
    await dialog.getByRole('button', { name: 'New token' }).click();
    await dialog.getByText(/^\(umask/).waitFor();
    expect(await dialog.textContent()).not.toContain(token);
    await dialog.getByRole('button', { name: 'I have saved it' }).click();
    await act('Remove');
    await dialog.getByRole('button', { name: 'Remove' }).click();
    await page.getByText('east, 1 was removed.').waitFor();
    await done(page, seen);
  });

  test('a watched kind is added and changed by the form that the service describes; its secret is never shown', async () => {
    const { page, seen } = await open('/clusters?tab=collectors');
    await page.getByRole('button', { name: 'Add a collector' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill('jobs');
    await dialog.getByRole('button', { name: /Where it runs/ }).click();
    await page.getByRole('option', { name: 'In this service: nomad' }).click();
    await dialog.getByLabel('address (optional)').fill('not an address');
    await inspect(page, 'collector-form');
    await dialog.getByRole('button', { name: 'Add a collector' }).click();
    await dialog.getByText('The service refused the request', { exact: false }).waitFor();
    await dialog.getByLabel('address (optional)').fill('http://127.0.0.1:9');
    await dialog.getByLabel('Secret (optional)').fill('s3cret-of-nomad');
    await dialog.getByRole('button', { name: 'Add a collector' }).click();
    await page.getByRole('row', { name: /jobs.*nomad/ }).waitFor();

    await page.getByRole('button', { name: 'Actions for jobs' }).click();
    await page.getByRole('menuitem', { name: 'Change' }).click();
    expect(await dialog.getByLabel('address (optional)').inputValue()).toBe('http://127.0.0.1:9');
    expect(await dialog.getByLabel('New secret (optional)').inputValue()).toBe('');
    await inspect(page, 'collector-change');
    await dialog.getByLabel('Name', { exact: true }).fill('batch');
    await dialog.getByLabel('address (optional)').fill('http://127.0.0.1:10');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.getByText('batch was changed.').waitFor();
    const { body } = await call<{ collectors: { name: string; config: object }[] }>(service, '/assay/collectors/list', '{}');
    expect(body.collectors.find(({ name }) => name === 'batch')?.config).toEqual({ address: 'http://127.0.0.1:10' });
    expect(JSON.stringify(body) + (await page.content())).not.toContain('s3cret-of-nomad');
    await done(page, seen);
  });

  test.each([
    ['a phone', { width: 390 }],
    ['Korean, in the dark', { locale: 'ko-KR', dark: true }],
  ] as const)('can be read by everybody: %s', async (name, options) => {
    const cluster = await prod();
    const { page, seen } = await open('/clusters', options);
    for (const [at, where] of [
      '/clusters',
      '/clusters?tab=map',
      '/clusters?tab=unresolved',
      '/clusters?tab=collectors',
      cluster,
    ].entries()) {
      await page.goto(`${service.address}${where}`);
      await page.getByRole('row').nth(1).waitFor();
      await inspect(page, `clusters-${at}-${name.replaceAll(/\W/g, '')}`);
    }
    await page.goto(`${service.address}${cluster}&workload=shop%2FStatefulSet%2Fcart`);
    await page.getByRole('region').getByText('registry.example/shop/cart:1').first().waitFor();
    await inspect(page, `workload-${name.replaceAll(/\W/g, '')}`);
    await done(page, seen);
  });

  test('says since when a cluster is frozen and why, and what cannot be seen', async () => {
    const cluster = await prod();
    const { page, seen } = await open('/status');
    const since = Math.floor(Date.now() / 1000) - 7200;
    await page.route('**/assay/clusters/get', async (route) => {
      const answer = await route.fetch();
      const body = (await answer.json()) as { cluster: object };
      const changes = { status: 'SILENT', frozenSince: since, lastSeenAt: since, heldSince: since, problems: ['pods of shop: forbidden'] };
      await route.fulfill({ json: { cluster: { ...body.cluster, ...changes } } });
    });
    await page.goto(`${service.address}${cluster}`);
    await page.getByText('Silent: frozen 2 hours ago').waitFor();
    await page.getByText('nothing ages until it is heard again', { exact: false }).waitFor();
    await page.getByText('Its collector prod: Reports.', { exact: false }).waitFor();
    await page.getByText('pods of shop: forbidden').waitFor();
    await inspect(page, 'cluster-frozen');
    await done(page, seen);
  });

  test('says what to do where nothing reports yet, and tries again when asked', async () => {
    const { page } = await open('/status');
    let fails = true;
    await page.route('**/assay/clusters/list', (route) =>
      fails
        ? route.fulfill({ status: 500, headers: { 'x-amzn-errortype': 'InternalServerException' }, json: { message: 'no' } })
        : route.fulfill({ json: { clusters: [] } }),
    );
    await page.goto(`${service.address}/clusters`);
    const again = page.getByRole('button', { name: 'Try again' });
    await again.waitFor();
    fails = false;
    await again.click();
    await page.getByText('No cluster has reported yet.').waitFor();
    await inspect(page, 'clusters-empty');
    await page.getByRole('link', { name: 'Add a collector' }).click();
    await page.waitForURL(/tab=collectors/);
    await page.context().close();
  });

  test('a cluster that is gone is removed by an admin', async () => {
    const { page, seen } = await open('/clusters');
    await page.getByRole('link', { name: 'build-01' }).click();
    await page.getByRole('button', { name: 'Remove cluster' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove cluster' }).click();
    await page.getByRole('row', { name: /prod/ }).waitFor();
    await page.getByRole('row', { name: /build-01/ }).waitFor({ state: 'detached' });
    await done(page, seen);
  });
});
