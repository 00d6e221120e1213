// A stranger's first day, in a real browser, against the real API: sign up, sign in, make a key, call with it, see the call.
// Every page of who is signed in is looked at on the way: accessible, within its width, asking nobody else.
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { assertAccessible, assertFits, BASE, launch, lookAt, looks, open, picture, signIn, stranger, visit } from './support.js';

const STRANGER = stranger('stranger');

let browser;
let signedIn;
before(async () => { browser = await launch(); });
after(async () => { await browser?.close(); });

/** A page of the stranger who is signed in already: signing in is limited, five times in a quarter of an hour. */
async function openSignedIn(options = {}) {
  return open(browser, { ...options, storageState: signedIn });
}

test('a stranger signs up, makes a key, calls with it and sees the call', async () => {
  const { context, page, sins } = await open(browser, { permissions: ['clipboard-read', 'clipboard-write'] });
  await visit(page, '/');
  await page.getByRole('link', { name: 'Get an API key' }).click();
  await page.getByLabel('E-mail').fill(STRANGER.email);
  await page.getByLabel('Password').fill('too short');
  await page.getByLabel('Name').fill('Stranger <b>');
  await page.locator('form[action="/signup"]').evaluate((form) => { form.noValidate = true; });
  await page.getByRole('button', { name: 'Open the account' }).click();
  await page.locator('#password-fault').waitFor();
  assert.equal(await page.getByLabel('E-mail').inputValue(), STRANGER.email, 'what was typed stays');
  assert.equal(await page.getByLabel('Password').inputValue(), '', 'but for the password');
  await picture(page, 'signup-refused');
  await assertAccessible(page, 'refused sign-up');

  await page.getByLabel('Password').fill(STRANGER.password);
  await page.getByRole('button', { name: 'Open the account' }).click();
  await page.getByRole('status').waitFor();
  await signIn(page, STRANGER);
  signedIn = await context.storageState();
  await picture(page, 'dashboard-new');
  await assertAccessible(page, 'empty dashboard');

  await page.getByRole('link', { name: 'Create a key' }).click();
  await page.getByLabel('Name', { exact: true }).fill('First <script> key');
  await page.getByRole('checkbox', { name: /^read:items/ }).check();
  await page.getByRole('checkbox', { name: /^write:items/ }).check();
  await page.getByRole('radio', { name: 'Never' }).check();
  assert.ok(await page.locator('.never-warning').isVisible(), 'a key without an end comes with a warning');
  await page.getByRole('radio', { name: '30 days' }).check();
  await page.getByRole('button', { name: 'Create the key' }).click();

  const secret = await page.getByLabel('Secret').inputValue();
  assert.match(secret, /^gp_live_/);
  await page.locator('[data-copy-from=secret]').click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
  await picture(page, 'key-created');
  await assertFits(page, 'the new key');
  await assertAccessible(page, 'the new key');
  await visit(page, '/dashboard/keys');
  assert.ok(!(await page.content()).includes(secret), 'the secret is shown once');
  assert.equal(await page.locator('.key h2').first().textContent(), 'First <script> key', 'a name is text');

  if (process.env.GATEPOST_FAKE_API !== '1') await callAndSee(page, secret);
  assert.deepEqual(sins, []);
  await context.close();
});

async function callAndSee(page, secret) {
  const headers = { 'X-API-Key': secret, 'Content-Type': 'application/json' };
  const body = JSON.stringify({ title: 'Rangefinder camera', price: { amount: 24900, currency: 'EUR' }, condition: 'good' });
  const created = await fetch(`${BASE}/v1/items`, { method: 'POST', headers, body });
  assert.equal(created.status, 201, await created.text());
  const listed = await fetch(`${BASE}/v1/items?limit=5`, { headers });
  assert.equal(listed.status, 200);
  const refused = await fetch(`${BASE}/v1/keys`, { headers });
  assert.equal(refused.status, 403);

  await visit(page, '/dashboard/usage');
  const row = (section, words) => page.locator(`section[aria-labelledby="${section}"] tbody tr`, { hasText: words });
  for (let tries = 0; tries < 10 && await row('by-operation', 'createItem').count() === 0; tries += 1) {
    await page.waitForTimeout(500);
    await page.reload();
  }
  assert.equal(await row('by-operation', 'createItem').count(), 1);
  assert.equal(await row('by-operation', 'listItems').count(), 1);
  assert.equal(await row('by-key', 'First <script> key').count(), 1);
  assert.equal(await row('by-status', '403').count(), 1);
}

test('every page of who is signed in is accessible and fits', async () => {
  const { context, page, sins } = await openSignedIn();
  await visit(page, '/dashboard/keys');
  const key = await page.locator('.key h2 a').first().getAttribute('href');
  const pages = { dashboard: '/dashboard', keys: '/dashboard/keys', 'key-new': '/dashboard/keys/new', key, 'key-rotate': `${key}/rotate`, 'key-revoke': `${key}/revoke`, sessions: '/dashboard/sessions', 'sign-out-everywhere': '/logout/everywhere', password: '/dashboard/password', usage: '/dashboard/usage', 'usage-month': '/dashboard/usage?range=30d' };
  for (const look of looks()) {
    for (const [name, address] of Object.entries(pages)) {
      await lookAt(page, look, name, address);
    }
    await visit(page, '/dashboard/keys/new');
    await page.getByText('More: where from').click();
    await lookAt(page, look, 'key-new-more');
  }
  assert.deepEqual(sins, []);
  await context.close();
});

test('a key is changed, stopped and revoked without a script', async () => {
  const { context, page } = await openSignedIn({ javaScriptEnabled: false });
  await visit(page, '/dashboard/keys');
  await page.locator('.key h2 a').first().click();
  await page.getByLabel('Name').fill('Renamed');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('status').waitFor();
  await page.getByRole('link', { name: 'Renamed' }).click();
  await page.getByRole('button', { name: 'Disable it' }).click();
  assert.ok(await page.locator('.state.disabled').first().isVisible());
  await page.getByRole('link', { name: 'Renamed' }).click();
  await page.getByRole('button', { name: 'Enable it' }).click();
  assert.ok(await page.locator('.state.active').first().isVisible());
  await page.getByRole('link', { name: 'Renamed' }).click();
  await page.getByRole('link', { name: 'Revoke it…' }).click();
  await page.getByRole('button', { name: 'Revoke it for good' }).click();
  assert.match(page.url(), /\/dashboard\/keys\?revoked$/);
  await page.getByText('Revoked, expired and idle keys').click();
  assert.ok(await page.locator('.state.revoked').first().isVisible());
  await context.close();
});

test('a session elsewhere is ended without a script, and the next request from there is refused', async () => {
  const other = await open(browser);
  await signIn(other.page, STRANGER);
  const { context, page } = await openSignedIn({ javaScriptEnabled: false });
  await visit(page, '/dashboard/sessions');
  assert.equal(await page.getByText('this one', { exact: true }).count(), 1);
  assert.ok(await page.getByRole('heading', { name: 'Chrome on Linux' }).first().isVisible(), 'the browser is named, not the portal');
  const before = await page.getByRole('button', { name: /^End / }).count();
  await page.getByRole('button', { name: /^End / }).first().click();
  await page.getByRole('status').waitFor();
  assert.equal(await page.getByRole('button', { name: /^End / }).count(), before - 1);
  await visit(other.page, '/dashboard');
  assert.match(other.page.url(), /\/login/);
  await other.context.close();
  await context.close();
});

test('signing out ends it, also for the button that goes back', async () => {
  const { context, page } = await open(browser);
  await signIn(page, STRANGER);
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByText('You are signed out.').waitFor();
  await page.goBack();
  await visit(page, '/dashboard');
  assert.match(page.url(), /\/login/);
  await context.close();
});

test('a form on another site cannot do anything here', async () => {
  const { context, page } = await openSignedIn();
  const elsewhere = await context.newPage();
  await elsewhere.goto('data:text/html,<form method=post action="' + BASE + '/logout/everywhere"><input name=csrf value=x><button>go</button></form>');
  await elsewhere.getByRole('button').click();
  await elsewhere.waitForLoadState();
  assert.match(await elsewhere.textContent('h1'), /not allowed|Sign in/);
  await visit(page, '/dashboard');
  assert.match(page.url(), /\/dashboard$/, 'still signed in');
  await context.close();
});
