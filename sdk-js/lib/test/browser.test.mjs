// In a real browser: a page of another origin signs in with a publishable key, and its session outlives the page until
// logout. playwright-core is found by NODE_PATH, the browser at CHROMIUM.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import test from 'node:test';
import { baseUrl, nobody, root } from './support.mjs';

const { chromium } = createRequire(import.meta.url)('playwright-core');
const dist = new URL('../node_modules/gatepost/dist/', import.meta.url);

/** Serves an empty page, and the package's modules beside it. */
async function shop(t) {
  const server = createServer(async (request, response) => {
    const module = request.url.endsWith('.js');
    response.setHeader('content-type', module ? 'text/javascript' : 'text/html');
    response.end(module ? await readFile(new URL(`.${request.url}`, dist)) : '<!doctype html><title>Shop</title>');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  return `http://127.0.0.1:${server.address().port}`;
}

test('a page signs in with a publishable key, is still signed in when it is loaded again, and signs out', async (t) => {
  const origin = await shop(t);
  const key = await root.keys.create({ name: 'Shop', kind: 'publishable', allowedOrigins: [origin] });
  const account = { email: `page-${crypto.randomUUID()}@example.com`, password: 'wear-a-blue-raincoat-today' };
  await nobody().auth.registerAccount({ ...account, name: 'Ada' });
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: ['--no-sandbox', '--disable-gpu'] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const run = (work, given = {}) => page.evaluate(`(async () => {
    const { Client } = await import('/index.js');
    const given = ${JSON.stringify(given)};
    const client = new Client({ baseUrl: ${JSON.stringify(baseUrl)}, apiKey: ${JSON.stringify(key.secret)} });
    return (${work})(client, given);
  })()`);
  const kept = () => page.evaluate('Object.values(localStorage)');

  await page.goto(`${origin}/`);
  const pair = await run((client, given) => client.auth.loginWithPassword(given), account);
  assert.equal(JSON.parse((await kept())[0]).accessToken, pair.accessToken);
  await page.reload();
  assert.equal(await run(async (client) => (await client.auth.getMe()).email), account.email);
  await run((client) => client.logout());
  assert.deepEqual(await kept(), []);
  assert.equal(await run((client) => client.auth.getMe().then(() => 'in', (error) => error.status)), 401);
  await root.keys.revokeKey(key.id);
});
