// Run with the built package that is made of spec.yaml (ODD_PACKAGE: its index.js): each call sends what the document says.
import assert from 'node:assert/strict';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

const { Client, signWebhook, unwrapWebhook, VERSION, WebhookVerificationError } = await import(pathToFileURL(process.env.ODD_PACKAGE));

/** What a call sends. */
async function sent(act, options = { key: 'k', cookie: 'c', username: 'u' }, answer = () => new Response('{}')) {
  const requests = [];
  const fetch = async (url, init) => {
    requests.push({ url, method: init.method, headers: Object.fromEntries(new Headers(init.headers)), body: init.body });
    return answer();
  };
  await act(new Client({ fetch, ...options }));
  assert.equal(requests.length, 1);
  return requests[0];
}

const thing = { name: 'n', color: 'red', maybe: null };

test('every query style', async () => {
  const params = { limit: 0, 'filter[name]': 'a b', where: { size: 1, tags: ['x', 'y'] }, ids: [1, 2], fields: ['a', 'b'], raw: 'a/b', query: { q: [1] } };
  const { url, method } = await sent((client) => client.things.list(params));
  assert.equal(method, 'GET');
  assert.equal(url, 'https://eu.example.com/v2/things?limit=0&filter%5Bname%5D=a%20b&where%5Bsize%5D=1&where%5Btags%5D=x&where%5Btags%5D=y&ids=1%7C2&fields=a,b&raw=a/b&query=%7B%22q%22%3A%5B1%5D%7D');
});

test('body, query, headers and cookies of one call', async () => {
  const { url, headers, body } = await sent((client) => client.things.create({ dryRun: true, xTrace: 't', dryRun2: 'd' }, thing));
  assert.equal(url, 'https://eu.example.com/v2/things?dryRun=true');
  assert.deepEqual(JSON.parse(body), thing);
  assert.equal(headers['x-trace'], 't');
  assert.equal(headers.cookie, 'dry_run=d');
  assert.equal(headers['content-type'], 'application/json');
  assert.match(headers['idempotency-key'], /^[0-9a-f-]{36}$/);
  assert.equal(headers['x-key'], 'k');
  assert.equal(headers['user-agent'], `odd-things-js/${VERSION}`);
});

test('path styles, and names that had to change', async () => {
  const { url, headers } = await sent((client) => client.things.delete('a/b', ['x', 'y'], 'red', 'u'));
  assert.equal(url, 'https://eu.example.com/v2/things/a%2Fb/parts/;thing_id=x;thing_id=y/red/u');
  assert.equal(headers.accept, 'text/plain');
});

test('HEAD gives nothing back', async () => {
  const { method } = await sent(async (client) => assert.equal(await client.things.headByThingIdPartsByThingIdByClassByUndeclared('a', ['b'], 'red', 'd'), undefined));
  assert.equal(method, 'HEAD');
});

test('a file goes to the server of its operation', async () => {
  const bytes = new Uint8Array([1]);
  const { url, headers, body } = await sent((client) => client.things.uploadFile('o', bytes));
  assert.deepEqual([url, headers['content-type'], body], ['https://uploads.example.com/things/o/file', 'application/octet-stream', bytes]);
  const text = await sent((client) => client.things.uploadFile('o', 'a,b'));
  assert.deepEqual([text.headers['content-type'], text.body], ['text/csv', 'a,b']);
});

test('multipart has a part for each field, in its type', async () => {
  const { body, headers } = await sent((client) => client.things.attachFile('o', { file: new Blob(['f']), more: [new Blob(['m']), new Blob(['n'])], meta: { note: 'x' } }));
  assert.equal(headers['content-type'], undefined);
  assert.deepEqual([...body.keys()], ['file', 'more', 'more', 'meta']);
  assert.equal(body.get('meta').type, 'application/json');
});

test('a form', async () => {
  const { body, headers } = await sent((client) => client.request_.sendForm({ a: 'x&y', b: [1, 2] }));
  assert.deepEqual([body, headers['content-type']], ['a=x%26y&b=1&b=2', 'application/x-www-form-urlencoded']);
});

test('of the alternatives the first that can be met is sent', async () => {
  const act = (client) => client.request_.sendForm({});
  assert.equal((await sent(act)).headers.authorization, `Basic ${btoa('u:')}`);
  const both = (await sent(act, { key: 'k', cookie: 'c' })).headers;
  assert.deepEqual([both.authorization, both['x-key'], both.cookie], [undefined, 'k', 'sid=c']);
  const one = (await sent(act, { key: 'k' })).headers;
  assert.deepEqual([one['x-key'], one.cookie], [undefined, undefined]);
  assert.equal((await sent((client) => client.request_.then_())).headers['x-key'], undefined);
  assert.equal((await sent((client) => client.things.list(), { accessToken: 't' })).headers.authorization, 'Bearer t');
});

test('a list of one page ends', async () => {
  const answer = () => new Response(JSON.stringify({ data: [thing], nextCursor: null }));
  await sent(async (client) => assert.deepEqual(await client.things.list().all(), [thing]), {}, answer);
});

test('events are checked and typed, and those of tomorrow survive', async () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  for (const event of [{ type: 'thing-deleted' }, { type: 'thing.renamed', to: 'x' }]) {
    const body = JSON.stringify(event);
    const headers = await signWebhook({ body, secret });
    assert.deepEqual(await unwrapWebhook({ body, headers, secret }), event);
    await assert.rejects(unwrapWebhook({ body: `${body} `, headers, secret }), (error) => error instanceof WebhookVerificationError && error.fault === 'body_changed');
  }
});
