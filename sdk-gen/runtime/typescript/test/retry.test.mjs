import assert from 'node:assert/strict';
import test from 'node:test';
import { DEFAULT_RETRY, isRepeatable, retryAfterSeconds, retryDelayMs, wasNeverSent, wasRefused } from '../dist/retry.js';
import { ConnectionError, RateLimitError, ServerError, TimeoutError } from '../dist/errors.js';
import { client, fakeServer, json } from './support/fake.mjs';

const create = { method: 'POST', path: '/things', body: ['application/json'], idempotencyHeader: 'Idempotency-Key' };
const act = { method: 'POST', path: '/act', body: ['application/json'] };
const fetchThing = { method: 'GET', path: '/things/1' };
const now = { 'retry-after': '0' };

test('the wait is full jitter over a cap that doubles up to eight seconds', () => {
  const cap = (attempt) => retryDelayMs(attempt, undefined, { ...DEFAULT_RETRY, maxRetries: 99 }, () => 1);
  assert.deepEqual([0, 1, 2, 3, 4, 5].map(cap), [500, 1000, 2000, 4000, 8000, 8000]);
  assert.equal(retryDelayMs(0, undefined, DEFAULT_RETRY, () => 0), 0);
  assert.equal(retryDelayMs(2, undefined, DEFAULT_RETRY), undefined);
});

test('Retry-After is read as seconds and as a date, and never undercut', () => {
  const moment = Date.parse('2026-01-01T00:00:00Z');
  assert.equal(retryAfterSeconds(new Headers({ 'retry-after': '7' }), moment), 7);
  assert.equal(retryAfterSeconds(new Headers({ 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' }), moment), 9);
  assert.equal(retryAfterSeconds(new Headers({ 'retry-after': 'Thu, 01 Jan 2020 00:00:09 GMT' }), moment), 0);
  assert.equal(retryAfterSeconds(new Headers({ 'retry-after': 'soon' }), moment), undefined);
  const wait = (value) => retryDelayMs(0, new Headers({ 'retry-after': value }), DEFAULT_RETRY, () => 0.5, moment);
  assert.equal(wait('7'), 7250);
  assert.equal(wait('Thu, 01 Jan 2026 00:00:09 GMT'), 9250);
});

test('a server that asks for more than the bound is not waited for', () => {
  assert.equal(retryDelayMs(0, new Headers({ 'retry-after': '61' }), DEFAULT_RETRY), undefined);
});

test('what may be repeated', () => {
  assert.ok(isRepeatable('get', false) && isRepeatable('DELETE', false) && isRepeatable('PUT', false));
  assert.ok(!isRepeatable('POST', false) && !isRepeatable('PATCH', false) && isRepeatable('POST', true));
  assert.ok(wasRefused(429, new Headers()) && wasRefused(503, new Headers(now)) && !wasRefused(503, new Headers()) && !wasRefused(500, new Headers(now)));
  assert.ok(wasNeverSent(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })));
  assert.ok(!wasNeverSent(new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } })));
});

for (const status of [408, 425, 429, 500, 502, 503, 504]) {
  test(`${status} is tried again`, async (t) => {
    const server = await fakeServer(t, (_, response, index) => (index === 0 ? json(response, status, {}, now) : json(response, 200, { ok: true })));
    assert.deepEqual(await client(server.url).call(fetchThing), { ok: true });
    assert.equal(server.calls.length, 2);
  });
}

test('400 is not tried again', async (t) => {
  const server = await fakeServer(t, (_, response) => json(response, 400, {}));
  await assert.rejects(client(server.url).call(fetchThing), { status: 400 });
  assert.equal(server.calls.length, 1);
});

test('two retries by default, none when turned off, by client or by call', async (t) => {
  const server = await fakeServer(t, (_, response) => json(response, 500, {}, now));
  await assert.rejects(client(server.url).call(fetchThing), ServerError);
  assert.equal(server.calls.length, 3);
  await assert.rejects(client(server.url, { maxRetries: 0 }).call(fetchThing), ServerError);
  assert.equal(server.calls.length, 4);
  await assert.rejects(client(server.url).call(fetchThing, {}, { maxRetries: 1 }), ServerError);
  assert.equal(server.calls.length, 6);
});

test('a 429 that asks for an hour comes back at once, with its seconds', async (t) => {
  const server = await fakeServer(t, (_, response) => json(response, 429, { code: 'RATE_LIMITED' }, { 'retry-after': '3600' }));
  await assert.rejects(client(server.url).call(fetchThing), (error) => error instanceof RateLimitError && error.retryAfter === 3600);
  assert.equal(server.calls.length, 1);
});

test('the idempotency key is made once a call and stays over its retries', async (t) => {
  const server = await fakeServer(t, (_, response, index) => (index % 2 === 0 ? json(response, 500, {}, now) : json(response, 201, {})));
  const api = client(server.url);
  await api.call(create, { body: {} });
  await api.call(create, { body: {} });
  const keys = server.calls.map((call) => call.headers['idempotency-key']);
  assert.equal(keys.length, 4);
  assert.equal(keys[0], keys[1]);
  assert.equal(keys[2], keys[3]);
  assert.notEqual(keys[0], keys[2]);
  await api.call(create, { body: {} }, { idempotencyKey: 'mine' });
  assert.equal(server.calls.at(-1).headers['idempotency-key'], 'mine');
});

test('a POST without such a key is not repeated when it may have been done', async (t) => {
  const server = await fakeServer(t, (request, response) => (request.url === '/act' ? response.destroy() : json(response, 500, {}, now)));
  await assert.rejects(client(server.url).call(act, { body: {} }), ConnectionError);
  assert.equal(server.calls.length, 1);
  await assert.rejects(client(server.url).call({ ...act, path: '/other' }, { body: {} }), ServerError);
  assert.equal(server.calls.length, 2);
});

test('a POST that was surely refused is repeated', async (t) => {
  const server = await fakeServer(t, (_, response, index) => (index === 0 ? json(response, 429, {}, now) : json(response, 200, 1)));
  assert.equal(await client(server.url).call(act, { body: {} }), 1);
});

test('a broken connection is tried again', async (t) => {
  const server = await fakeServer(t, (_, response, index) => (index === 0 ? response.destroy() : json(response, 200, 1)));
  assert.equal(await client(server.url).call(fetchThing), 1);
});

test('nobody at home is a ConnectionError with the cause', async () => {
  await assert.rejects(client('http://127.0.0.1:9', { maxRetries: 0 }).call(fetchThing), (error) => error instanceof ConnectionError && !(error instanceof TimeoutError) && error.cause !== undefined);
});

test('a stream is sent once only', async (t) => {
  const server = await fakeServer(t, (_, response) => json(response, 503, {}, now));
  const body = new ReadableStream({ start: (stream) => (stream.enqueue(new Uint8Array([1])), stream.close()) });
  await assert.rejects(client(server.url).call({ method: 'PUT', path: '/', body: ['application/octet-stream'] }, { body }), ServerError);
  assert.equal(server.calls.length, 1);
  assert.deepEqual([...server.calls[0].bytes], [1]);
});

test('a slow answer is a TimeoutError, also when only its body is slow', async (t) => {
  const server = await fakeServer(t, (request, response) => {
    if (request.url === '/body') response.writeHead(200).write('{');
  });
  const api = client(server.url, { timeoutMs: 50, maxRetries: 0 });
  await assert.rejects(api.call(fetchThing), TimeoutError);
  await assert.rejects(api.call({ method: 'GET', path: '/body' }), TimeoutError);
  await assert.rejects(client(server.url).call(fetchThing, {}, { timeoutMs: 50, maxRetries: 0 }), TimeoutError);
});

test('the caller can end a call, and its waits, and gets the own reason back', async (t) => {
  const server = await fakeServer(t, (_, response) => json(response, 503, {}, { 'retry-after': '30' }));
  const controller = new AbortController();
  const call = client(server.url).call(fetchThing, {}, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 50);
  await assert.rejects(call, { message: 'enough' });
  await assert.rejects(client(server.url).call(fetchThing, {}, { signal: AbortSignal.abort() }), { name: 'AbortError' });
});

test('a call that nobody awaits still fails where the process can see it', async (t) => {
  const server = await fakeServer(t, (_, response) => json(response, 400, {}));
  const { execFileSync } = await import('node:child_process');
  const program = `import { BaseClient } from '${new URL('../dist/client.js', import.meta.url)}';
    process.on('unhandledRejection', (error) => { console.log(error.name); process.exit(0); });
    const api = new BaseClient({ name: 'x', version: '1', environment: 'X', schemes: {}, secrets: {} }, { baseUrl: '${server.url}', fetch: async () => new Response('{}', { status: 400 }) });
    api.call({ method: 'GET', path: '/' });`;
  assert.equal(execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' }).trim(), 'BadRequestError');
});
