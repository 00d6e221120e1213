// Limits that are live, the request log and one request of it, the smallest scopes of a key, and what an administrator sees of
// everybody's requests. The server is this file's own.
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { startServer } from './server.js';

const run = promisify(execFile);
const folder = await mkdtemp(path.join(os.tmpdir(), 'gatepost-requests-'));
const database = path.join(folder, 'gatepost.db');
const server = await startServer({ DATABASE_URL: `sqlite://${database}`, LIMITS_AUTH_PER_15_MINUTES: 'none' });
process.env.GATEPOST_BASE_URL = server.base;
const { BASE, launch, lookAt, looks, open, post, signIn, stranger, visit } = await import('./support.js');

const CALLER = stranger('caller');
let browser;
let key;
let signedIn;

before(async () => {
  browser = await launch();
  await post('/v1/auth/register', CALLER);
  const { accessToken } = await post('/v1/auth/login', CALLER);
  key = await post('/v1/keys', { name: 'Shop <b>', scopes: ['read:items', 'keys:read', 'usage:read'] }, { Authorization: `Bearer ${accessToken}` });
  const { context, page } = await open(browser);
  await signIn(page, CALLER);
  signedIn = await context.storageState();
  await context.close();
});
after(async () => {
  await browser?.close();
  await server.stop();
  await rm(folder, { recursive: true });
});

const openSignedIn = (options = {}) => open(browser, { ...options, storageState: signedIn });

/** Calls the API with the key, and answers the request's id. */
async function call(address, status, method = 'GET') {
  const answer = await fetch(BASE + address, { method, headers: { 'X-API-Key': key.secret } });
  assert.equal(answer.status, status, `${address} ${await answer.text()}`);
  return answer.headers.get('x-request-id');
}

/** Loads a page until something is on it: rows are written a moment after the answer. */
async function visitUntil(page, address, locator) {
  for (let tries = 0; tries < 20; tries += 1) {
    await visit(page, address);
    if (await locator.count() > 0) return;
    await page.waitForTimeout(500);
  }
  assert.fail(`${address} does not show it: ${(await page.locator('main').textContent()).replace(/\s+/g, ' ').slice(0, 600)}`);
}

test('limits on the dashboard go down while one looks, in words and without a reload', async () => {
  const { context, page, sins } = await openSignedIn();
  await visit(page, '/dashboard');
  const words = page.locator('[data-window="minute"] [data-words]');
  const shown = await words.textContent();
  let loads = 0;
  page.on('load', () => { loads += 1; });
  for (let times = 0; times < 3; times += 1) await call('/v1/me', 200);
  await page.waitForFunction((text) => document.querySelector('[data-window="minute"] [data-words]').textContent !== text, shown, { timeout: 30_000 });
  assert.match(await words.textContent(), /^\d+ of \d+ left, more in \d+ s$/);
  assert.equal(await page.locator('[data-live-state]').textContent(), 'Live.');
  assert.equal(loads, 0);
  for (const look of looks()) await lookAt(page, look, 'dashboard-live');
  assert.deepEqual(sins, []);
  await context.close();
});

test('a call is found by its id from the page about its error, without a script', async () => {
  const id = await call('/v1/items/itm_00000000000000000000000000', 404);
  const { context, page } = await openSignedIn({ javaScriptEnabled: false });
  await visitUntil(page, `/dashboard/requests?search=${id}`, page.locator('tbody tr'));
  await visit(page, '/docs/errors/not-found');
  await page.getByLabel('Request id').fill(id);
  await page.getByRole('button', { name: 'Look it up' }).click();
  assert.equal(await page.locator('tbody tr').count(), 1);
  await page.getByRole('link', { name: /^getItem/ }).click();
  assert.equal(await page.locator('h1').textContent(), 'getItem');
  const text = await page.locator('main').textContent();
  for (const words of [id, '404', 'NOT_FOUND', key.id, 'x-api-key', 'sent, not kept']) assert.ok(text.includes(words), `${words} in ${text}`);
  assert.ok(!text.includes(key.secret));
  await context.close();
});

test('the log is filtered, and a filter that cannot be is told and kept', async () => {
  await call('/v1/items?limit=3', 200);
  const { context, page, sins } = await openSignedIn();
  await visitUntil(page, '/dashboard/requests?operationId=listItems', page.locator('tbody tr'));
  for (const look of looks()) await lookAt(page, look, 'requests', '/dashboard/requests');
  await page.getByLabel('Status').fill('2xx');
  await page.getByLabel('Method').selectOption('GET');
  await page.getByLabel('Key').selectOption(key.id);
  await page.getByLabel('From').fill('2020-01-01T00:00');
  await page.getByRole('button', { name: 'Filter' }).click();
  const shown = await page.locator('tbody .status').allTextContents();
  assert.ok(shown.length > 0 && shown.every((status) => status.startsWith('2')), shown.join());
  assert.equal(await page.getByLabel('From').inputValue(), '2020-01-01T00:00');
  await page.getByLabel('Status').fill('abc');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.locator('#status-fault').waitFor();
  assert.equal(await page.getByLabel('Status').inputValue(), 'abc');
  for (const look of looks()) await lookAt(page, look, 'requests-refused');
  await visit(page, '/dashboard/requests?operationId=listItems');
  await page.getByRole('link', { name: /^listItems/ }).first().click();
  for (const look of looks()) await lookAt(page, look, 'request');
  for (const look of looks()) await lookAt(page, look, 'requests-none', '/dashboard/requests?search=nothing-is-called-so');
  for (const look of looks()) await lookAt(page, look, 'problem', '/docs/errors/not-found');
  assert.deepEqual(sins, []);
  await context.close();
});

test('usage is shown of one key and of ninety days', async () => {
  const { context, page, sins } = await openSignedIn();
  await visitUntil(page, `/dashboard/usage?range=90d&key=${key.id}`, page.locator('section[aria-labelledby="by-key"] tbody tr'));
  assert.equal(await page.locator('section[aria-labelledby="by-key"] tbody tr').count(), 1);
  for (const look of looks()) await lookAt(page, look, 'usage-quarter');
  for (const look of looks()) await lookAt(page, look, 'usage-refused', '/dashboard/usage?range=1y&key=key_x');
  assert.deepEqual(sins, []);
  await context.close();
});

test('a key is given only what it needs, by a button', async () => {
  await call('/v1/keys', 200);
  const { context, page, sins } = await openSignedIn();
  await visit(page, `/dashboard/keys/${key.id}`);
  for (const look of looks()) await lookAt(page, look, 'key-smallest');
  await visitUntil(page, `/dashboard/keys/${key.id}/scopes`, page.getByRole('link', { name: 'listKeys' }));
  for (const look of looks()) await lookAt(page, look, 'key-plan');
  await page.getByRole('button', { name: 'Give it only what it needs' }).click();
  await page.getByRole('status').waitFor();
  const kept = await fetch(`${BASE}/v1/me`, { headers: { 'X-API-Key': key.secret } });
  assert.deepEqual((await kept.json()).scopes, ['keys:read']);
  await visit(page, `/dashboard/keys/${key.id}/scopes`);
  await page.getByText('no scope that it does not use').waitFor();
  assert.deepEqual(sins, []);
  await context.close();
});

test('an administrator sees everybody’s requests and how the whole is doing, and nobody else does', async () => {
  const boss = stranger('boss');
  await post('/v1/auth/register', boss);
  const { context, page, sins } = await open(browser);
  await signIn(page, boss);
  for (const address of ['/dashboard/admin', '/dashboard/admin/requests']) assert.equal((await visit(page, address)).status(), 404, address);
  // No operation makes an administrator yet: the database does.
  await run('python3', ['-c', 'import sqlite3, sys\nwith sqlite3.connect(sys.argv[1], timeout=30) as db:\n  assert db.execute("UPDATE users SET role = \'admin\' WHERE email = ?", (sys.argv[2],)).rowcount == 1', database, boss.email]);
  await visit(page, '/dashboard');
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByText('You are signed out.').waitFor();
  await signIn(page, boss);
  await page.getByRole('link', { name: 'Administration' }).click();
  assert.ok(Number(await page.locator('.figures strong').first().textContent()) > 0);
  for (const look of looks()) await lookAt(page, look, 'admin');
  await page.getByRole('link', { name: 'Everybody’s requests' }).click();
  await page.getByLabel('Key').fill(key.id);
  await page.getByRole('button', { name: 'Filter' }).click();
  assert.ok(await page.locator('tbody tr').count() > 3);
  assert.ok(!(await page.content()).includes(key.secret));
  for (const look of looks()) await lookAt(page, look, 'admin-requests');
  for (const look of looks()) await lookAt(page, look, 'admin-refused', '/dashboard/admin?range=1y');
  assert.deepEqual(sins, []);
  await context.close();
});
