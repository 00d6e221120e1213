// A key's life after its first day: stopped and let go again, and replaced while the program that uses it runs on.
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { launch, lookAt, looks, open, post, signIn, stranger, tryKey, visit } from './support.js';

const OWNER = stranger('keys');
let browser;
let signedIn;

before(async () => {
  browser = await launch();
  await post('/v1/auth/register', OWNER);
  const { context, page } = await open(browser);
  await signIn(page, OWNER);
  signedIn = await context.storageState();
  await context.close();
});
after(async () => { await browser?.close(); });

async function make(page, name) {
  await visit(page, '/dashboard/keys/new');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('checkbox', { name: /^read:items/ }).check();
  await page.getByRole('button', { name: 'Create the key' }).click();
  return page.getByLabel('Secret').inputValue();
}

/** Rotates the key of that name by its form, and answers the new secret. */
async function rotate(page, name, grace, counted) {
  await visit(page, '/dashboard/keys');
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('link', { name: 'Rotate it…' }).click();
  await page.getByRole('radio', { name: grace, exact: true }).check();
  await page.getByRole('radio', { name: counted, exact: true }).check();
  await page.getByRole('button', { name: 'Make the new key' }).click();
  return page.getByLabel('Secret').inputValue();
}

test('a rotated key has a new secret, shown once, and the old one works until its end', async () => {
  const { context, page, sins } = await open(browser, { storageState: signedIn });
  const old = await make(page, 'Shop');
  const renewed = await rotate(page, 'Shop', '1 hour', 'from now');
  assert.match(renewed, /^gp_live_/);
  assert.notEqual(renewed, old);
  const told = page.locator('dl div', { hasText: 'Old key' }).locator('time');
  const left = Date.parse(await told.getAttribute('datetime')) - Date.now();
  assert.ok(left > 3_400_000 && left <= 3_600_000, `the old key's end is told: ${left} ms from now`);
  for (const look of looks()) await lookAt(page, look, 'key-rotated');
  assert.deepEqual([await tryKey(renewed), await tryKey(old)], [200, 200]);

  await visit(page, '/dashboard/keys');
  assert.equal(await page.locator('.key').count(), 2);
  assert.equal(await page.getByText('replaced', { exact: true }).count(), 1);
  for (const look of looks()) await lookAt(page, look, 'keys-replaced');
  for (const address of ['/dashboard/keys', await page.locator('.key h2 a').first().getAttribute('href')]) {
    await visit(page, address);
    assert.ok(!(await page.content()).includes(renewed), `${address}: shown once`);
  }
  const replaced = await page.locator('dl div', { hasText: 'Replaces' }).getByRole('link').getAttribute('href');
  for (const look of looks()) {
    await lookAt(page, look, 'key-replaced', replaced);
    await lookAt(page, look, 'key-rotate-again', `${replaced}/rotate`);
  }
  assert.ok(await page.getByText('This key was replaced already').isVisible());
  assert.deepEqual(sins, []);
  await context.close();
});

test('without a script: an old key ends when the new one is first used, or at once', async () => {
  const { context, page } = await open(browser, { storageState: signedIn, javaScriptEnabled: false });
  const first = await make(page, 'Till');
  const second = await rotate(page, 'Till', 'Not at all', 'from when the new key is first used');
  assert.ok(await page.getByText('works until the new one is first used').isVisible());
  assert.equal(await tryKey(first), 200, 'nobody is locked out by rotating early');
  assert.equal(await tryKey(second), 200);
  assert.notEqual(await tryKey(first), 200, 'and then it is over');

  const leaked = await make(page, 'Leaked');
  const safe = await rotate(page, 'Leaked', 'Not at all', 'from now');
  assert.ok(await page.getByText('dead: it is refused from now on').isVisible());
  assert.deepEqual([await tryKey(leaked), await tryKey(safe)], ['EXPIRED', 200]);
  await context.close();
});

test('a disabled key is refused from the next request on, and an enabled one works again', async () => {
  const { context, page, sins } = await open(browser, { storageState: signedIn });
  const secret = await make(page, 'Switch');
  const show = async () => { await visit(page, '/dashboard/keys'); await page.getByRole('link', { name: 'Switch' }).click(); };
  await show();
  await page.getByRole('button', { name: 'Disable it' }).click();
  await page.getByRole('status').waitFor();
  assert.equal(await tryKey(secret), 'DISABLED');
  await show();
  for (const look of looks()) await lookAt(page, look, 'key-disabled');
  await page.getByRole('button', { name: 'Enable it' }).click();
  await page.getByRole('status').waitFor();
  assert.equal(await tryKey(secret), 200);
  assert.deepEqual(sins, []);
  await context.close();
});
