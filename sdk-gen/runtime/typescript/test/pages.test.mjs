import assert from 'node:assert/strict';
import test from 'node:test';
import { client, fakeServer, json } from './support/fake.mjs';

const list = { method: 'GET', path: '/items', query: ['limit', 'cursor', 'page', 'offset'] };
const cursor = { items: ['data'], place: 'params', parameter: 'cursor', kind: 'cursor', next: ['nextCursor'] };

/** Three pages of two, by cursor. */
async function cursorServer(t) {
  return fakeServer(t, (request, response) => {
    const at = Number(new URL(request.url, 'http://x').searchParams.get('cursor') ?? 0);
    json(response, 200, { data: [at, at + 1], nextCursor: at < 4 ? String(at + 2) : null });
  });
}

test('a loop sees every item, and asks for a page only when it gets there', async (t) => {
  const server = await cursorServer(t);
  const seen = [];
  for await (const item of client(server.url).page(list, cursor, { params: { limit: 2 } })) {
    seen.push(item);
    if (item === 2) assert.equal(server.calls.length, 2);
  }
  assert.deepEqual(seen, [0, 1, 2, 3, 4, 5]);
  assert.deepEqual(server.calls.map((call) => call.url), ['/items?limit=2', '/items?limit=2&cursor=2', '/items?limit=2&cursor=4']);
});

test('leaving a loop early asks for nothing more', async (t) => {
  const server = await cursorServer(t);
  for await (const item of client(server.url).page(list, cursor)) if (item === 1) break;
  assert.equal(server.calls.length, 1);
  assert.deepEqual(await client(server.url).page(list, cursor).all(3), [0, 1, 2]);
});

test('awaited, a list is its first page: the answer itself, with methods that do not show', async (t) => {
  const server = await cursorServer(t);
  const page = await client(server.url).page(list, cursor);
  assert.equal(JSON.stringify(page), '{"data":[0,1],"nextCursor":"2"}');
  assert.deepEqual(Object.keys(page), ['data', 'nextCursor']);
  assert.ok(page.hasNextPage());
  const next = await page.getNextPage();
  assert.deepEqual(next.data, [2, 3]);
  const last = await next.getNextPage();
  assert.ok(!last.hasNextPage());
  assert.equal(await last.getNextPage(), undefined);
  const rest = [];
  for await (const item of next) rest.push(item);
  assert.deepEqual(rest, [2, 3, 4, 5]);
});

test('pages come one by one', async (t) => {
  const server = await cursorServer(t);
  const sizes = [];
  for await (const page of client(server.url).page(list, cursor).pages()) sizes.push(page.data.length);
  assert.deepEqual(sizes, [2, 2, 2]);
});

test('a server that repeats its cursor does not make an endless loop', async (t) => {
  const server = await fakeServer(t, (_, response) => json(response, 200, { data: [1], nextCursor: 'same' }));
  assert.deepEqual(await client(server.url).page(list, cursor).all(), [1, 1]);
});

test('page numbers and offsets count on until a page is empty', async (t) => {
  const server = await fakeServer(t, (request, response) => {
    const query = new URL(request.url, 'http://x').searchParams;
    const at = query.has('page') ? (Number(query.get('page')) - 1) * 2 : Number(query.get('offset') ?? 0);
    json(response, 200, at < 4 ? [at, at + 1] : []);
  });
  const api = client(server.url);
  const number = { items: [], place: 'params', parameter: 'page', kind: 'number', first: 1 };
  const offset = { items: [], place: 'params', parameter: 'offset', kind: 'offset' };
  assert.deepEqual(await api.page(list, number).all(), [0, 1, 2, 3]);
  assert.deepEqual(await api.page(list, number, { params: { page: 2 } }).all(), [2, 3]);
  assert.deepEqual(await api.page(list, offset).all(), [0, 1, 2, 3]);
});

test('a cursor may travel in the body, and lie deep in the answer', async (t) => {
  const server = await fakeServer(t, (request, response) => {
    const { after = 0, size } = JSON.parse(request.body);
    json(response, 200, { result: { rows: [after, size] }, meta: { next: after < 2 ? after + 1 : undefined } });
  });
  const search = { method: 'POST', path: '/search', body: ['application/json'] };
  const paging = { items: ['result', 'rows'], place: 'body', parameter: 'after', kind: 'cursor', next: ['meta', 'next'] };
  assert.deepEqual(await client(server.url).page(search, paging, { body: { size: 9 } }).all(), [0, 9, 1, 9, 2, 9]);
});

test('a field of the answer keeps its name although a method of a page has it', async (t) => {
  const server = await fakeServer(t, (_, response) => json(response, 200, { data: [1], hasNextPage: false }));
  const page = await client(server.url).page(list, cursor);
  assert.equal(page.hasNextPage, false);
});

test('an error in the middle of a loop is thrown there', async (t) => {
  const server = await fakeServer(t, (_, response, index) => (index === 0 ? json(response, 200, { data: [1], nextCursor: 'x' }) : json(response, 403, {})));
  await assert.rejects(client(server.url).page(list, cursor).all(), { status: 403 });
});
