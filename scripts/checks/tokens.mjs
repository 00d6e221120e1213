// Signs up, signs in, and verifies the access token with jose, an independent library, from the published key set.
import assert from 'node:assert/strict';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';

const base = process.env.GATEPOST_BASE_URL;
const post = async (path, body) => {
  const answer = await fetch(base + path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
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
