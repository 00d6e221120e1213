// An issuer of signed keys that is none of ours: node:crypto signs, a small server publishes and counts.
import { createServer } from 'node:http';
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
export const keyId = () => `key_${'01234567'[randomBytes(1)[0] % 8]}${[...randomBytes(25)].map((byte) => LETTERS[byte % 32]).join('')}`;

export const b64 = (value) => Buffer.from(typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value)).toString('base64url');

const signers = {
  ES256: (data, key) => sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' }),
  RS256: (data, key) => sign('sha256', data, key),
};

/** A JWT of these texts, signed over exactly them. */
export function compact(header, payload, key, alg = 'ES256') {
  const input = `${b64(header)}.${b64(payload)}`;
  return `${input}.${b64(signers[alg](Buffer.from(input), key))}`;
}

// As PEM and read anew: Node 20 can stand still when a key that shares its maker's lock is written while the maker is collected.
const encoding = { publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } };
const pairs = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256', ...encoding }),
  RS256: (bits) => generateKeyPairSync('rsa', { modulusLength: bits, ...encoding }),
};

function makePair(alg, bits) {
  const { publicKey, privateKey } = pairs[alg](bits);
  return { publicKey: createPublicKey(publicKey), privateKey: createPrivateKey(privateKey) };
}

/** `issuer.base`, `issuer.make()`: a key of its own as Gatepost makes them; `issuer.fetches` is what was asked. */
export async function startIssuer(t) {
  const sets = new Map();
  const issuer = { fetches: [], requests: [], sets, answer: undefined };
  const server = createServer((request, response) => {
    issuer.fetches.push(request.url);
    issuer.requests.push(request);
    if (issuer.answer !== undefined) return issuer.answer(request, response);
    const set = sets.get(request.url);
    if (set === undefined) return response.writeHead(404, { 'cache-control': 'max-age=30' }).end('{}');
    const etag = `"${set.keys[0]?.kid}"`;
    const headers = { 'content-type': 'application/jwk-set+json', 'cache-control': 'public, max-age=300', etag };
    if (request.headers['if-none-match'] === etag) return response.writeHead(304, headers).end();
    response.writeHead(200, headers).end(JSON.stringify(set));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  issuer.base = `http://127.0.0.1:${server.address().port}`;
  issuer.make = ({ alg = 'ES256', bits = 2048, header = {}, claims = {}, jwk = {} } = {}) => {
    const id = keyId();
    const { publicKey, privateKey } = makePair(alg, bits);
    const iss = `${issuer.base}/jwks/${id}`;
    const path = `/jwks/${id}/.well-known/jwks.json`;
    sets.set(path, { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: id, use: 'sig', alg, ...jwk }] });
    const now = Math.floor(Date.now() / 1000);
    const fullHeader = { alg, typ: 'apikey+jwt', kid: id, ...header };
    const fullClaims = { iss, sub: 'usr_01k9', aud: 'https://shop.example', iat: now, exp: now + 3600, scope: 'read:items write:items', jti: 'one', ...claims };
    return { id, iss, path, publicKey, privateKey, header: fullHeader, claims: fullClaims, token: compact(fullHeader, fullClaims, privateKey, alg), revoke: () => sets.delete(path) };
  };
  return issuer;
}
