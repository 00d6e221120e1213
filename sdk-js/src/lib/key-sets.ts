/** The published halves of signed keys: fetched once, kept as long as their publisher says, and never in a storm. */
import type { SigningAlgorithm } from './signed-token.js';
import { SignedKeyError } from './signed-key-error.js';

/** A public key that can check signatures. */
export interface PublicKey {
  readonly algorithm: SigningAlgorithm;
  readonly key: CryptoKey;
}

const DEFAULT_AGE_MS = 300_000;
const MAX_AGE_MS = 3_600_000;
/** How long "there is no such key" is believed. */
const MISSING_AGE_MS = 30_000;
/** How long an issuer that did not answer is left alone about that key. */
const FAILED_AGE_MS = 5_000;
const MAX_ENTRIES = 1000;
const MAX_BODY_BYTES = 65_536;
const TIMEOUT_MS = 5_000;
/** So many questions after keys that were never seen may be open or in vain; one more is allowed each second. */
const MAX_STRANGERS = 30;

type State = { readonly is: 'found'; readonly key: PublicKey } | { readonly is: 'missing' } | { readonly is: 'unusable' } | { readonly is: 'failed'; readonly cause: unknown };

interface Entry {
  readonly state: State;
  readonly askedAt: number;
  readonly until: number;
  readonly etag?: string | undefined;
  /** The key once was there, with the set that the ETag stands for. */
  readonly known?: PublicKey | undefined;
}

type FetchLike = (input: string, init: RequestInit) => Promise<Response>;

export class KeySets {
  readonly #fetch: FetchLike;
  readonly #now: () => number;
  /** In order of last use. */
  readonly #entries = new Map<string, Entry>();
  readonly #flights = new Map<string, Promise<Entry>>();
  #strangers = MAX_STRANGERS;
  #countedAt: number;

  constructor(fetch: FetchLike, now: () => number) {
    this.#fetch = fetch;
    this.#now = now;
    this.#countedAt = now();
  }

  /** The key that `issuer` publishes as `keyId`. Throws {@link SignedKeyError}. */
  async find(issuer: string, keyId: string): Promise<PublicKey> {
    const held = this.#recall(issuer);
    const now = this.#now();
    // A clock that went backwards must not keep a key alive: what was asked "later" is asked again.
    const fresh = held !== undefined && held.askedAt <= now && now < held.until;
    const { state, known } = fresh ? held : await this.#ask(issuer, keyId, held);
    if (state.is === 'found') return state.key;
    if (state.is === 'failed') throw new SignedKeyError('unavailable', 'The key cannot be checked: its issuer does not answer', { cause: state.cause });
    if (state.is === 'missing' && known !== undefined) throw new SignedKeyError('revoked', 'The key is no longer published: it was revoked');
    throw new SignedKeyError('unknown_key', 'The issuer publishes no such key');
  }

  /** One question at a time after one key, whoever asks. */
  #ask(issuer: string, keyId: string, held: Entry | undefined): Promise<Entry> {
    let flight = this.#flights.get(issuer);
    if (flight === undefined) {
      const stranger = held?.known === undefined;
      if (stranger && !this.#admitStranger()) throw new SignedKeyError('unavailable', 'Too many unknown keys at the moment; try again in a second');
      flight = this.#fly(issuer, keyId, held).then((entry) => {
        if (stranger && entry.known !== undefined) this.#strangers += 1;
        this.#keep(issuer, entry);
        this.#flights.delete(issuer);
        return entry;
      });
      this.#flights.set(issuer, flight);
    }
    return flight;
  }

  /** Invented key ids would otherwise make this machine ask the issuer as fast as somebody can invent them. */
  #admitStranger(): boolean {
    const now = this.#now();
    this.#strangers = Math.min(MAX_STRANGERS, this.#strangers + Math.max(0, now - this.#countedAt) / 1000);
    this.#countedAt = now;
    if (this.#strangers < 1) return false;
    this.#strangers -= 1;
    return true;
  }

  /** Never rejects: a failure is an entry as well. */
  async #fly(issuer: string, keyId: string, held: Entry | undefined): Promise<Entry> {
    const askedAt = this.#now();
    const entry = (state: State, ageMs: number, more?: Partial<Entry>): Entry => ({ state, askedAt, until: askedAt + ageMs, known: held?.known, etag: held?.etag, ...more });
    try {
      const headers: Record<string, string> = { accept: 'application/jwk-set+json, application/json' };
      if (held?.etag !== undefined && held.known !== undefined) headers['if-none-match'] = held.etag;
      const response = await this.#fetch(`${issuer}/.well-known/jwks.json`, { headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
      if (response.status === 304 && held?.known !== undefined) return entry({ is: 'found', key: held.known }, ageOf(response, MAX_AGE_MS, DEFAULT_AGE_MS));
      if (response.status === 404 || response.status === 410) return entry({ is: 'missing' }, ageOf(response, MISSING_AGE_MS, MISSING_AGE_MS), { etag: undefined });
      if (response.status !== 200) throw new TypeError(`The issuer answered ${response.status}`);
      const body = await response.arrayBuffer();
      if (body.byteLength > MAX_BODY_BYTES) throw new TypeError('The key set is too large');
      const { state, known } = await stateOf(body, keyId, held?.known);
      const found = state.is === 'found';
      return entry(state, found ? ageOf(response, MAX_AGE_MS, DEFAULT_AGE_MS) : MISSING_AGE_MS, { known, etag: (found && response.headers.get('etag')) || undefined });
    } catch (cause) {
      return entry({ is: 'failed', cause }, FAILED_AGE_MS);
    }
  }

  #recall(issuer: string): Entry | undefined {
    const entry = this.#entries.get(issuer);
    if (entry !== undefined) this.#keep(issuer, entry);
    return entry;
  }

  #keep(issuer: string, entry: Entry): void {
    this.#entries.delete(issuer);
    this.#entries.set(issuer, entry);
    const oldest = this.#entries.size > MAX_ENTRIES ? this.#entries.keys().next().value : undefined;
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

async function stateOf(body: ArrayBuffer, keyId: string, before: PublicKey | undefined): Promise<{ state: State; known: PublicKey | undefined }> {
  const { keys } = JSON.parse(new TextDecoder().decode(body)) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new TypeError('The answer is no key set');
  const found = keys.filter((one: unknown) => (one as { kid?: unknown } | null)?.kid === keyId) as Jwk[];
  if (found.length === 0) return { state: { is: 'missing' }, known: before };
  const key = found.length === 1 && found[0] !== undefined ? await publicKey(found[0]) : undefined;
  return key === undefined ? { state: { is: 'unusable' }, known: before } : { state: { is: 'found', key }, known: key };
}

type Jwk = Readonly<Record<string, unknown>>;
/** Who publishes one of these has given the key away. */
const PRIVATE = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** The key, or `undefined` where it is not one for checking signatures with the algorithm that it names. */
async function publicKey(jwk: Jwk): Promise<PublicKey | undefined> {
  const { alg, use, key_ops: operations } = jwk;
  if (PRIVATE.some((member) => member in jwk) || (use !== undefined && use !== 'sig')) return undefined;
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) return undefined;
  try {
    if (alg === 'ES256' && jwk['kty'] === 'EC' && jwk['crv'] === 'P-256') {
      const key = await crypto.subtle.importKey('jwk', pick(jwk, ['kty', 'crv', 'x', 'y']), { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify']);
      return { algorithm: alg, key };
    }
    if (alg === 'RS256' && jwk['kty'] === 'RSA') {
      const key = await crypto.subtle.importKey('jwk', pick(jwk, ['kty', 'n', 'e']), { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, false, ['verify']);
      return (key.algorithm as RsaHashedKeyAlgorithm).modulusLength >= 2048 ? { algorithm: alg, key } : undefined;
    }
  } catch {
    // A point that is not on the curve, a modulus that is no number.
  }
  return undefined;
}

function pick(jwk: Jwk, names: readonly string[]): JsonWebKey {
  return Object.fromEntries(names.map((name) => [name, jwk[name]]));
}

/** How long an answer may be kept (RFC 9111): its `max-age` less its `Age`. */
function ageOf(response: Response, mostMs: number, otherwiseMs: number): number {
  const control = response.headers.get('cache-control') ?? '';
  if (/(?:^|,)\s*no-(?:store|cache)\s*(?:,|$)/i.test(control)) return 0;
  const told = /(?:^|,)\s*max-age\s*=\s*"?(\d+)/i.exec(control)?.[1];
  if (told === undefined) return otherwiseMs;
  const passed = Number(response.headers.get('age') ?? 0);
  return Math.min(mostMs, Math.max(0, Number(told) - (Number.isFinite(passed) ? passed : 0)) * 1000);
}
