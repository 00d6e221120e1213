// The standard endpoints: forms, a client's name and password, and the standard's own refusals.
import assert from 'node:assert/strict';
import test from 'node:test';
import { BadRequestError, UnauthenticatedError } from 'gatepost';
import { baseUrl, nobody, root } from './support.mjs';

/** A client that authenticates with a key, and what it sent. */
function machine(key) {
  const sent = [];
  const fetch = (url, init) => {
    sent.push({ path: new URL(url).pathname, headers: new Headers(init.headers), body: String(init.body) });
    return globalThis.fetch(url, init);
  };
  return { sent, client: nobody({ clientId: key.id, clientSecret: key.secret, fetch }) };
}

test('a key becomes a token, which is told of and revoked', async () => {
  const key = await root.keys.create({ name: 'OAuth', scopes: ['read:items'] });
  const { client, sent } = machine(key);
  const issued = await client.oauth.issueToken({ grant_type: 'client_credentials', scope: 'read:items' });
  assert.deepEqual([issued.token_type, issued.scope, issued.refresh_token], ['Bearer', 'read:items', undefined]);
  assert.equal(sent[0].headers.get('content-type'), 'application/x-www-form-urlencoded');
  assert.equal(sent[0].headers.get('authorization'), `Basic ${btoa(`${key.id}:${key.secret}`)}`);
  assert.equal(sent[0].body, 'grant_type=client_credentials&scope=read%3Aitems');

  const bearer = nobody({ accessToken: issued.access_token });
  assert.equal((await bearer.me.getCurrentUser()).id, key.userId);
  const told = await client.oauth.introspectToken({ token: issued.access_token });
  assert.deepEqual([told.active, told.sub, told.client_id, told.scope], [true, key.userId, key.id, 'read:items']);
  assert.equal(await client.oauth.revokeToken({ token: issued.access_token }), undefined);
  assert.deepEqual(await client.oauth.introspectToken({ token: issued.access_token }), { active: false });
  await assert.rejects(bearer.me.getCurrentUser(), UnauthenticatedError);

  const inTheForm = await nobody().oauth.issueToken({ grant_type: 'client_credentials', client_id: key.id, client_secret: key.secret });
  assert.equal(inTheForm.scope, 'read:items');
  await root.keys.revokeKey(key.id);
});

test('refusals are the standard\'s, with its words', async () => {
  const key = await root.keys.create({ name: 'OAuth', scopes: ['read:items'] });
  await assert.rejects(machine(key).client.oauth.issueToken({ grant_type: 'client_credentials', scope: 'write:items' }), (error) => {
    assert.ok(error instanceof BadRequestError);
    assert.equal(error.code, 'invalid_scope');
    assert.ok(error.detail);
    return true;
  });
  const guessed = machine({ id: key.id, secret: 'gp_live_guessed' }).client;
  await assert.rejects(guessed.oauth.introspectToken({ token: 'x' }), (error) => error instanceof UnauthenticatedError && error.code === 'invalid_client');
  await root.keys.revokeKey(key.id);
});

test('clients find everything by the metadata', async () => {
  const metadata = await nobody().oauth.getMetadata();
  assert.equal(metadata.issuer, baseUrl);
  assert.ok(metadata.grant_types_supported.includes('client_credentials'));
  assert.equal((await (await fetch(metadata.jwks_uri)).json()).keys[0].kid, (await nobody().oauth.getJwks()).keys[0].kid);
});
