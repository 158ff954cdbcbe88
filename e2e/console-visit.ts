import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { call } from './api.ts';
import { type Look, look, overflow, signIn, violations, type Watch, watch } from './console-walk.ts';
import type { Service } from './service.ts';

const SHOTS = process.env['ASSAY_SCREENSHOTS'] ?? path.join(tmpdir(), 'assay-console-screenshots');

export interface Visit {
  readonly page: Page;
  readonly seen: Watch;
}

/** Signs in to a real service as the owner of its credentials, and goes to `where`. */
export async function visit(
  browser: Browser,
  service: Pick<Service, 'address' | 'credentialsFile'>,
  { where = '/', ...options }: Look & { readonly where?: string } = {},
): Promise<Visit> {
  const { status, body } = await call<{ path: string }>(service, '/assay/sign-in/create', '{}');
  expect({ status, body }).toMatchObject({ status: 200 });
  const page = await (await look(browser, options)).newPage();
  page.setDefaultTimeout(20_000);
  const seen = watch(page, service.address);
  await signIn(page, new URL(body.path, service.address).href);
  if (where !== '/') await page.goto(`${service.address}${where}`);
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
