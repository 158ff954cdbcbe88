import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

export const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = ['--no-sandbox', '--disable-background-networking', '--disable-component-update', '--disable-quic', '--no-first-run'];
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
}

/** Everything that the browser complained about or asked elsewhere: must stay empty. */
export interface Watch {
  readonly complaints: string[];
  readonly foreign: string[];
}

export function watch(page: Page, origin: string): Watch {
  const complaints: string[] = [];
  const foreign: string[] = [];
  page.on('console', (message) => {
    // A refused sign-in is an answer the page shows; the browser logs every 4xx by itself.
    if (message.type() === 'error' && !message.text().includes('status of 40')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin) && !request.url().startsWith('data:')) foreign.push(request.url());
  });
  return { complaints, foreign };
}

export interface Look {
  readonly width?: number;
  readonly locale?: string;
  readonly dark?: boolean;
}
/** A fresh browser profile whose security policy is in force: nothing here is exempted from it. */
export function look(browser: Browser, { width = 1280, locale = 'en-US', dark = false }: Look = {}): Promise<BrowserContext> {
  return browser.newContext({
    viewport: { width, height: width < 600 ? 844 : 860 },
    locale,
    timezoneId: 'UTC',
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
}

export interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly string[];
}
/** Serious and critical accessibility violations by axe-core's rules for WCAG 2.2 A and AA. */
export async function violations(page: Page): Promise<Violation[]> {
  // Evaluated by the debugger protocol, as an extension would: the page's own policy forbids injected scripts.
  await page.evaluate(AXE);
  const text =
    await page.evaluate<string>(`axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }).then((result) => JSON.stringify(
    result.violations.filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
      .map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.slice(0, 5).map((node) => node.html.slice(0, 200)) }))))`);
  return JSON.parse(text) as Violation[];
}

export async function signIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.waitForURL((url) => url.pathname === '/');
  await page.locator('table').first().waitFor();
}

/** Nothing may be wider than the window. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
}

/** What holds focus, as a screen reader names it. */
export function focused(page: Page): Promise<string> {
  return page.evaluate<string>(
    `(() => { const e = document.activeElement; return e === null ? '' : (e.getAttribute('aria-label') ?? e.textContent ?? '').trim().slice(0, 80); })()`,
  );
}
