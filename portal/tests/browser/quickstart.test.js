// What the quickstarts show is what runs: each is copied off its page and pasted into a shell, with a new account's key.
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { launch, open, post, stranger, visit } from './support.js';

const CHECKOUT = path.resolve(fileURLToPath(import.meta.url), '../../../..');
const run = promisify(execFile);

let browser;
let key;

before(async () => {
  browser = await launch();
  const { email, password } = stranger('quick');
  await post('/v1/auth/register', { email, password });
  const { accessToken } = await post('/v1/auth/login', { email, password });
  const made = await post('/v1/keys', { name: 'Quickstart', scopes: ['read:items', 'write:items'] }, { Authorization: `Bearer ${accessToken}` });
  key = made.secret;
});
after(async () => { await browser?.close(); });

for (const language of ['curl', 'rust', 'typescript', 'python']) {
  test(`the ${language} quickstart creates an item and lists items`, async () => {
    const { context, page } = await open(browser);
    await visit(page, `/docs/quickstart?lang=${language}`);
    const script = await page.locator('.code').nth(1).locator('code').textContent();
    await context.close();
    const { stdout } = await run('bash', ['-c', script], { cwd: CHECKOUT, env: { ...process.env, GATEPOST_API_KEY: key }, maxBuffer: 1 << 24 });
    assert.match(stdout, /itm_[0-9a-z]{26}/, stdout);
    assert.match(stdout, /Rangefinder camera/, stdout);
  });
}
