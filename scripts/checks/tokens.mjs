// Verifies with jose, an independent library: an access token from the published key set, and signed keys from theirs.
import assert from 'node:assert/strict';
import { createRemoteJWKSet, customFetch, decodeProtectedHeader, errors, jwtVerify } from 'jose';

const base = process.env.GATEPOST_BASE_URL;
const post = async (path, body, headers = {}) => {
  const answer = await fetch(base + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  assert.ok(answer.ok, `${path} answered ${answer.status}: ${await answer.clone().text()}`);
  return answer.json();
};

const account = { email: `jose-${Date.now()}@example.com`, password: 'a walk along the quay at dawn' };
await post('/v1/auth/register', account);
const { accessToken, userId, tokenType, expiresIn } = await post('/v1/auth/login', account);
assert.equal(tokenType, 'Bearer');

const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', base));
const { payload } = await jwtVerify(accessToken, keys, { issuer: base, audience: base, algorithms: ['ES256'], typ: 'at+jwt', requiredClaims: ['sub', 'exp', 'iat', 'jti', 'client_id', 'sid', 'scope'] });
assert.equal(payload.sub, userId);
assert.equal(payload.exp - payload.iat, expiresIn);

// The same token, altered, is refused by it and by us.
const [head, claims, signature] = accessToken.split('.');
const forged = [head, Buffer.from(JSON.stringify({ ...payload, sub: 'usr_someone' })).toString('base64url'), signature].join('.');
await assert.rejects(jwtVerify(forged, keys, { issuer: base, audience: base }));
const refused = await fetch(`${base}/v1/auth/me`, { headers: { authorization: `Bearer ${forged}` } });
assert.equal(refused.status, 401);
assert.ok(claims.length > 0);
console.log(`jose: a token of ${decodeProtectedHeader(accessToken).alg} verifies, a forged one is refused`);

// Signed keys: each has a set of its own at its issuer.
const bearer = { authorization: `Bearer ${accessToken}` };
const audience = 'https://warehouse.example.com';
const setOf = (key, fetched) =>
  createRemoteJWKSet(new URL(`/jwks/${key.id}/.well-known/jwks.json`, base), {
    [customFetch]: (url, options) => {
      fetched.count += 1;
      return fetch(url, options);
    },
  });
for (const algorithm of ['ES256', 'RS256']) {
  const key = await post('/v1/keys', { name: 'jose', kind: 'signed', algorithm, audience, scopes: ['read:items'], claims: { site: 'north' } }, bearer);
  const fetched = { count: 0 };
  const set = setOf(key, fetched);
  const rules = { issuer: `${base}/jwks/${key.id}`, audience, algorithms: [algorithm], typ: 'apikey+jwt', requiredClaims: ['sub', 'exp', 'iat', 'jti', 'scope'] };
  for (let time = 0; time < 3; time += 1) {
    const { payload: said, protectedHeader } = await jwtVerify(key.secret, set, rules);
    assert.equal(protectedHeader.kid, key.id);
    assert.deepEqual([said.sub, said.scope, said.site], [userId, 'read:items', 'north']);
  }
  assert.equal(fetched.count, 1, 'three verifications make one fetch');
  await assert.rejects(jwtVerify(key.secret, set, { ...rules, audience: base }), errors.JWTClaimValidationFailed);
  await assert.rejects(jwtVerify(key.secret, set, { ...rules, issuer: `${base}/jwks/key_0` }), errors.JWTClaimValidationFailed);
  await assert.rejects(jwtVerify(key.secret, set, { ...rules, algorithms: [algorithm === 'ES256' ? 'RS256' : 'ES256'] }), errors.JOSEAlgNotAllowed);
  await assert.rejects(jwtVerify(accessToken, set, rules), errors.JOSEError);

  const revoked = await fetch(`${base}/v1/keys/${key.id}`, { method: 'DELETE', headers: bearer });
  assert.equal(revoked.status, 204);
  await assert.rejects(jwtVerify(key.secret, setOf(key, fetched), rules), /200 OK/, 'a revoked key has no set');
}
console.log('jose: signed keys of ES256 and RS256 verify, from one fetch each, and not once they are revoked');
