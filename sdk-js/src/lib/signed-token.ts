/** Reads a signed key and judges what needs no signature, so that most junk ends here and is never asked after. */
import { SignedKeyError } from './signed-key-error.js';
import { strictObject } from './strict-json.js';

/** How far two clocks may be apart, in seconds. The one allowance for every time in a token. */
export const LEEWAY_SECONDS = 30;
const MAX_LENGTH = 8192;
/** The end of the year 9999. */
const LAST_SECOND = 253_402_300_799;
/** A type and a UUID in 26 characters of Crockford's base32; the first holds three bits. */
const KEY_ID = /^key_[0-7][0-9a-hjkmnp-tv-z]{25}$/;

export type SigningAlgorithm = 'ES256' | 'RS256';

/** What is allowed. */
export interface Expected {
  /** Base addresses, without a slash at the end. */
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
}

/** A token that says the right things; whether it is genuine is not known yet. */
export interface Claimed {
  readonly issuer: string;
  readonly keyId: string;
  readonly algorithm: SigningAlgorithm;
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date;
  readonly claims: Readonly<Record<string, unknown>>;
  /** What the signature is over. */
  readonly signed: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
}

/** Throws a {@link SignedKeyError} that names the first thing that is wrong. */
export function readToken(token: string, expected: Expected, nowMs: number): Claimed {
  if (typeof token !== 'string' || token.length > MAX_LENGTH) throw malformed('it is too long, or no text');
  const parts = token.split('.');
  const [head, body, tail] = parts;
  if (parts.length !== 3 || head === undefined || body === undefined || tail === undefined) throw malformed('it has not three parts');
  const { algorithm, kid } = readHeader(objectOf(head));
  const claims = objectOf(body);
  const { issuer, keyId } = readIssuer(claims['iss'], expected.issuers);
  if (kid !== keyId) throw new SignedKeyError('unknown_key', 'The key id is not the one in the issuer');
  checkAudience(claims['aud'], expected.audiences);
  return {
    issuer,
    keyId,
    algorithm,
    userId: textOf(claims, 'sub'),
    scopes: scopesOf(claims['scope']),
    expiresAt: checkTimes(claims, nowMs),
    claims,
    signed: new TextEncoder().encode(`${head}.${body}`),
    signature: bytesOf(tail),
  };
}

function readHeader(header: Readonly<Record<string, unknown>>): { algorithm: SigningAlgorithm; kid: string } {
  if (header['typ'] !== 'apikey+jwt') throw new SignedKeyError('wrong_type', 'The token is of another type than apikey+jwt');
  const algorithm = header['alg'];
  if (algorithm !== 'ES256' && algorithm !== 'RS256') throw new SignedKeyError('wrong_algorithm', 'The token is signed with neither ES256 nor RS256');
  // `jku`, `x5u`, `x5c` and `jwk` say where to find a key; nobody asks them.
  if (header['crit'] !== undefined || header['b64'] !== undefined) throw malformed('it asks for an extension');
  return { algorithm, kid: textOf(header, 'kid') };
}

/** Compared as text, never as addresses: two that lead to one place are still two. */
function readIssuer(issuer: unknown, bases: readonly string[]): { issuer: string; keyId: string } {
  if (typeof issuer === 'string') {
    const base = bases.find((one) => issuer.startsWith(`${one}/jwks/`));
    const keyId = base === undefined ? undefined : issuer.slice(base.length + '/jwks/'.length);
    if (keyId !== undefined && KEY_ID.test(keyId)) return { issuer, keyId };
  }
  throw new SignedKeyError('untrusted_issuer', 'The token comes from an issuer that is not on the list');
}

function checkAudience(audience: unknown, allowed: readonly string[]): void {
  const named: readonly unknown[] = Array.isArray(audience) ? audience : [audience];
  const fits = named.every((one) => typeof one === 'string') && named.some((one) => allowed.includes(one));
  if (!fits) throw new SignedKeyError('wrong_audience', 'The token was made for another audience');
}

function checkTimes(claims: Readonly<Record<string, unknown>>, nowMs: number): Date {
  const ends = secondsOf(claims, 'exp');
  if (ends === undefined) throw malformed('exp is missing');
  if (nowMs >= (ends + LEEWAY_SECONDS) * 1000) throw new SignedKeyError('expired', 'The key has expired');
  for (const name of ['nbf', 'iat']) {
    const begins = secondsOf(claims, name);
    if (begins !== undefined && nowMs < (begins - LEEWAY_SECONDS) * 1000) throw new SignedKeyError('not_yet_valid', `The key is not valid yet (${name})`);
  }
  return new Date(ends * 1000);
}

function secondsOf(claims: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const value = claims[name];
  if (value === undefined) return undefined;
  // A string, a fraction or a year of five digits is no time of ours.
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > LAST_SECOND) throw malformed(`${name} is no time`);
  return value;
}

function scopesOf(scope: unknown): readonly string[] {
  if (scope === undefined) return [];
  if (typeof scope !== 'string') throw malformed('scope is no text');
  return scope.split(' ').filter((one) => one !== '');
}

function textOf(holder: Readonly<Record<string, unknown>>, name: string): string {
  const value = holder[name];
  if (typeof value !== 'string' || value === '') throw malformed(`${name} is missing`);
  return value;
}

function objectOf(part: string): Record<string, unknown> {
  const bytes = bytesOf(part);
  try {
    return strictObject(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (error) {
    throw malformed('a part of it is no plain JSON object', error);
  }
}

/** base64url as it must be: no padding, nothing else in it, and only one way to write each value. */
function bytesOf(part: string): Uint8Array<ArrayBuffer> {
  if (!/^[A-Za-z0-9_-]+$/.test(part) || part.length % 4 === 1) throw malformed('a part of it is not base64url');
  const plain = atob(part.replace(/-/g, '+').replace(/_/g, '/'));
  const again = btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  if (again !== part) throw malformed('a part of it is not base64url');
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function malformed(why: string, cause?: unknown): SignedKeyError {
  return new SignedKeyError('malformed', `This is no signed key: ${why}`, cause === undefined ? undefined : { cause });
}
