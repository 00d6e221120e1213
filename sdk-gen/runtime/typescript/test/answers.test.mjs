import assert from 'node:assert/strict';
import test from 'node:test';
import * as errors from '../dist/errors.js';
import { jsonLines, serverSentEvents } from '../dist/events.js';
import { client, fakeServer, json } from './support/fake.mjs';

const read = { method: 'GET', path: '/thing' };

test('each status has its class', async (t) => {
  const server = await fakeServer(t, (request, response) => json(response, Number(request.url.slice(1)), {}));
  const classes = { 400: 'BadRequestError', 401: 'UnauthenticatedError', 403: 'PermissionDeniedError', 404: 'NotFoundError', 409: 'ConflictError', 410: 'NotFoundError', 418: 'ApiError', 422: 'UnprocessableError', 429: 'RateLimitError', 500: 'ServerError', 503: 'ServerError' };
  for (const [status, name] of Object.entries(classes)) {
    await assert.rejects(client(server.url, { maxRetries: 0 }).call({ method: 'GET', path: `/${status}` }), (error) => {
      assert.equal(error.name, name);
      return error instanceof errors[name] && error instanceof errors.ApiError && error instanceof errors.SdkError && error.status === Number(status);
    });
  }
});

test('an error carries what the problem body and the headers say', async (t) => {
  const problem = { type: '/docs/errors/invalid', title: 'Invalid', status: 422, detail: 'One fault.', code: 'INVALID', requestId: 'req_1', errors: [{ in: 'body', pointer: '/title', message: 'too long' }] };
  const server = await fakeServer(t, (_, response) => json(response, 422, problem, { 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '60' }));
  await assert.rejects(client(server.url).call(read), (error) => {
    const { code, title, detail, type, requestId, body, errors: faults, rateLimit } = error;
    assert.deepEqual({ code, title, detail, type, requestId }, { code: 'INVALID', title: 'Invalid', detail: 'One fault.', type: '/docs/errors/invalid', requestId: 'req_1' });
    assert.deepEqual(faults, problem.errors);
    assert.deepEqual(body, problem);
    assert.deepEqual([rateLimit.limit, rateLimit.remaining, rateLimit.resetSeconds], [20, 3, 60]);
    assert.equal(error.message, '422 INVALID: One fault. [/title too long] (request req_1)');
    return true;
  });
});

test('403 names the scopes, from the body or the headers', async (t) => {
  const server = await fakeServer(t, (request, response) =>
    request.url === '/body' ? json(response, 403, { requiredScopes: ['write:items'], grantedScopes: [] }) : json(response, 403, {}, { 'x-required-scopes': 'a, b', 'x-granted-scopes': 'c' }),
  );
  await assert.rejects(client(server.url).call({ method: 'GET', path: '/body' }), (error) => (assert.deepEqual(error.requiredScopes, ['write:items']), true));
  await assert.rejects(client(server.url).call(read), (error) => (assert.deepEqual([error.requiredScopes, error.grantedScopes], [['a', 'b'], ['c']]), true));
});

test('other shapes of errors are understood, and no shape hides the status', () => {
  const made = (body) => errors.apiError(400, new Headers({ 'x-request-id': 'r' }), body);
  assert.deepEqual([made({ error: 'invalid_grant', error_description: 'used' }).code, made({ error: 'invalid_grant', error_description: 'used' }).detail], ['invalid_grant', 'used']);
  assert.equal(made({ error: { code: 7, message: 'no' } }).code, '7');
  assert.equal(made({ error: { code: 7, message: 'no' } }).detail, 'no');
  for (const body of [undefined, null, 'text', 3, [], { errors: 'x' }, { errors: ['a'] }]) assert.equal(made(body).requestId, 'r');
});

test('the raw answer comes unread, or together with the value', async (t) => {
  const server = await fakeServer(t, (_, response) => json(response, 200, { a: 1 }, { 'x-request-id': 'req_9' }));
  const response = await client(server.url).call(read).asResponse();
  assert.equal(response.bodyUsed, false);
  assert.deepEqual(await response.json(), { a: 1 });
  const { data, response: same, requestId } = await client(server.url).call(read).withResponse();
  assert.deepEqual([data, same.status, requestId], [{ a: 1 }, 200, 'req_9']);
});

test('a call is a promise like any other', async (t) => {
  const server = await fakeServer(t, (_, response) => json(response, 200, { a: 1 }));
  const call = client(server.url).call(read);
  assert.ok(call instanceof Promise);
  assert.deepEqual(await Promise.all([call, call]), [{ a: 1 }, { a: 1 }]);
  assert.deepEqual(await call.finally(() => undefined), { a: 1 });
  assert.equal(await call.catch(() => 0).then((value) => value.a), 1);
  assert.equal(server.calls.length, 1);
});

test('empty, text, binary and broken answers', async (t) => {
  const server = await fakeServer(t, (request, response) => {
    if (request.url === '/empty') return json(response, 204);
    if (request.url === '/text') return response.writeHead(200, { 'content-type': 'text/plain' }).end('hello');
    if (request.url === '/bytes') return response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(Buffer.from([1, 2]));
    return response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":');
  });
  const api = client(server.url);
  const call = (path, answer) => api.call({ method: 'GET', path, answer });
  assert.equal(await call('/empty', 'none'), undefined);
  assert.equal(await call('/empty'), undefined);
  assert.equal(await call('/text', 'text'), 'hello');
  assert.equal(await call('/text'), 'hello');
  assert.deepEqual([...new Uint8Array(await (await call('/bytes', 'response')).arrayBuffer())], [1, 2]);
  await assert.rejects(call('/broken'), errors.ConnectionError);
});

test('server-sent events and JSON lines, however the bytes are cut', async () => {
  const text = ': hi\r\nevent: add\rdata: {"ü":1}\ndata: 2\nid: 7\nretry: 10\n\n\ndata\n\ndata: end';
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 2, 3, 1000]) {
    const stream = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    const found = [];
    for await (const event of serverSentEvents(new Response(stream))) found.push(event);
    assert.deepEqual(found, [
      { event: 'add', data: '{"ü":1}\n2', id: '7', retry: 10 },
      { event: 'message', data: '', id: '7', retry: undefined },
    ]);
  }
  const values = [];
  for await (const value of jsonLines(new Response('{"a":1}\n\n[2]'))) values.push(value);
  assert.deepEqual(values, [{ a: 1 }, [2]]);
});
