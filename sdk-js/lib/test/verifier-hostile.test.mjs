// What attackers send (SECURITY.md H1–H15, H30–H37): each is refused, with the right word, and asks nobody but the issuer.
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import test from 'node:test';
import { SignedKeyError, SignedKeyVerifier } from 'gatepost/lib/verifier';
import { b64, compact, keyId, startIssuer } from './support/signed-keys.mjs';

const audience = 'https://shop.example';

/** Runs rows of [what, token or maker, code] against one issuer; a fresh key each. */
async function refuses(t, rows) {
  const issuer = await startIssuer(t);
  for (const [what, make, code] of rows) {
    const verifier = new SignedKeyVerifier({ issuer: issuer.base, audience });
    const key = issuer.make();
    const token = make(key, issuer);
    await assert.rejects(verifier.verify(token), (error) => {
      assert.ok(error instanceof SignedKeyError, `${what}: ${error}`);
      assert.equal(error.code, code, what);
      assert.ok(!error.message.includes(key.id), what);
      return true;
    });
    assert.ok(issuer.fetches.every((path) => path === key.path || path.startsWith('/jwks/key_')), what);
    issuer.fetches.length = 0;
  }
  return issuer;
}

const withHeader = (change) => (key) => compact({ ...key.header, ...change }, key.claims, key.privateKey);
const withClaims = (change) => (key) => compact(key.header, { ...key.claims, ...change }, key.privateKey);
const withText = (edit) => (key) => compact(edit(JSON.stringify(key.header)), JSON.stringify(key.claims), key.privateKey);
const unsigned = (alg) => (key) => `${b64({ ...key.header, alg })}.${b64(key.claims)}.`;
const hmac = (secretOf) => (key) => {
  const input = `${b64({ ...key.header, alg: 'HS256' })}.${b64(key.claims)}`;
  return `${input}.${createHmac('sha256', secretOf(key)).update(input).digest('base64url')}`;
};

test('H1–H2, H8: algorithms that are none, another, or an HMAC with the public key', (t) =>
  refuses(t, [
    ...['none', 'None', 'nOnE', '', [], 'ES384', 'EdDSA', 'PS256', null].map((alg) => [`alg ${alg}`, withHeader({ alg }), 'wrong_algorithm']),
    ['none without a signature', unsigned('none'), 'wrong_algorithm'],
    ['HS256, PEM', hmac((key) => key.publicKey.export({ type: 'spki', format: 'pem' })), 'wrong_algorithm'],
    ['HS256, DER', hmac((key) => key.publicKey.export({ type: 'spki', format: 'der' })), 'wrong_algorithm'],
    ['HS256, JWK', hmac((key) => JSON.stringify(key.publicKey.export({ format: 'jwk' }))), 'wrong_algorithm'],
    ['RS256 for an ES256 key', withHeader({ alg: 'RS256' }), 'wrong_algorithm'],
    ['alg twice', withText((text) => text.replace('{', '{"alg":"none",')), 'malformed'],
    ['alg twice, written otherwise', withText((text) => text.replace('{', '{"\\u0061lg":"none",')), 'malformed'],
    ['exp twice', (key) => compact(JSON.stringify(key.header), JSON.stringify(key.claims).replace('{', '{"exp":1,'), key.privateKey), 'malformed'],
    ['a member twice, deep inside', (key) => compact(key.header, JSON.stringify({ ...key.claims, x: [{}] }).replace('[{}]', '[{"a":1,"a":2}]'), key.privateKey), 'malformed'],
  ]));

test('H3–H7: key ids and pointers to other keys', async (t) => {
  const elsewhere = await startIssuer(t);
  const other = elsewhere.make();
  await refuses(t, [
    ['no kid', withHeader({ kid: undefined }), 'malformed'],
    ...[keyId(), '../../dev/null', "' OR 1=1--", 'k'.repeat(4000), 'a\u0000b'].map((kid) => [`kid ${kid.slice(0, 20)}`, withHeader({ kid }), 'unknown_key']),
    ['kid of 64 KiB', withHeader({ kid: 'k'.repeat(65_536) }), 'malformed'],
    ['kid a number', withHeader({ kid: 1 }), 'malformed'],
    ['a key of another issuer', () => other.token, 'untrusted_issuer'],
    ['jku', (key) => compact({ ...key.header, jku: `${elsewhere.base}${other.path}` }, key.claims, other.privateKey), 'bad_signature'],
    ['x5u', (key) => compact({ ...key.header, x5u: `${elsewhere.base}/x` }, key.claims, other.privateKey), 'bad_signature'],
    ['jwk', (key) => compact({ ...key.header, jwk: other.publicKey.export({ format: 'jwk' }) }, key.claims, other.privateKey), 'bad_signature'],
    ['crit', withHeader({ crit: ['exp'] }), 'malformed'],
    ['b64', withHeader({ b64: false }), 'malformed'],
  ]);
  assert.equal(elsewhere.fetches.length, 0);
});

const cut = (edit) => (key) => {
  const [head, body, signature] = key.token.split('.');
  return edit(head, body, signature);
};

test('H9–H10: signatures and forms', (t) =>
  refuses(t, [
    ['no signature', cut((head, body) => `${head}.${body}`), 'malformed'],
    ['an empty one', cut((head, body) => `${head}.${body}.`), 'malformed'],
    ['a cut one', cut((head, body, signature) => `${head}.${body}.${signature.slice(0, 40)}`), 'bad_signature'],
    ['another way to write it', cut((head, body, signature) => `${head}.${body}.${nextSpelling(signature)}`), 'malformed'],
    ['padding', cut((head, body, signature) => `${head}.${body}.${signature}==`), 'malformed'],
    ['plain base64', cut((head, body) => `${head}.${body}.ab+/`), 'malformed'],
    ['space', (key) => ` ${key.token}`, 'malformed'],
    ['a line end', (key) => `${key.token}\n`, 'malformed'],
    ['five parts', cut((head, body, signature) => `${head}.${body}.${signature}.${body}.${signature}`), 'malformed'],
    ['JSON', (key) => JSON.stringify({ protected: key.header, payload: key.claims }), 'malformed'],
    ['nothing', () => '', 'malformed'],
    ['no text', () => undefined, 'malformed'],
    ['zeros', cut((head, body) => `${head}.${body}.${b64(new Uint8Array(64))}`), 'bad_signature'],
    ['DER', cut((head, body) => `${head}.${body}.${b64(new Uint8Array(70).fill(48))}`), 'bad_signature'],
    ['a changed claim', cut((head, body, signature) => `${head}.${b64(JSON.stringify({ ...JSON.parse(Buffer.from(body, 'base64url')), sub: 'usr_other' }))}.${signature}`), 'bad_signature'],
    ['another key’s signature', (key, issuer) => compact(key.header, key.claims, issuer.make().privateKey), 'bad_signature'],
  ]));

/** The last letter of 86 carries four bits that must be zero. */
function nextSpelling(signature) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return signature.slice(0, -1) + letters[letters.indexOf(signature.at(-1)) + 1];
}

const WRONG_TIMES = ['"1"', '1.5', '-1', '1e300', 'null', '[]', '{}', 'true'];
const withTime = (name, value) => (key) => {
  const { [name]: _, ...rest } = key.claims;
  return compact(JSON.stringify(key.header), JSON.stringify(rest).replace('{', `{"${name}":${value},`), key.privateKey);
};

test('H11–H12: times and audiences of other types', (t) =>
  refuses(t, [
    ...['exp', 'nbf', 'iat'].flatMap((name) => WRONG_TIMES.map((value) => [`${name} ${value}`, withTime(name, value), 'malformed'])),
    ['no exp', withClaims({ exp: undefined }), 'malformed'],
    ...[1, null, {}, undefined, [], [audience, 1], 'https://SHOP.example', `${audience}/`, 'https://shop.exampl', ['https://other.example']].map((aud) => [`aud ${JSON.stringify(aud)}`, withClaims({ aud }), 'wrong_audience']),
    ['sub a number', withClaims({ sub: 1 }), 'malformed'],
    ['no sub', withClaims({ sub: undefined }), 'malformed'],
    ['scope a list', withClaims({ scope: ['admin'] }), 'malformed'],
  ]));

test('H13–H15: other kinds of tokens, and too much of it', (t) =>
  refuses(t, [
    ...['at+jwt', 'JWT', 'APIKEY+JWT', undefined, null, 'application/apikey+jwt', ['apikey+jwt']].map((typ) => [`typ ${typ}`, withHeader({ typ }), 'wrong_type']),
    ['a refresh token', () => `gpr_${'a'.repeat(43)}`, 'malformed'],
    ['an API key', () => `gp_live_${'a'.repeat(38)}`, 'malformed'],
    ['8 KiB and one', withClaims({ x: 'x'.repeat(8192) }), 'malformed'],
    ['1 MiB', () => 'a'.repeat(1 << 20), 'malformed'],
    ['many arrays', (key) => compact(JSON.stringify(key.header), `{"a":${'['.repeat(2500)}${']'.repeat(2500)}}`, key.privateKey), 'malformed'],
    ['no object', (key) => compact(key.header, '[]', key.privateKey), 'malformed'],
    ['no UTF-8', (key) => compact(key.header, new Uint8Array([123, 34, 255, 34, 58, 49, 125]), key.privateKey), 'malformed'],
  ]));

const withIssuer = (issuerOf) => (key, issuer) => compact(key.header, { ...key.claims, iss: issuerOf(issuer.base, key.id) }, key.privateKey);

test('H30–H36: issuers that only look like ours, and no fetch for any', async (t) => {
  const rows = [
    ['H30 userinfo', (base, id) => `${base}@evil.example/jwks/${id}`],
    ['H31 a longer host', (base, id) => `${base}.evil.example/jwks/${id}`],
    ['H32 no slash', (base, id) => `${base}jwks/${id}`],
    ['H32 two slashes', (base, id) => `${base}//jwks/${id}`],
    ['H32 dots', (base, id) => `${base}/x/../jwks/${id}`],
    ['H32 encoded dots', (base, id) => `${base}/%2e%2e/jwks/${id}`],
    ['H32 a semicolon', (base, id) => `${base}/jwks;/${id}`],
    ['H32 a backslash', (base, id) => `${base}\\jwks\\${id}`],
    ['H32 behind the id', (base, id) => `${base}/jwks/${id}/`],
    ['H33 upper case', (base, id) => `${base}/jwks/${id.toUpperCase()}`],
    ['H33 braces', (base, id) => `${base}/jwks/{${id}}`],
    ['H33 other digits', (base, id) => `${base}/jwks/${id.slice(0, -1)}\u0661`],
    ['H33 letters that are not used', (base, id) => `${base}/jwks/${id.slice(0, -1)}u`],
    ['H33 more than 128 bits', (base, id) => `${base}/jwks/key_8${id.slice(5)}`],
    ['H34 a line end', (base, id) => `${base}/jwks/${id}\n`],
    ['H35 https for http', (base, id) => `${base.replace('http:', 'https:')}/jwks/${id}`],
    ['H35 another port', (base, id) => `${base}0/jwks/${id}`],
    ['H35 upper case', (base, id) => `${base.replace('http', 'HTTP')}/jwks/${id}`],
    ['nothing', () => undefined],
    ['a list', (base, id) => [`${base}/jwks/${id}`]],
  ].map(([what, issuerOf]) => [what, withIssuer(issuerOf), 'untrusted_issuer']);
  await refuses(t, rows);
});

test('H35: a default port that is written out is another issuer', async () => {
  const asked = [];
  const verifier = new SignedKeyVerifier({ issuer: 'https://api.example', audience, fetch: (url) => (asked.push(url), Promise.reject(new TypeError())) });
  const token = `${b64({ alg: 'ES256', typ: 'apikey+jwt', kid: 'k' })}.${b64({ iss: `https://api.example:443/jwks/${keyId()}` })}.AAAA`;
  await assert.rejects(verifier.verify(token), { code: 'untrusted_issuer' });
  assert.deepEqual(asked, []);
});

test('H37: a key id of another tenant needs that tenant’s signature', async (t) => {
  await refuses(t, [
    [
      'kid and iss of one, signature of another',
      (key, issuer) => {
        const victim = issuer.make();
        return compact({ ...key.header, kid: victim.id }, { ...key.claims, iss: victim.iss }, key.privateKey);
      },
      'bad_signature',
    ],
    ['kid of one, iss of another', (key, issuer) => compact({ ...key.header, kid: issuer.make().id }, key.claims, key.privateKey), 'unknown_key'],
  ]);
});

test('nothing of an issuer that is not listed is ever fetched', async (t) => {
  const [listed, stranger] = [await startIssuer(t), await startIssuer(t)];
  const verifier = new SignedKeyVerifier({ issuer: listed.base, audience });
  for (let n = 0; n < 5; n++) await assert.rejects(verifier.verify(stranger.make().token), { code: 'untrusted_issuer' });
  assert.equal(listed.fetches.length + stranger.fetches.length, 0);
});
