// An account where mails arrive: its address confirmed, its password forgotten, set and changed, its sessions ended, and the
// audit log that tells an administrator of it. The server and its mailbox are this file's own.
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { openMailbox, startServer } from './server.js';

const run = promisify(execFile);
const folder = await mkdtemp(path.join(os.tmpdir(), 'gatepost-account-'));
const database = path.join(folder, 'gatepost.db');
const mailbox = await openMailbox();
const server = await startServer({ SMTP_URL: mailbox.url, DATABASE_URL: `sqlite://${database}` });
process.env.GATEPOST_BASE_URL = server.base;
const { BASE, launch, lookAt, looks, open, signIn, stranger, tryKey, visit } = await import('./support.js');

const OWNER = stranger('owner');
const SECOND = `amber-lantern-${OWNER.password}`;
const THIRD = `silver-thimble-${OWNER.password}`;

let browser;
before(async () => { browser = await launch(); });
after(async () => {
  await browser?.close();
  await server.stop();
  mailbox.close();
  await rm(folder, { recursive: true });
});

/** Opens an account by the forms, without a script, and answers the page on which one signs in. */
async function openAccount(page, { email, password }) {
  await visit(page, '/signup');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Open the account' }).click();
  await page.getByText('follow its link first').waitFor();
  const { link } = await mailbox.next(email);
  await page.goto(link);
  await page.getByRole('button', { name: 'Confirm my address' }).click();
  await page.getByText('Your address is confirmed.').waitFor();
  return link;
}

/** Asks for a link by the form, and answers it. */
async function forget(page, email) {
  await visit(page, '/login');
  await page.getByRole('link', { name: 'Forgot your password?' }).click();
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Send the link' }).click();
  await page.getByText('If the address has an account').waitFor();
  const { subject, link } = await mailbox.next(email);
  assert.equal(subject, 'Set a new password');
  return link;
}

async function refused(page, { email, password }) {
  await visit(page, '/login');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('The e-mail address or the password is wrong.').waitFor();
}

test('without a script: an address is confirmed by the link of its mail, once', async () => {
  const { context, page, sins } = await open(browser, { javaScriptEnabled: false });
  const link = await openAccount(page, OWNER);
  assert.ok(link.startsWith(`${BASE}/verify-email/gpm_`), link);
  await signIn(page, OWNER);
  await page.goto(link);
  await page.getByRole('button', { name: 'Confirm my address' }).click();
  await page.getByText('The link was used, is too old, or is none of ours.').waitFor();
  assert.equal(await page.locator('main form').count(), 0, 'nothing to send again');
  assert.deepEqual(sins, []);
  await context.close();
});

test('without a script: a forgotten password is set by a link, and every session and the old password are over', async () => {
  const elsewhere = await open(browser);
  await signIn(elsewhere.page, OWNER);
  const { context, page, sins } = await open(browser, { javaScriptEnabled: false });
  const link = await forget(page, OWNER.email);
  assert.ok(link.startsWith(`${BASE}/reset-password/gpm_`), link);
  await page.goto(link);
  await page.getByLabel('New password').fill(SECOND);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByText('Your password is set').waitFor();
  assert.equal((await mailbox.next(OWNER.email)).subject, 'Your password was changed');
  await refused(page, OWNER);
  await signIn(page, { ...OWNER, password: SECOND });
  await visit(elsewhere.page, '/dashboard');
  assert.match(elsewhere.page.url(), /\/login/, 'the session elsewhere has ended');
  assert.deepEqual([...sins, ...elsewhere.sins], []);
  await elsewhere.context.close();
  await context.close();
});

test('a link that was used, and a password that is too short, are told on pages that fit and are accessible', async () => {
  const { context, page, sins } = await open(browser);
  const link = await forget(page, OWNER.email);
  await page.goto(link);
  await page.locator('main form').evaluate((form) => { form.noValidate = true; });
  await page.getByLabel('New password').fill('too short');
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.locator('#password-fault').waitFor();
  for (const look of looks()) await lookAt(page, look, 'reset-password-refused');
  await page.getByLabel('New password').fill(SECOND);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByText('Your password is set').waitFor();
  await mailbox.next(OWNER.email);
  await page.goto(link);
  await page.getByLabel('New password').fill(THIRD);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByRole('link', { name: 'Ask for another link' }).waitFor();
  for (const look of looks()) await lookAt(page, look, 'reset-password-dead');
  await visit(page, '/verify-email/gpm_none');
  await page.getByRole('button', { name: 'Confirm my address' }).click();
  await page.getByRole('link', { name: 'Open the account again' }).waitFor();
  for (const look of looks()) await lookAt(page, look, 'verify-email-dead');
  assert.deepEqual(sins, []);
  await context.close();
});

test('a password is changed by who knows it: this session stays, the others end', async () => {
  const elsewhere = await open(browser);
  await signIn(elsewhere.page, { ...OWNER, password: SECOND });
  const { context, page, sins } = await open(browser);
  await signIn(page, { ...OWNER, password: SECOND });
  await page.getByRole('navigation', { name: 'Dashboard' }).getByRole('link', { name: 'Password' }).click();
  const change = async (current) => {
    await page.getByLabel('Current password').fill(current);
    await page.getByLabel('New password').fill(THIRD);
    await page.getByRole('button', { name: 'Change it' }).click();
  };
  await change('not-the-right-password');
  await page.locator('#currentPassword-fault').waitFor();
  for (const look of looks()) await lookAt(page, look, 'password-refused');
  await change(SECOND);
  await page.getByText('Your password is changed.').waitFor();
  assert.equal((await mailbox.next(OWNER.email)).subject, 'Your password was changed');
  for (const look of looks()) await lookAt(page, look, 'password-changed');
  assert.equal(await page.getByRole('button', { name: /^End / }).count(), 0, 'one session is left');
  await visit(elsewhere.page, '/dashboard');
  assert.match(elsewhere.page.url(), /\/login/);
  assert.deepEqual(sins, []);
  await elsewhere.context.close();
  await context.close();
});

test('signing out ends the session in the API too', async () => {
  const watching = await open(browser);
  await signIn(watching.page, { ...OWNER, password: THIRD });
  const { context, page } = await open(browser);
  await signIn(page, { ...OWNER, password: THIRD });
  const others = async () => { await visit(watching.page, '/dashboard/sessions'); return watching.page.getByRole('button', { name: /^End / }).count(); };
  const before = await others();
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByText('You are signed out.').waitFor();
  assert.equal(await others(), before - 1);
  await watching.context.close();
  await context.close();
});

test('an administrator reads who did what, and nobody else does', async () => {
  const boss = stranger('boss');
  const { context, page, sins } = await open(browser);
  await openAccount(page, boss);
  await signIn(page, boss);
  assert.equal(await page.getByRole('link', { name: 'Audit' }).count(), 0);
  assert.equal((await visit(page, '/dashboard/audit')).status(), 404);
  // No operation makes an administrator yet: the database does.
  await run('python3', ['-c', 'import sqlite3, sys\nwith sqlite3.connect(sys.argv[1], timeout=30) as db:\n  assert db.execute("UPDATE users SET role = \'admin\' WHERE email = ?", (sys.argv[2],)).rowcount == 1', database, boss.email]);
  await visit(page, '/dashboard');
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await page.getByText('You are signed out.').waitFor();
  await signIn(page, boss);

  await visit(page, '/dashboard/keys/new');
  await page.getByLabel('Name', { exact: true }).fill('Watched');
  await page.getByRole('button', { name: 'Create the key' }).click();
  const secret = await page.getByLabel('Secret').inputValue();
  assert.equal(await tryKey(secret), 200);
  await visit(page, '/dashboard/audit');
  const first = page.locator('li.key').first();
  assert.equal(await first.getByRole('heading').textContent(), 'key.created');
  await first.getByText('Before, after and more').click();
  assert.ok((await first.textContent()).includes('Watched'));
  assert.ok(!(await page.content()).includes(secret), 'no entry holds a secret');
  for (const look of looks()) await lookAt(page, look, 'audit-open');
  for (const look of looks()) await lookAt(page, look, 'audit', '/dashboard/audit');

  await page.getByLabel('Action').fill('password.*');
  await page.getByRole('button', { name: 'Filter' }).click();
  const actions = await page.locator('li.key h2').allTextContents();
  assert.ok(actions.length >= 3 && actions.every((action) => action.startsWith('password.')), actions.join());
  await page.getByLabel('Action').fill('Not An Action');
  await page.getByRole('button', { name: 'Filter' }).click();
  await page.locator('#action-fault').waitFor();
  for (const look of looks()) await lookAt(page, look, 'audit-refused');
  assert.deepEqual(sins, []);
  await context.close();
});
