// A browser on a running portal: GATEPOST_BASE_URL says where, GATEPOST_SCREENSHOTS (if set) where pictures go.
import { strict as assert } from 'node:assert';
import { randomBytes } from 'node:crypto';
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
  const documents = new Set();
  page.on('request', (request) => {
    const url = request.url();
    if (request.isNavigationRequest()) documents.add(url);
    if (!url.startsWith('data:') && new URL(url).origin !== origin) sins.push(`request to ${url}`);
  });
  page.on('pageerror', (error) => sins.push(`error ${error.message}`));
  page.on('console', (message) => {
    // A page that says no has its status, and the browser says so.
    const refused = message.text().startsWith('Failed to load resource') && documents.has(message.location().url);
    if ((message.type() === 'error' && !refused) || /content security policy|trusted ?types/i.test(message.text())) sins.push(message.text());
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

/** Looks at a page, of that address or as it stands: within its width, accessible, kept as a picture. */
export async function lookAt(page, look, name, address) {
  await page.setViewportSize(look.viewport);
  await page.emulateMedia({ colorScheme: look.colorScheme, reducedMotion: 'reduce' });
  if (address) await visit(page, address);
  const label = `${name}-${look.colorScheme}-${look.viewport.width}`;
  await picture(page, label);
  await assertFits(page, label);
  await assertAccessible(page, label);
}

/** Somebody whom nobody knows yet. */
export function stranger(name) {
  const some = randomBytes(9).toString('hex');
  return { email: `${name}-${some}@example.com`, password: `quiet-harbour-${some}` };
}

/** Signs in by the form. */
export async function signIn(page, { email, password }) {
  await visit(page, '/login');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(`${BASE}/dashboard`);
}

/** Calls the API as a program would. */
export async function post(address, body, headers = {}) {
  const answer = await fetch(BASE + address, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const text = await answer.text();
  assert.ok(answer.ok, `${address} ${answer.status} ${text}`);
  return JSON.parse(text);
}

/** What the API says to a key: 200, or the code of its refusal. */
export async function tryKey(key) {
  const answer = await fetch(`${BASE}/v1/me`, { headers: { 'X-API-Key': key } });
  const body = await answer.json();
  return answer.status === 200 ? 200 : body.code;
}
