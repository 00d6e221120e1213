import assert from 'node:assert/strict';
import test from 'node:test';
import { BaseClient } from '../dist/client.js';
import { encodeBody } from '../dist/body.js';
import { client, fakeServer, json, profile } from './support/fake.mjs';

const echo = (t) => fakeServer(t, (request, response) => json(response, 200, { url: request.url, headers: request.headers, body: request.body }));

test('every call says who it is and what it wants, and nothing else', async (t) => {
  const server = await echo(t);
  const { headers } = await client(server.url, { apiKey: 'k' }).request('get', '/x');
  assert.equal(headers['user-agent'], 'fake-js/1.2.3');
  assert.equal(headers.accept, 'application/json');
  assert.equal(headers['x-api-key'], 'k');
  const known = ['host', 'connection', 'accept-language', 'sec-fetch-mode', 'accept-encoding', 'user-agent', 'accept', 'x-api-key'];
  assert.deepEqual(Object.keys(headers).filter((name) => !known.includes(name)), []);
});

test('headers of the call win over those of the client, and null takes one away', async (t) => {
  const server = await echo(t);
  const api = client(server.url, { apiKey: 'k', headers: { 'x-a': 'client', 'x-b': 'client' } });
  const { headers } = await api.request('GET', '/x', { headers: { 'x-a': 'call', 'x-b': null, accept: 'text/html' } });
  assert.deepEqual([headers['x-a'], headers['x-b'], headers.accept], ['call', undefined, 'text/html']);
});

test('header and cookie parameters', async (t) => {
  const server = await echo(t);
  const operation = { method: 'GET', path: '/', header: [{ name: 'If-Match', key: 'ifMatch' }], cookie: ['sid'] };
  const { headers } = await client(server.url).call(operation, { params: { ifMatch: '"3"', sid: 'a b' } });
  assert.deepEqual([headers['if-match'], headers.cookie], ['"3"', 'sid=a%20b']);
});

test('credentials travel as their scheme says', async (t) => {
  const server = await echo(t);
  const schemes = {
    query: { kind: 'apiKey', in: 'query', name: 'api key', option: 'one' },
    cookie: { kind: 'apiKey', in: 'cookie', name: 'sid', option: 'two' },
    basic: { kind: 'basic', username: 'username', password: 'password' },
    other: { kind: 'authorization', option: 'three' },
    tls: { kind: 'none' },
  };
  const secrets = { one: 'ONE', two: 'TWO', three: 'THREE', username: 'USERNAME', password: 'PASSWORD' };
  const api = new BaseClient({ name: 'x', version: '1', environment: 'X', schemes, secrets }, { baseUrl: server.url, one: '1', two: () => '2', three: 'Digest d', username: 'ü', password: 'p' });
  const call = (security) => api.call({ method: 'GET', path: '/?a=1', security });
  const both = await call([['query', 'cookie', 'tls']]);
  assert.deepEqual([both.url, both.headers.cookie], ['/?a=1&api%20key=1', 'sid=2']);
  assert.equal((await call([['basic']])).headers.authorization, `Basic ${Buffer.from('ü:p').toString('base64')}`);
  assert.equal((await call([['unknown'], ['other']])).headers.authorization, 'Digest d');
  assert.equal((await call([])).headers.authorization, undefined);
});

test('a redirect to another origin takes no credential with it', async (t) => {
  const foreign = await echo(t);
  const own = await fakeServer(t, (request, response) => (request.url === '/here' ? json(response, 200, { headers: request.headers }) : response.writeHead(302, { location: request.url === '/away' ? `${foreign.url}/file` : '/here' }).end()));
  const api = client(own.url, { apiKey: 'k', headers: { 'x-secret': 's' } });
  const { headers } = await api.request('GET', '/away');
  assert.deepEqual([headers['x-api-key'], headers['x-secret'], headers['user-agent']], [undefined, undefined, 'fake-js/1.2.3']);
  assert.equal((await api.request('GET', '/near')).headers['x-api-key'], 'k');
});

test('an operation may have a server of its own until the caller says otherwise', async (t) => {
  const [main, own] = [await echo(t), await echo(t)];
  const operation = { method: 'GET', path: '/', server: own.url };
  await new BaseClient({ ...profile, baseUrl: main.url }, {}).call(operation);
  assert.deepEqual([main.calls.length, own.calls.length], [0, 1]);
  await client(main.url).call(operation);
  assert.deepEqual([main.calls.length, own.calls.length], [1, 1]);
});

test('without an address the client says which setting is missing', () => {
  assert.throws(() => new BaseClient({ ...profile, environment: 'NOWHERE' }, {}), /NOWHERE_BASE_URL/);
});

test('bodies are written in their media type', () => {
  const encoded = (value, types, parts) => {
    const { content, contentType } = encodeBody(value, types, parts);
    return [content, contentType];
  };
  assert.deepEqual(encoded({ a: undefined, b: null }, ['application/json']), ['{"b":null}', 'application/json']);
  assert.deepEqual(encoded([1], ['application/vnd.x+json; v=1']), ['[1]', 'application/vnd.x+json; v=1']);
  assert.deepEqual(encoded('a', ['application/json']), ['"a"', 'application/json']);
  assert.deepEqual(encoded('a', ['text/plain']), ['a', 'text/plain']);
  assert.deepEqual(encoded([{ a: 1 }, 2], ['application/x-ndjson']), ['{"a":1}\n2\n', 'application/x-ndjson']);
  assert.deepEqual(encoded({ a: 'x y', b: [1, 2] }, ['application/x-www-form-urlencoded']), ['a=x%20y&b=1&b=2', 'application/x-www-form-urlencoded']);
  assert.deepEqual(encoded({ f: { a: 1 }, j: { b: 2 } }, ['application/x-www-form-urlencoded'], { f: { style: 'deepObject' }, j: { contentType: 'application/json' } })[0], 'f%5Ba%5D=1&j=%7B%22b%22%3A2%7D');
  assert.deepEqual(encoded(new Uint8Array([1]), ['application/json', 'application/octet-stream'])[1], 'application/octet-stream');
  assert.deepEqual(encoded(new Blob(['x'], { type: 'image/png' }), ['image/*'])[1], 'image/png');
  assert.equal(encodeBody(undefined, ['application/json']), undefined);
});

test('multipart takes files, lists, objects and single values', async (t) => {
  const server = await echo(t);
  const operation = { method: 'POST', path: '/', body: ['multipart/form-data'], parts: { meta: { contentType: 'application/vnd.m+json' } } };
  const body = { file: { content: 'abc', name: 'a.txt', type: 'text/plain' }, bytes: new Uint8Array([65]), tags: ['x', 'y'], meta: { a: 1 }, count: 3, none: undefined };
  const { body: text, headers } = await client(server.url).call(operation, { body });
  assert.match(headers['content-type'], /^multipart\/form-data; boundary=/);
  assert.match(text, /name="file"; filename="a.txt"\r\nContent-Type: text\/plain\r\n\r\nabc\r\n/);
  assert.match(text, /name="bytes"; filename="bytes"\r\nContent-Type: application\/octet-stream\r\n\r\nA\r\n/);
  assert.match(text, /name="tags"\r\n\r\nx\r\n[^]*name="tags"\r\n\r\ny\r\n/);
  assert.match(text, /name="meta"; filename="blob"\r\nContent-Type: application\/vnd.m\+json\r\n\r\n\{"a":1\}/);
  assert.match(text, /name="count"\r\n\r\n3\r\n/);
  assert.doesNotMatch(text, /none/);
});
