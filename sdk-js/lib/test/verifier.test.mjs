// SignedKeyVerifier against keys that node:crypto made and a server that counts who asks (S23, S24, S26, S27, S38, S40, S41).
import assert from 'node:assert/strict';
import test from 'node:test';
import { SignedKeyError, SignedKeyVerifier } from 'gatepost/lib/verifier';
import { compact, startIssuer } from './support/signed-keys.mjs';

const audience = 'https://shop.example';

/** A verifier of that issuer whose clock the test holds. */
function verifierOf(issuer, options = {}) {
  const clock = { ms: Date.now() };
  const verifier = new SignedKeyVerifier({ issuer: issuer.base, audience, now: () => clock.ms, ...options });
  return { verifier, clock };
}

const codeOf = (promise) =>
  promise.then(
    () => 'accepted',
    (error) => (error instanceof SignedKeyError ? error.code : `${error}`),
  );

test('a good key of either algorithm says whose it is and what it may do', async (t) => {
  const issuer = await startIssuer(t);
  const { verifier } = verifierOf(issuer);
  for (const alg of ['ES256', 'RS256']) {
    const key = issuer.make({ alg, claims: { plan: 'pro' } });
    const found = await verifier.verify(key.token);
    assert.deepEqual([found.keyId, found.userId, found.scopes, found.claims.plan], [key.id, 'usr_01k9', ['read:items', 'write:items'], 'pro']);
    assert.equal(found.expiresAt.getTime(), key.claims.exp * 1000);
  }
});

test('three verifications make one fetch, at the same time and one after the other', async (t) => {
  const issuer = await startIssuer(t);
  const { verifier } = verifierOf(issuer);
  const key = issuer.make();
  await Promise.all([1, 2, 3].map(() => verifier.verify(key.token)));
  await verifier.verify(key.token);
  assert.deepEqual(issuer.fetches, [key.path]);
});

test('a set is kept for its max-age, then asked after with its ETag', async (t) => {
  const issuer = await startIssuer(t);
  const { verifier, clock } = verifierOf(issuer);
  const key = issuer.make();
  await verifier.verify(key.token);
  clock.ms += 299_000;
  await verifier.verify(key.token);
  assert.equal(issuer.fetches.length, 1);
  clock.ms += 1_000;
  await verifier.verify(key.token);
  assert.equal(issuer.requests.at(-1).headers['if-none-match'], `"${key.id}"`);
  clock.ms += 299_000;
  await verifier.verify(key.token);
  assert.equal(issuer.fetches.length, 2);
});

test('max-age is honoured up to an hour, 300 s is the default, and no-store keeps nothing', async (t) => {
  const issuer = await startIssuer(t);
  for (const [control, keptMs] of [['max-age=7', 7_000], ['public, max-age=999999', 3_600_000], [undefined, 300_000], ['no-store', 0]]) {
    const { verifier, clock } = verifierOf(issuer);
    const key = issuer.make({ claims: { exp: Math.floor(Date.now() / 1000) + 9_000 } });
    issuer.fetches.length = 0;
    issuer.answer = (_, response) => response.writeHead(200, control === undefined ? {} : { 'cache-control': control }).end(JSON.stringify(issuer.sets.get(key.path)));
    await verifier.verify(key.token);
    clock.ms += keptMs - 1;
    if (keptMs > 0) await verifier.verify(key.token);
    assert.equal(issuer.fetches.length, 1, `${control}`);
    clock.ms += 1;
    await verifier.verify(key.token);
    assert.equal(issuer.fetches.length, 2, `${control}`);
  }
});

test('a revoked key is refused once its set has aged, and a key that was never there is unknown (H38)', async (t) => {
  const issuer = await startIssuer(t);
  const { verifier, clock } = verifierOf(issuer);
  const key = issuer.make();
  await verifier.verify(key.token);
  key.revoke();
  clock.ms += 300_000;
  assert.equal(await codeOf(verifier.verify(key.token)), 'revoked');
  assert.equal(await codeOf(verifier.verify(key.token)), 'revoked');
  assert.equal(issuer.fetches.length, 2);
  clock.ms += 30_000;
  assert.equal(await codeOf(verifier.verify(key.token)), 'revoked');
  assert.equal(issuer.fetches.length, 3);

  const never = issuer.make();
  never.revoke();
  assert.equal(await codeOf(verifier.verify(never.token)), 'unknown_key');
  assert.equal(await codeOf(verifier.verify(never.token)), 'unknown_key');
  assert.equal(issuer.fetches.length, 4);
});

test('a clock that goes backwards keeps no revoked key alive', async (t) => {
  const issuer = await startIssuer(t);
  const { verifier, clock } = verifierOf(issuer);
  const key = issuer.make({ claims: { iat: 1 } });
  await verifier.verify(key.token);
  key.revoke();
  clock.ms -= 3_600_000;
  assert.equal(await codeOf(verifier.verify(key.token)), 'revoked');
});

test('invented keys make no storm of fetches, and keys that are known go on', async (t) => {
  const issuer = await startIssuer(t);
  const { verifier, clock } = verifierOf(issuer);
  const known = issuer.make();
  await verifier.verify(known.token);
  issuer.fetches.length = 0;
  const { privateKey } = issuer.make();
  const junk = () => {
    const key = issuer.make();
    key.revoke();
    return compact(key.header, key.claims, privateKey);
  };
  const codes = await Promise.all(Array.from({ length: 200 }, () => codeOf(verifier.verify(junk()))));
  assert.equal(issuer.fetches.length, 30);
  assert.equal(codes.filter((code) => code === 'unknown_key').length, 30);
  assert.equal(codes.filter((code) => code === 'unavailable').length, 170);
  await verifier.verify(known.token);
  clock.ms += 1_000;
  await verifier.verify(issuer.make().token);
});

test('a thousand keys at most are remembered, the least used forgotten first', async (t) => {
  const issuer = await startIssuer(t);
  const { verifier } = verifierOf(issuer);
  const first = issuer.make();
  await verifier.verify(first.token);
  const second = issuer.make();
  await verifier.verify(second.token);
  for (let made = 0; made < 999; made++) {
    await verifier.verify(issuer.make().token);
    if (made === 0) await verifier.verify(first.token);
  }
  const before = issuer.fetches.length;
  await verifier.verify(first.token);
  assert.equal(issuer.fetches.length, before);
  await verifier.verify(second.token);
  assert.equal(issuer.fetches.length, before + 1);
});

test('while the issuer is away nothing is accepted unchecked, and it is not asked again at once', async (t) => {
  const issuer = await startIssuer(t);
  const { verifier, clock } = verifierOf(issuer);
  const key = issuer.make();
  await verifier.verify(key.token);
  issuer.answer = (_, response) => response.writeHead(500).end();
  await verifier.verify(key.token);
  clock.ms += 300_000;
  assert.equal(await codeOf(verifier.verify(key.token)), 'unavailable');
  assert.equal(await codeOf(verifier.verify(key.token)), 'unavailable');
  assert.equal(issuer.fetches.length, 2);
  issuer.answer = undefined;
  clock.ms += 5_000;
  await verifier.verify(key.token);
});

test('redirects, huge bodies and what is no key set are not believed', async (t) => {
  const issuer = await startIssuer(t);
  const elsewhere = await startIssuer(t);
  const answers = [
    (_, response) => response.writeHead(302, { location: `${elsewhere.base}/` }).end(),
    (_, response) => response.writeHead(200).end(`{"keys":[],"x":"${'x'.repeat(70_000)}"}`),
    (_, response) => response.writeHead(200).end('<html>'),
    (_, response) => response.writeHead(200).end('{}'),
  ];
  for (const answer of answers) {
    issuer.answer = answer;
    assert.equal(await codeOf(verifierOf(issuer).verifier.verify(issuer.make().token)), 'unavailable');
  }
  assert.equal(elsewhere.fetches.length, 0);
});

test('a key published with a private member, for encryption, twice, off its curve or too small is not used', async (t) => {
  const issuer = await startIssuer(t);
  for (const jwk of [{ d: 'AAAA' }, { k: 'AAAA' }, { use: 'enc' }, { key_ops: ['sign'] }, { crv: 'P-384' }, { x: 'AAAA' }, { alg: undefined }, { kty: 'oct' }]) {
    const key = issuer.make({ jwk });
    assert.equal(await codeOf(verifierOf(issuer).verifier.verify(key.token)), 'unknown_key', JSON.stringify(jwk));
  }
  const twice = issuer.make();
  issuer.sets.get(twice.path).keys.push(issuer.sets.get(twice.path).keys[0]);
  assert.equal(await codeOf(verifierOf(issuer).verifier.verify(twice.token)), 'unknown_key');
  const small = issuer.make({ alg: 'RS256', bits: 1024 });
  assert.equal(await codeOf(verifierOf(issuer).verifier.verify(small.token)), 'unknown_key');
  const absent = issuer.make();
  issuer.sets.get(absent.path).keys[0].kid = 'key_other';
  assert.equal(await codeOf(verifierOf(issuer).verifier.verify(absent.token)), 'unknown_key');
});

test('who gives no issuer or no audience, or an address that is none, gets no verifier', () => {
  for (const options of [{ issuer: [], audience }, { issuer: 'https://a.example', audience: [] }, { issuer: 'https://a.example', audience: '' }, { issuer: 'ftp://a.example', audience }, { issuer: 'https://u@a.example', audience }, { issuer: 'https://a.example/?x', audience }]) {
    assert.throws(() => new SignedKeyVerifier(options), TypeError, JSON.stringify(options));
  }
});

test('thirty seconds are allowed between two clocks, for every time in a token (S31)', async (t) => {
  const issuer = await startIssuer(t);
  const now = Math.floor(Date.now() / 1000);
  for (const [claims, atMs, code] of [
    [{ exp: now }, (now + 30) * 1000 - 1, 'accepted'],
    [{ exp: now }, (now + 30) * 1000 + 1, 'expired'],
    [{ nbf: now }, (now - 30) * 1000, 'accepted'],
    [{ nbf: now }, (now - 30) * 1000 - 1, 'not_yet_valid'],
    [{ iat: now + 3600 }, now * 1000, 'not_yet_valid'],
  ]) {
    const key = issuer.make({ claims: { iat: now - 100, ...claims } });
    assert.equal(await codeOf(verifierOf(issuer, { now: () => atMs }).verifier.verify(key.token)), code, JSON.stringify(claims));
  }
});
