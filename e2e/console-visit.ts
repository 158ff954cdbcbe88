import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { ask } from './api.ts';
import { type Look, look, overflow, violations, type Watch, watch } from './console-walk.ts';
import type { Service } from './service.ts';

const SHOTS = process.env['ASSAY_SCREENSHOTS'] ?? path.join(tmpdir(), 'assay-console-screenshots');

export interface Visit {
  readonly page: Page;
  readonly seen: Watch;
}

/** At `where` of a real service, signed in as the owner of its credentials. What the sign-in link's own page does has tests elsewhere. */
export async function visit(
  browser: Browser,
  service: Pick<Service, 'address' | 'credentialsFile'>,
  { where = '/', ...options }: Look & { readonly where?: string } = {},
): Promise<Visit> {
  const { path: link } = await ask<{ path: string }>(service, '/assay/sign-in/create');
  const context = await look(browser, options);
  const headers = { 'x-assay-csrf': '1', origin: service.address };
  const session = await context.request.post(`${service.address}/session`, { data: { token: link.split('#')[1] }, headers });
  expect(session.status()).toBe(204);
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const seen = watch(page, service.address);
  await page.goto(`${service.address}${where}`);
  return { page, seen };
}

/** Nothing was complained about and nothing asked elsewhere. */
export async function done(page: Page, seen: Watch): Promise<void> {
  expect(seen).toEqual({ complaints: [], foreign: [] });
  await page.context().close();
}

/** Nothing axe calls serious, nothing wider than the window, and a picture to look at. */
export async function inspect(page: Page, name: string): Promise<void> {
  await page.waitForLoadState('networkidle');
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
  expect(await violations(page), name).toEqual([]);
  expect(await overflow(page), name).toBeLessThanOrEqual(0);
}

const OTHER_LOOKS: readonly (Look & { name: string })[] = [
  { name: 'korean-dark', locale: 'ko-KR', dark: true },
  { name: 'phone', width: 390 },
];
/** {@link inspect} of a page as others see it: in Korean and the dark, and on a phone. */
export async function inspectElsewhere(open: (options: Look) => Promise<Visit>, name: string): Promise<void> {
  for (const { name: kind, ...options } of OTHER_LOOKS) {
    const { page, seen } = await open(options);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await inspect(page, `${name}-${kind}`);
    await done(page, seen);
  }
}
