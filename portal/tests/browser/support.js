// A browser on a running portal: GATEPOST_BASE_URL says where, GATEPOST_SCREENSHOTS (if set) where pictures go.
import { strict as assert } from 'node:assert';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';

export const BASE = (process.env.GATEPOST_BASE_URL ?? '').replace(/\/$/, '');
assert.ok(BASE, 'set GATEPOST_BASE_URL to a running server');

const SCREENSHOTS = process.env.GATEPOST_SCREENSHOTS;
const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Widths that every page must be good at. */
export const SIZES = [{ width: 320, height: 720 }, { width: 1350, height: 900 }];
export const SCHEMES = ['light', 'dark'];

/** Starts Chromium with a profile of its own, which goes when it ends. */
export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: FLAGS });
}

/** A page that remembers what it should not have done. */
export async function open(browser, options = {}) {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const sins = [];
  const origin = new URL(BASE).origin;
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith('data:') && new URL(url).origin !== origin) sins.push(`request to ${url}`);
  });
  page.on('pageerror', (error) => sins.push(`error ${error.message}`));
  page.on('console', (message) => {
    if (/content security policy|trusted ?types/i.test(message.text())) sins.push(message.text());
  });
  await page.exposeBinding('confess', (_, words) => sins.push(words));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => window.confess(`CSP ${event.violatedDirective} ${event.blockedURI}`));
  });
  return { context, page, sins };
}

/** Opens a path and waits until it is drawn. */
export async function visit(page, address) {
  const answer = await page.goto(BASE + address, { waitUntil: 'load' });
  return answer;
}

/** Keeps a picture of the whole page, where a folder for it was named. */
export async function picture(page, name) {
  if (!SCREENSHOTS) return;
  await mkdir(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** Every rule of WCAG 2.2 AA that a program can check. */
export async function assertAccessible(page, name) {
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  assert.ok(found.passes.length > 10, `axe looked at ${name}`);
  const words = found.violations.map((rule) => `${rule.id}: ${rule.help}\n  ${rule.nodes.slice(0, 5).map((node) => `${node.target.join(' ')} ${node.failureSummary?.split('\n')[1] ?? ''}`).join('\n  ')}`);
  assert.deepEqual(words, [], `axe on ${name}`);
}

/** Nothing of the page is cut off or makes it scroll sideways. */
export async function assertFits(page, name) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${name} is ${over} px too wide`);
}

/** Every combination of scheme and size. */
export function* looks() {
  for (const colorScheme of SCHEMES) for (const viewport of SIZES) yield { colorScheme, viewport };
}
