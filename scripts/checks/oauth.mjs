// Drives our OAuth endpoints with oauth4webapi, an independent and strict client, from the metadata document alone:
// client credentials with narrowing, refresh, introspection, revocation.
import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';

const base = new URL(process.env.GATEPOST_BASE_URL);
// The server under test is on loopback, without TLS.
const plain = { [oauth.allowInsecureRequests]: true };

const post = async (path, body, headers = {}) => {
  const answer = await fetch(new URL(path, base), { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${path} answered ${answer.status}: ${await answer.clone().text()}`);
  return answer.json();
};
const statusWith = async (token) => (await fetch(new URL('/v1/keys', base), { headers: { authorization: `Bearer ${token}` } })).status;

const account = { email: `oauth-${Date.now()}@example.com`, password: 'a walk along the quay at dawn' };
await post('/v1/auth/register', account);
const session = await post('/v1/auth/login', account);
const key = await post('/v1/keys', { name: 'oauth4webapi', scopes: ['read'] }, { authorization: `Bearer ${session.accessToken}` });

const as = await oauth.processDiscoveryResponse(base, await oauth.discoveryRequest(base, { algorithm: 'oauth2', ...plain }));
assert.deepEqual(as.grant_types_supported, ['refresh_token', 'client_credentials']);
const client = { client_id: key.id };
const basic = oauth.ClientSecretBasic(key.secret);

const machine = async (auth, scope) => {
  const answer = await oauth.clientCredentialsGrantRequest(as, client, auth, scope ? { scope } : {}, plain);
  return oauth.processClientCredentialsResponse(as, client, answer);
};
const introspect = async (token) => {
  const answer = await oauth.introspectionRequest(as, client, basic, token, plain);
  return oauth.processIntrospectionResponse(as, client, answer);
};
const revoke = async (who, auth, token) => oauth.processRevocationResponse(await oauth.revocationRequest(as, who, auth, token, plain));

// A key becomes a token, with all of its scopes or with fewer, and never with more.
for (const auth of [basic, oauth.ClientSecretPost(key.secret)]) {
  const { access_token: token, scope, refresh_token: none } = await machine(auth);
  assert.deepEqual([scope, none], ['read', undefined]);
  const request = new Request(new URL('/v1/keys', base), { headers: { authorization: `Bearer ${token}` } });
  const claims = await oauth.validateJwtAccessToken(as, request, base.origin, plain);
  assert.deepEqual([claims.sub, claims.client_id], [session.userId, key.id]);
}
const narrow = await machine(basic, 'read:items');
assert.equal(narrow.scope, 'read:items');
assert.equal(await statusWith(narrow.access_token), 403);
await assert.rejects(machine(basic, 'admin'), { name: 'ResponseBodyError', error: 'invalid_scope' });
await assert.rejects(machine(oauth.ClientSecretPost('gp_live_guess')), /challenge|invalid_client/i);

// What it says while it is good, and nothing once it is revoked.
const whole = await machine(basic);
assert.equal(await statusWith(whole.access_token), 200);
const told = await introspect(whole.access_token);
assert.deepEqual([told.active, told.sub, told.client_id, told.scope], [true, session.userId, key.id, 'read']);
await revoke(client, basic, whole.access_token);
assert.deepEqual(await introspect(whole.access_token), { active: false });
assert.equal(await statusWith(whole.access_token), 401);

// A public client refreshes its session, narrower if it likes, and ends it.
const app = { client_id: 'gatepost' };
const refresh = async (token, more) => {
  const answer = await oauth.refreshTokenGrantRequest(as, app, oauth.None(), token, { additionalParameters: more, ...plain });
  return oauth.processRefreshTokenResponse(as, app, answer);
};
const second = await refresh(session.refreshToken, { scope: 'read:items' });
assert.equal(second.scope, 'read:items');
assert.notEqual(second.refresh_token, session.refreshToken);
const third = await refresh(second.refresh_token);
assert.equal(third.scope, 'read write');
assert.equal(await statusWith(third.access_token), 200);
await revoke(app, oauth.None(), third.refresh_token);
assert.equal(await statusWith(third.access_token), 401);
await assert.rejects(refresh(third.refresh_token), { name: 'ResponseBodyError', error: 'invalid_grant' });
console.log('oauth4webapi: discovery, client credentials, refresh, introspection and revocation work, and refusals are the standard\'s');
