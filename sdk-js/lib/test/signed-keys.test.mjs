// Signed keys that the live server made, verified here without asking it about each.
import assert from 'node:assert/strict';
import test from 'node:test';
import { withKey } from 'gatepost/lib/guard';
import { SignedKeyVerifier } from 'gatepost/lib/verifier';
import { baseUrl, root } from './support.mjs';

const audience = 'https://shop.example';
const made = (more = {}) => root.keys.create({ name: 'Signed', kind: 'signed', audience, scopes: ['read:items'], claims: { plan: 'pro' }, expiresInSeconds: 3600, ...more });

function verifierOf(more = {}) {
  const state = { fetches: 0, ahead: 0 };
  const verifier = new SignedKeyVerifier({
    issuer: baseUrl,
    audience,
    fetch: (url, init) => (state.fetches++, globalThis.fetch(url, init)),
    now: () => Date.now() + state.ahead,
    ...more,
  });
  return { verifier, state };
}

test('a key of either algorithm verifies, three times with one fetch', async () => {
  for (const algorithm of ['ES256', 'RS256']) {
    const { verifier, state } = verifierOf();
    const key = await made({ algorithm });
    for (let time = 0; time < 3; time++) {
      const found = await verifier.verify(key.secret);
      assert.deepEqual([found.keyId, found.userId, found.scopes, found.claims.plan], [key.id, key.userId, ['read:items'], 'pro']);
      assert.ok(Math.abs(found.expiresAt - new Date(key.expiresAt)) < 1000);
    }
    assert.equal(state.fetches, 1);
    await root.keys.revokeKey(key.id);
  }
});

test('a key for somebody else is refused, and a revoked one once the set has aged', async () => {
  const { verifier, state } = verifierOf();
  const key = await made();
  const other = await made({ audience: 'https://other.example' });
  await verifier.verify(key.secret);
  await assert.rejects(verifier.verify(other.secret), { code: 'wrong_audience' });
  await root.keys.revokeKey(key.id);
  state.ahead = 300_000;
  await assert.rejects(verifier.verify(key.secret), { code: 'revoked' });
  await assert.rejects(verifierOf().verifier.verify(key.secret), { code: 'unknown_key' });
  await root.keys.revokeKey(other.id);
});

test('the middleware lets it in', async () => {
  const key = await made();
  const hello = withKey((_, caller) => new Response(caller.claims.plan), { verifier: verifierOf().verifier, scopes: ['read:items'] });
  assert.equal(await (await hello(new Request('https://shop.example/', { headers: { authorization: `Bearer ${key.secret}` } }))).text(), 'pro');
  await root.keys.revokeKey(key.id);
});
