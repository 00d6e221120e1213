import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from 'gatepost';
import { expressKey, honoKey, withKey } from 'gatepost/lib/guard';
import { coversScopes } from 'gatepost/lib/scopes';
import { baseUrl, root } from './support.mjs';

const hello = withKey((_, caller) => new Response(`hello ${caller.verification.name}`), { client: root, scopes: ['read:items'], cost: 0 });
const ask = (headers) => hello(new Request('http://shop.example/things', { headers }));

test('a good key reaches the handler, by either header; a bad one, a narrow one and none are refused', async () => {
  const good = await root.keys.create({ name: 'Shop sync', scopes: ['read:items'] });
  const narrow = await root.keys.create({ name: 'narrow', scopes: ['keys:read'] });
  assert.equal(await (await ask({ 'x-api-key': good.secret })).text(), 'hello Shop sync');
  assert.equal(await (await ask({ authorization: `Bearer ${good.secret}` })).text(), 'hello Shop sync');

  const refused = await ask({ 'x-api-key': narrow.secret });
  assert.deepEqual([refused.status, (await refused.json()).requiredScopes], [403, ['read:items']]);
  const nobody = await ask({});
  assert.deepEqual([nobody.status, nobody.headers.get('www-authenticate'), nobody.headers.get('content-type')], [401, 'Bearer', 'application/problem+json']);

  const endless = await ask({ 'x-api-key': 'k'.repeat(9000) });
  assert.deepEqual([endless.status, (await endless.json()).code], [401, 'MALFORMED']);

  await root.keys.revokeKey(good.id);
  const revoked = await ask({ 'x-api-key': good.secret });
  assert.deepEqual([revoked.status, (await revoked.json()).code], [401, 'REVOKED']);
  await root.keys.revokeKey(narrow.id);
});

test('Express and Hono find the caller where they look for such things', async () => {
  const key = await root.keys.create({ name: 'both' });
  const get = (name) => (name === 'x-api-key' ? key.secret : undefined);

  const response = { locals: {} };
  await new Promise((resolve, reject) => expressKey({ client: root, cost: 0 })({ get }, response, (error) => (error ? reject(error) : resolve())));
  assert.equal(response.locals.caller.keyId, key.id);

  const kept = new Map();
  let ran = false;
  await honoKey({ client: root, cost: 0 })({ req: { header: get }, set: (name, value) => kept.set(name, value) }, async () => void (ran = true));
  assert.deepEqual([ran, kept.get('caller').keyId], [true, key.id]);
  await root.keys.revokeKey(key.id);
});

test('what the umbrella scopes stand for is what the server says', async () => {
  for await (const { scope, adminGranted } of root.scopes.list({ limit: 100 })) {
    assert.equal(coversScopes(['read', 'write'], [scope]), !adminGranted, scope);
    assert.ok(coversScopes(['admin'], [scope]) && coversScopes([scope], [scope]) && !coversScopes(['no:such'], [scope]), scope);
  }
});

test('while Gatepost is away nobody is let in unchecked', async () => {
  const away = new Client({ baseUrl, apiKey: 'k', maxRetries: 0, fetch: () => Promise.reject(new TypeError('fetch failed')) });
  const response = await withKey(() => new Response('in'), { client: away })(new Request('http://shop.example', { headers: { 'x-api-key': 'k' } }));
  assert.equal(response.status, 503);
});
