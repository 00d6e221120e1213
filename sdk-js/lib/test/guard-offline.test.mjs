// The middleware with a verifier: signed keys are checked here, and Gatepost is not asked.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from 'gatepost';
import { expressKey, honoKey, withKey } from 'gatepost/lib/guard';
import { SignedKeyVerifier } from 'gatepost/lib/verifier';
import { startIssuer } from './support/signed-keys.mjs';

const audience = 'https://shop.example';
const verifierOf = (issuer) => new SignedKeyVerifier({ issuer: issuer.base, audience });
const request = (headers) => new Request('http://shop.example/things', { headers });

test('a signed key reaches the handler with its claims, by either header', async (t) => {
  const issuer = await startIssuer(t);
  const key = issuer.make({ claims: { plan: 'pro' } });
  const hello = withKey((_, caller) => Response.json([caller.keyId, caller.userId, caller.claims.plan]), { verifier: verifierOf(issuer), scopes: ['read:items'] });
  for (const headers of [{ 'x-api-key': key.token }, { authorization: `Bearer ${key.token}` }]) {
    assert.deepEqual(await (await hello(request(headers))).json(), [key.id, 'usr_01k9', 'pro']);
  }
  assert.equal(issuer.fetches.length, 1);
});

test('no key, a bad one and a narrow one are refused with the reason, and the handler never runs', async (t) => {
  const issuer = await startIssuer(t);
  const ask = withKey(() => assert.fail('it ran'), { verifier: verifierOf(issuer), scopes: ['write:orders'] });
  const answers = [
    [{}, 401, 'UNAUTHENTICATED'],
    [{ 'x-api-key': 'gp_live_junk' }, 401, 'MALFORMED'],
    [{ 'x-api-key': issuer.make({ claims: { aud: 'https://other.example' } }).token }, 401, 'WRONG_AUDIENCE'],
    [{ 'x-api-key': issuer.make({ claims: { exp: 1 } }).token }, 401, 'EXPIRED'],
    [{ 'x-api-key': issuer.make().token }, 403, 'INSUFFICIENT_SCOPE'],
  ];
  for (const [headers, status, code] of answers) {
    const response = await ask(request(headers));
    const problem = await response.json();
    assert.deepEqual([response.status, problem.status, problem.code, response.headers.get('content-type')], [status, status, code, 'application/problem+json']);
    assert.equal(response.headers.get('www-authenticate'), status === 401 ? 'Bearer' : null);
    assert.deepEqual(problem.requiredScopes, status === 403 ? ['write:orders'] : undefined);
  }
});

test('umbrella scopes open what lies under them', async (t) => {
  const issuer = await startIssuer(t);
  const ask = (scope, needed) => withKey(() => new Response('in'), { verifier: verifierOf(issuer), scopes: [needed] })(request({ 'x-api-key': issuer.make({ claims: { scope } }).token }));
  assert.equal((await ask('read', 'read:orders')).status, 200);
  assert.equal((await ask('read', 'write:orders')).status, 403);
  assert.equal((await ask('read write', 'users:read')).status, 403);
  assert.equal((await ask('admin', 'users:read')).status, 200);
});

test('while the key set cannot be fetched nobody is let in unchecked', async (t) => {
  const issuer = await startIssuer(t);
  const key = issuer.make();
  issuer.answer = (_, response) => response.destroy();
  const response = await withKey(() => new Response('in'), { verifier: verifierOf(issuer) })(request({ 'x-api-key': key.token }));
  assert.deepEqual([response.status, (await response.json()).code], [503, 'UNAVAILABLE']);
});

test('with a client beside the verifier, other keys are asked after', async (t) => {
  const issuer = await startIssuer(t);
  const asked = [];
  const answer = { valid: true, code: 'VALID', keyId: 'key_1', userId: 'usr_1', name: 'n', environment: 'live', scopes: [], expiresAt: null, remaining: null };
  const client = new Client({ baseUrl: 'http://gatepost.example', apiKey: 'k', fetch: async (url) => (asked.push(url), Response.json(answer)) });
  const hello = withKey((_, caller) => new Response(caller.keyId), { client, verifier: verifierOf(issuer) });
  const key = issuer.make();
  assert.equal(await (await hello(request({ 'x-api-key': key.token }))).text(), key.id);
  assert.deepEqual(asked, []);
  assert.equal(await (await hello(request({ 'x-api-key': 'gp_live_other' }))).text(), 'key_1');
  assert.deepEqual(asked, ['http://gatepost.example/v1/keys/verify']);
});

test('Express and Hono hand the caller on, and refuse as they do', async (t) => {
  const issuer = await startIssuer(t);
  const options = { verifier: verifierOf(issuer) };
  const key = issuer.make();
  const get = (name) => (name === 'x-api-key' ? key.token : undefined);

  const response = { locals: {} };
  await new Promise((resolve, reject) => expressKey(options)({ get }, response, (error) => (error ? reject(error) : resolve())));
  assert.equal(response.locals.caller.keyId, key.id);
  const sent = await new Promise((resolve, reject) => {
    const out = { locals: {}, headers: {}, status: (code) => ((out.code = code), out), set: (name, value) => ((out.headers[name] = value), out), send: (body) => resolve({ ...out, body: JSON.parse(body) }) };
    expressKey(options)({ get: () => undefined }, out, () => reject(new Error('let in')));
  });
  assert.deepEqual([sent.code, sent.headers['www-authenticate'], sent.body.code], [401, 'Bearer', 'UNAUTHENTICATED']);

  const kept = new Map();
  let ran = false;
  await honoKey(options)({ req: { header: get }, set: (name, value) => kept.set(name, value) }, async () => void (ran = true));
  assert.deepEqual([ran, kept.get('caller').userId], [true, 'usr_01k9']);
  const refused = await honoKey(options)({ req: { header: () => undefined }, set: () => assert.fail('set') }, () => assert.fail('let in'));
  assert.equal(refused.status, 401);
});
