/**
 * Checks signed keys without asking Gatepost about each: from the public half that Gatepost publishes for every key.
 *
 * ```ts
 * const verifier = new SignedKeyVerifier({ issuer: 'https://api.example.com', audience: 'https://shop.example' });
 * const { keyId, userId, scopes, claims, expiresAt } = await verifier.verify(token);
 * ```
 */
import type { Fetch } from '../runtime/options.js';
import { KeySets, type PublicKey } from './key-sets.js';
import { SignedKeyError } from './signed-key-error.js';
import { readToken, type Expected } from './signed-token.js';

export { SignedKeyError, type SignedKeyFault } from './signed-key-error.js';

export interface SignedKeyVerifierOptions {
  /** The base address of the Gatepost whose keys are taken, or several: exactly as it calls itself (`PUBLIC_URL`). */
  readonly issuer: string | readonly string[];
  /** Who you are: the audience that keys for you are made with. Of several, one is enough. */
  readonly audience: string | readonly string[];
  /** Used instead of the platform's `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** The time in milliseconds since 1970; the platform's by default. */
  readonly now?: (() => number) | undefined;
}

/** A key that is good. */
export interface VerifiedKey {
  readonly keyId: string;
  /** Whose key it is (`sub`). */
  readonly userId: string;
  readonly scopes: readonly string[];
  /** All that the key says, your own claims among it. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly expiresAt: Date;
}

/**
 * Checks signed keys. Make one and keep it: it remembers the public keys for as long as Gatepost allows (`max-age`), so
 * that a revoked key is refused after that time at the latest.
 */
export class SignedKeyVerifier {
  readonly #expected: Expected;
  readonly #sets: KeySets;
  readonly #now: () => number;

  constructor(options: SignedKeyVerifierOptions) {
    const issuers = listOf(options.issuer, 'issuer').map(baseOf);
    this.#expected = { issuers, audiences: listOf(options.audience, 'audience') };
    this.#now = options.now ?? Date.now;
    this.#sets = new KeySets(options.fetch ?? ((input, init) => globalThis.fetch(input, init)), this.#now);
  }

  /** Who the key belongs to and what it may do. Throws {@link SignedKeyError}, whose `code` names the cause. */
  async verify(token: string): Promise<VerifiedKey> {
    const { issuer, keyId, userId, scopes, claims, expiresAt, ...said } = readToken(token, this.#expected, this.#now());
    const found = await this.#sets.find(issuer, keyId);
    if (found.algorithm !== said.algorithm) throw new SignedKeyError('wrong_algorithm', 'The key is published for another algorithm');
    if (!(await isSignedBy(found, said.signature, said.signed))) throw new SignedKeyError('bad_signature', 'The signature does not fit');
    return { keyId, userId, scopes, claims, expiresAt };
  }
}

function isSignedBy({ algorithm, key }: PublicKey, signature: Uint8Array<ArrayBuffer>, signed: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const how = algorithm === 'ES256' ? { name: 'ECDSA', hash: 'SHA-256' } : { name: 'RSASSA-PKCS1-v1_5' };
  return crypto.subtle.verify(how, key, signature, signed);
}

function listOf(value: string | readonly string[], name: string): readonly string[] {
  const list = typeof value === 'string' ? [value] : [...value];
  // An empty list could be read as "anybody"; it never is.
  if (list.length === 0 || list.some((one) => typeof one !== 'string' || one === '')) throw new TypeError(`${name} is missing`);
  return list;
}

function baseOf(issuer: string): string {
  const url = new URL(issuer);
  const plain = (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === '' && !/[?#\s\\]/.test(issuer);
  if (!plain) throw new TypeError('issuer must be an http(s) address without user, query or fragment');
  return issuer.replace(/\/+$/, '');
}
