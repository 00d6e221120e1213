// An endpoint's day: registered, tested, seen to fail and why; its receiver mended, the delivery replayed, and seen to arrive.
// The secret rotated while deliveries go on; the receivers that the pages show, run. The server is this file's own: its
// webhooks may reach this machine.
import { strict as assert } from 'node:assert';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { createRequire } from 'node:module';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startServer } from './server.js';

const CHECKOUT = path.resolve(fileURLToPath(import.meta.url), '../../../..');
const TOOLS = path.join(CHECKOUT, '.work/node/node_modules');
const { Webhook } = createRequire(path.join(TOOLS, 'x.js'))('standardwebhooks');
const run = promisify(execFile);

const server = await startServer({ WEBHOOKS_ALLOW: '127.0.0.0/8', LIMITS_AUTH_PER_15_MINUTES: 'none' });
process.env.GATEPOST_BASE_URL = server.base;
const { BASE, SCHEMES, launch, lookAt, looks, open, post, signIn, stranger, visit } = await import('./support.js');

const OWNER = stranger('hooks');
let browser;
let signedIn;
let bearer;
let receiver;

before(async () => {
  browser = await launch();
  await post('/v1/auth/register', OWNER);
  bearer = { Authorization: `Bearer ${(await post('/v1/auth/login', OWNER)).accessToken}` };
  receiver = await listen();
  const { context, page } = await open(browser);
  await signIn(page, OWNER);
  signedIn = await context.storageState();
  await context.close();
});
after(async () => {
  await browser?.close();
  receiver?.close();
  await server.stop();
});

/** A receiver of ours: it keeps what came and answers as it is told to. */
async function listen() {
  const came = [];
  const listener = http.createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const message = { headers: request.headers, body: Buffer.concat(chunks).toString() };
    came.push(message);
    const [status, words] = own.answer(message);
    response.writeHead(status).end(words);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const own = { came, url: `http://127.0.0.1:${listener.address().port}/in?of=hooks`, answer: () => [204, ''], close: () => listener.close() };
  return own;
}

/** Answers 204 to what verifies with each of these secrets, by the package of the standard. */
const verifying = (...secrets) => ({ headers, body }) => {
  try {
    for (const secret of secrets) new Webhook(secret).verify(body, headers);
    return [204, ''];
  } catch (error) {
    return [400, error.message];
  }
};

/** Loads the page again until that is on it: an attempt is written down a moment after it was made. */
async function until(page, locator) {
  for (let tries = 0; tries < 20; tries += 1) {
    if (await locator.count() > 0) return;
    await page.waitForTimeout(500);
    await page.reload();
  }
  assert.fail(`it does not show: ${(await page.locator('main').textContent()).replace(/\s+/g, ' ').slice(0, 600)}`);
}

const badge = (page, words) => page.locator('.title-row .status', { hasText: words });

/** Registers the receiver by the form, and answers the secret. */
async function register(page, url, patterns) {
  await visit(page, '/dashboard/webhooks/new');
  await page.getByLabel('URL').fill(url);
  await page.getByLabel('Other patterns').fill(patterns);
  await page.getByRole('button', { name: 'Register it' }).click();
  const secret = await page.getByLabel('Secret').inputValue();
  await page.getByRole('link', { name: 'I have copied it' }).click();
  return secret;
}

test('an endpoint is registered, a test fails, the page says why, the receiver is mended, and the replay arrives', async () => {
  const { context, page, sins } = await open(browser, { storageState: signedIn, permissions: ['clipboard-read', 'clipboard-write'] });
  await visit(page, '/dashboard');
  await page.getByRole('link', { name: 'Webhooks', exact: true }).click();
  for (const look of looks()) await lookAt(page, look, 'webhooks-none');
  await page.getByRole('link', { name: 'Register an endpoint' }).click();
  await page.getByLabel('URL').fill('http://10.0.0.1/in');
  await page.getByRole('checkbox', { name: /^key\.\*/ }).check();
  await page.getByRole('button', { name: 'Register it' }).click();
  await page.locator('#url-fault').waitFor();
  assert.equal(await page.getByLabel('URL').inputValue(), 'http://10.0.0.1/in');
  assert.ok(await page.getByRole('checkbox', { name: /^key\.\*/ }).isChecked());
  for (const look of looks()) await lookAt(page, look, 'webhook-refused');

  await page.getByLabel('URL').fill(receiver.url);
  await page.getByLabel('What it is for').fill('The till <script>');
  await page.getByRole('button', { name: 'Register it' }).click();
  const secret = await page.getByLabel('Secret').inputValue();
  assert.match(secret, /^whsec_/);
  await page.locator('[data-copy-from=secret]').click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
  for (const look of looks()) await lookAt(page, look, 'webhook-created');
  await page.getByRole('link', { name: 'I have copied it' }).click();
  for (const look of looks()) await lookAt(page, look, 'webhook-new');

  receiver.answer = () => [500, 'no such table: <b>orders</b>'];
  await page.getByRole('button', { name: 'Send a test' }).click();
  await until(page, page.getByText('The receiver answered 500').first());
  const text = await page.locator('main').textContent();
  for (const words of ['The receiver broke on it', 'no such table: <b>orders</b>', 'webhook.test', 'Next try']) assert.ok(text.includes(words), `${words} in ${text}`);
  for (const look of looks()) await lookAt(page, look, 'delivery-failing');
  const before = receiver.came.at(-1);

  receiver.answer = verifying(secret);
  await page.getByRole('button', { name: 'Replay it now' }).click();
  await until(page, badge(page, 'delivered'));
  const arrived = receiver.came.at(-1);
  assert.equal(new Webhook(secret).verify(arrived.body, arrived.headers).type, 'webhook.test');
  assert.deepEqual([arrived.headers['webhook-id'], arrived.body], [before.headers['webhook-id'], before.body]);
  assert.ok((await page.getByLabel('Body', { exact: true }).textContent()).includes(arrived.body), 'what was sent is shown byte for byte');
  for (const look of looks()) await lookAt(page, look, 'delivery-arrived');

  await page.getByRole('link', { name: 'All deliveries' }).click();
  assert.deepEqual(await page.locator('tbody .status').allTextContents(), ['delivered']);
  assert.match(await page.locator('#chart-desc').textContent(), /^1 delivery, 0 failed, 0 waiting/);
  await page.getByText('The same as a table').click();
  for (const look of looks()) await lookAt(page, look, 'webhook');
  for (const look of looks()) await lookAt(page, look, 'webhook-filter-refused', `${new URL(page.url()).pathname}?status=lost&range=1y`);
  for (const look of looks()) await lookAt(page, look, 'webhooks', '/dashboard/webhooks');
  for (const colorScheme of SCHEMES) await lookAt(page, { colorScheme, viewport: { width: 390, height: 844 } }, 'webhooks-phone');
  assert.ok(!(await page.content()).includes(secret), 'the secret is shown once');
  assert.deepEqual(sins, []);
  await context.close();
});

test('what happens to the account is delivered, before, during and after a rotation of the secret', async () => {
  const { context, page, sins } = await open(browser, { storageState: signedIn });
  const first = await register(page, receiver.url, 'key.*');
  const endpoint = new URL(page.url()).pathname;
  /** Makes a key, and answers the secrets of these that its event verifies with. */
  const verifies = async (name, ...secrets) => {
    const { id } = await post('/v1/keys', { name, scopes: [] }, bearer);
    const find = () => receiver.came.find(({ body }) => JSON.parse(body).data.keyId === id);
    for (let tries = 0; tries < 200 && !find(); tries += 1) await page.waitForTimeout(100);
    assert.ok(find(), `the event of ${name} came`);
    return secrets.map((secret) => verifying(secret)(find())[0] === 204);
  };
  const rotate = async (overlap) => {
    await visit(page, endpoint);
    await page.getByRole('link', { name: 'New secret…' }).click();
    if (overlap === '1 hour') for (const look of looks()) await lookAt(page, look, 'webhook-rotate');
    await page.getByRole('radio', { name: overlap, exact: true }).check();
    await page.getByRole('button', { name: 'Make the new secret' }).click();
    return page.getByLabel('Secret').inputValue();
  };
  receiver.answer = () => [204, ''];
  // Alone at the receiver: what it is told is this endpoint's.
  for (const other of (await (await fetch(`${BASE}/v1/webhooks`, { headers: bearer })).json()).data) {
    if (!endpoint.endsWith(other.id)) await fetch(`${BASE}/v1/webhooks/${other.id}`, { method: 'DELETE', headers: bearer });
  }
  assert.deepEqual(await verifies('Before', first), [true]);
  const second = await rotate('1 hour');
  for (const look of looks()) await lookAt(page, look, 'webhook-rotated');
  assert.deepEqual(await verifies('During', first, second), [true, true]);
  const third = await rotate('Not at all');
  assert.ok(await page.getByText('signs nothing more').isVisible());
  assert.deepEqual(await verifies('After', first, second, third), [false, false, true]);
  assert.deepEqual(sins, []);
  await context.close();
});

test('without a script: an endpoint is edited, disabled, enabled and deleted, and what failed is replayed', async () => {
  const { context, page } = await open(browser, { storageState: signedIn, javaScriptEnabled: false });
  receiver.answer = () => [503, 'away'];
  await register(page, receiver.url, 'message.*');
  await page.getByRole('link', { name: 'Edit…' }).click();
  await page.getByRole('checkbox', { name: /^item\.sold/ }).check();
  await page.getByLabel('What it is for').fill('Mended <b>');
  await page.getByRole('button', { name: 'Save' }).click();
  assert.equal(await page.getByRole('status').textContent(), 'The endpoint is changed.');
  for (const words of ['item.sold', 'message.*', 'Mended <b>']) await page.locator('dd', { hasText: words }).waitFor();
  await page.getByRole('button', { name: 'Send a test' }).click();
  await until(page, page.getByText('The receiver answered 503').first());
  await page.getByRole('link', { name: 'All deliveries' }).click();
  await page.getByRole('button', { name: 'Disable it' }).click();
  assert.equal(await page.getByRole('button', { name: 'Send a test' }).count(), 0);
  assert.deepEqual(await page.locator('tbody .status').allTextContents(), ['failed'], 'what waited is given up');
  await page.getByRole('button', { name: 'Enable it' }).click();

  receiver.answer = () => [204, ''];
  await page.getByLabel('Since').fill('2020-01-01T00:00');
  await page.getByRole('button', { name: 'Replay' }).click();
  assert.equal(await page.getByRole('status').textContent(), 'One delivery is sent again.');
  await until(page, page.locator('tbody .status', { hasText: 'delivered' }));
  await page.getByRole('link', { name: 'Delete…' }).click();
  assert.match(await page.locator('h1').textContent(), /^Delete 127\.0\.0\.1:\d+\/in\?$/);
  const address = new URL(page.url()).pathname.replace(/\/delete$/, '');
  await page.getByRole('button', { name: 'Delete it for good' }).click();
  await page.getByRole('status').waitFor();
  assert.equal((await visit(page, address)).status(), 404);
  await context.close();
});

test('the event catalogue shows every kind, its fields and an example', async () => {
  const { context, page, sins } = await open(browser);
  await visit(page, '/docs');
  await page.getByRole('link', { name: 'Webhooks and events' }).first().click();
  await page.getByRole('link', { name: /key\.revoked/ }).click();
  for (const words of ['revokedAt', 'timestamp', 'key.revoked']) assert.ok((await page.textContent('main')).includes(words), words);
  assert.deepEqual(sins, []);
  await context.close();
});

/** A port that is nobody's. */
async function freePort() {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}

/** How each receiver of the catalogue is run: the Rust one is a function, which the portal's tests compile and call. */
const RECEIVERS = {
  TypeScript: { file: 'main.ts', start: ['node', 'main.js'] },
  standardwebhooks: { file: 'main.mjs', start: ['node', 'main.mjs'] },
  Python: { file: 'main.py', start: ['python', 'main.py'] },
};

/** A folder in which the SDKs are found. */
async function project() {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gatepost-receivers-'));
  const modules = path.join(folder, 'node_modules');
  await mkdir(path.join(modules, 'gatepost'), { recursive: true });
  await writeFile(path.join(folder, 'package.json'), '{ "type": "module" }');
  await cp(path.join(CHECKOUT, 'sdk-js/package.json'), path.join(modules, 'gatepost/package.json'));
  await run(path.join(TOOLS, '.bin/tsc'), ['-p', path.join(CHECKOUT, 'sdk-js'), '--outDir', path.join(modules, 'gatepost/dist')]);
  await symlink(path.join(TOOLS, 'standardwebhooks'), path.join(modules, 'standardwebhooks'));
  return folder;
}

test('the receivers that are shown take what is sent, and nothing else', async () => {
  const folder = await project();
  const { context, page } = await open(browser);
  await visit(page, '/docs/events');
  for (const [name, { file, start }] of Object.entries(RECEIVERS)) {
    await writeFile(path.join(folder, file), await page.getByLabel(name, { exact: true }).locator('code').textContent());
    if (file.endsWith('.ts')) {
      // As people's tools do: types are taken away.
      const { default: ts } = await import(path.join(TOOLS, 'typescript/lib/typescript.js'));
      const source = await page.getByLabel(name, { exact: true }).locator('code').textContent();
      await writeFile(path.join(folder, 'main.js'), ts.transpileModule(source, { compilerOptions: { module: 'esnext', target: 'es2022' } }).outputText);
    }
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/in`;
    const endpoint = await post('/v1/webhooks', { url, events: ['message.*'] }, bearer);
    const env = { ...process.env, PORT: String(port), GATEPOST_WEBHOOK_SECRET: endpoint.secret, PYTHONPATH: path.join(CHECKOUT, 'sdk-python/src') };
    const program = spawn(start[0], start.slice(1), { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(program, 'exit');
    let said = '';
    program.stdout.on('data', (chunk) => { said += chunk; });
    try {
      await reachable(url);
      let delivery = await post(`/v1/webhooks/${endpoint.id}/test`, undefined, bearer);
      for (let tries = 0; tries < 100 && delivery.status === 'pending'; tries += 1) {
        await page.waitForTimeout(100);
        delivery = await (await fetch(`${BASE}/v1/webhooks/${endpoint.id}/deliveries/${delivery.id}`, { headers: bearer })).json();
      }
      assert.equal(delivery.status, 'delivered', `${name}: ${JSON.stringify(delivery)}`);
      assert.match(said, new RegExp(`webhook\\.test ${delivery.eventId}`), name);
      assert.equal(await send(url, endpoint.secret, (body) => body), 204, name);
      assert.equal(await send(url, endpoint.secret, (body) => body.replace('test', 'tess')), 400, `${name} takes a changed body`);
    } finally {
      program.kill();
      await ended;
    }
  }
  await context.close();
  await rm(folder, { recursive: true });
});

/** Waits until somebody listens there. */
async function reachable(url) {
  for (let tries = 0; ; tries += 1) {
    try {
      await fetch(url, { method: 'POST', body: '{}' });
      return;
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
  }
}

/** Sends a delivery of our own, signed and then changed; answers the status. */
async function send(url, secret, change) {
  const body = JSON.stringify({ type: 'webhook.test', timestamp: new Date().toISOString(), data: { webhookId: 'whk_1' } });
  const at = new Date();
  const signature = new Webhook(secret).sign('evt_1', at, body);
  const headers = { 'webhook-id': 'evt_1', 'webhook-timestamp': String(Math.floor(at / 1000)), 'webhook-signature': signature };
  return (await fetch(url, { method: 'POST', headers, body: change(body) })).status;
}
