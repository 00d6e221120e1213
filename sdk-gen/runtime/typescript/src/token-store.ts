import { isBrowser } from './platform.js';

/** What signing in gives. */
export interface Tokens {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
  /** When the access token ends, in milliseconds since 1970. Read from the token itself if it is a JWT and this is absent. */
  readonly expiresAt?: number | undefined;
  /** When the access token was issued, in milliseconds since 1970; short-lived tokens are renewed closer to their end. */
  readonly issuedAt?: number | undefined;
  /** Whether an API key was sent along when the session began; the server may bind the session to it, so a refresh sends it then, and only then. */
  readonly withKey?: boolean | undefined;
}

/**
 * Where tokens are kept. It is asked before every call, so that what another tab or process has saved is seen.
 * `lock`, if there is one, lets only one holder of the same store refresh at a time.
 */
export interface TokenStore {
  load(): Tokens | undefined | Promise<Tokens | undefined>;
  save(tokens: Tokens): void | Promise<void>;
  clear(): void | Promise<void>;
  lock?<T>(work: () => Promise<T>): Promise<T>;
}

/** Keeps tokens as long as the process lives. */
export class MemoryTokenStore implements TokenStore {
  #tokens: Tokens | undefined;

  constructor(tokens?: Tokens) {
    this.#tokens = tokens;
  }

  load(): Tokens | undefined {
    return this.#tokens;
  }

  save(tokens: Tokens): void {
    this.#tokens = tokens;
  }

  clear(): void {
    this.#tokens = undefined;
  }
}

/** The part of the Web Storage API that is used here. */
export interface WebStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/**
 * Keeps tokens in the browser's `localStorage` (or another Web Storage): they outlive the page, and any script of the
 * page can read them. It is the default in browsers; give `MemoryTokenStore` where the page runs scripts of others.
 */
export class LocalStorageTokenStore implements TokenStore {
  readonly #key: string;
  readonly #storage: WebStorage;

  constructor(key = 'tokens', storage?: WebStorage) {
    const found = storage ?? (globalThis as { localStorage?: WebStorage }).localStorage;
    if (found === undefined) throw new TypeError('There is no localStorage here; use MemoryTokenStore or a store of your own');
    this.#key = key;
    this.#storage = found;
  }

  load(): Tokens | undefined {
    return parseTokens(this.#storage.getItem(this.#key));
  }

  save(tokens: Tokens): void {
    this.#storage.setItem(this.#key, JSON.stringify(tokens));
  }

  clear(): void {
    this.#storage.removeItem(this.#key);
  }

  /** All tabs of the origin share the storage, and with it the lock. */
  async lock<T>(work: () => Promise<T>): Promise<T> {
    const locks = (globalThis as { navigator?: { locks?: { request(name: string, work: () => Promise<T>): Promise<T> } } }).navigator?.locks;
    return locks === undefined ? work() : locks.request(`tokens:${this.#key}`, work);
  }
}

/**
 * Where tokens are kept when nobody says: `localStorage` in browsers, so that a session outlives the page, and memory
 * elsewhere. Tokens that are given to a client are the caller's to keep. `name` holds the server's address: what one
 * server gave is never sent to another.
 */
export function defaultStore(name: string, given: Tokens | undefined): TokenStore {
  if (given !== undefined || !isBrowser()) return new MemoryTokenStore();
  try {
    return new LocalStorageTokenStore(name);
  } catch {
    // None here (a worker), or the page may not use it.
    return new MemoryTokenStore();
  }
}

/** Tokens from JSON; what is not tokens is as good as nothing. */
export function parseTokens(text: string | null | undefined): Tokens | undefined {
  if (text === null || text === undefined || text === '') return undefined;
  try {
    const value = JSON.parse(text) as Tokens | null;
    return typeof value?.accessToken === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
