// Verifies access tokens with jose, an independent library, while the keys that sign them rotate (S30). It knows the time
// from whoever asks, so that an hour passes in seconds, and caches key sets as they say and no better: until `max-age` is
// over it never asks again, not even for a key that it does not know.
//
// `server/tests/faults/rotation_load.rs` runs it: a line in is {now, verifiers, tokens}, a line out {verified, failures, fetches}.
import { createInterface } from 'node:readline';
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose';

const issuer = process.env.ISSUER;
const url = new URL('/.well-known/jwks.json', process.env.BASE);
let now = 0;
Date.now = () => now;

let fetches = 0;
const counted = (address, options) => {
  fetches += 1;
  return fetch(address, options);
};
const maxAge = Number(/max-age=(\d+)/.exec((await fetch(url)).headers.get('cache-control'))[1]);

const verifiers = [];
const verifier = (place) => {
  verifiers[place] ??= createRemoteJWKSet(url, { cacheMaxAge: maxAge * 1000, cooldownDuration: Infinity, [customFetch]: counted });
  return verifiers[place];
};

const rules = () => ({ issuer, audience: issuer, algorithms: ['ES256'], typ: 'at+jwt', requiredClaims: ['sub', 'exp', 'iat', 'jti', 'client_id', 'scope'], currentDate: new Date(now) });

console.log(JSON.stringify({ maxAge }));
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  now = asked.now;
  const failures = [];
  let verified = 0;
  await Promise.all(
    asked.verifiers.flatMap((place) =>
      asked.tokens.map(async (token) => {
        try {
          await jwtVerify(token, verifier(place), rules());
          verified += 1;
        } catch (error) {
          failures.push(`verifier ${place}: ${error.code}: ${error.message}`);
        }
      }),
    ),
  );
  console.log(JSON.stringify({ verified, failures, fetches }));
}
