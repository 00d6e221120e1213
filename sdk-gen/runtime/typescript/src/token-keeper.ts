import { ApiError, SdkError } from './errors.js';
import type { Tokens, TokenStore } from './token-store.js';

/** From here on one caller renews in the background while the others go on with the old token. */
const ADVISORY_MS = 120_000;
/** From here on everybody waits for the new token. */
const MANDATORY_MS = 30_000;
/** After a failed renewal that nobody waited for. */
const COOL_DOWN_MS = 5_000;

/** Sends the refresh token of a session, answers the new pair. */
export type Renew = (session: Tokens & { readonly refreshToken: string }) => Promise<Tokens>;

/**
 * Gives out access tokens that are still good.
 *
 * One refresh at a time, whoever asks: the others wait for it and get its result. No lock is held over the network
 * call but the store's own, and the store is read again inside the flight, so that a late caller never sends a
 * refresh token that has been used.
 */
export class TokenKeeper {
  readonly #store: TokenStore;
  readonly #renew: Renew | undefined;
  #flight: Promise<Tokens> | undefined;
  #restUntil = 0;

  constructor(store: TokenStore, renew?: Renew) {
    this.#store = store;
    this.#renew = renew;
  }

  /** The tokens to use now, renewed if they are about to end; `undefined` when nobody is signed in. */
  async current(): Promise<Tokens | undefined> {
    const tokens = await this.#store.load();
    if (tokens?.refreshToken === undefined || this.#renew === undefined) return tokens;
    const { left, lifetime } = timeLeft(tokens);
    if (left > Math.min(ADVISORY_MS, lifetime / 5)) return tokens;
    if (left > Math.min(MANDATORY_MS, lifetime / 20)) {
      this.#renewAhead(tokens);
      return tokens;
    }
    try {
      return await this.#renewed(tokens);
    } catch (error) {
      if (left > 0) return tokens;
      throw error;
    }
  }

  /** After a 401: a token other than the refused one, or `undefined` when there is none to be had. */
  async replace(refused: string): Promise<Tokens | undefined> {
    const tokens = await this.#store.load();
    if (tokens === undefined) return undefined;
    if (tokens.accessToken !== refused) return tokens;
    if (tokens.refreshToken === undefined || this.#renew === undefined) return undefined;
    return this.#renewed(tokens);
  }

  /** The tokens as they are, fresh or not. */
  async held(): Promise<Tokens | undefined> {
    return this.#store.load();
  }

  async save(tokens: Tokens): Promise<void> {
    await this.#store.save(tokens);
  }

  async clear(): Promise<void> {
    await this.#store.clear();
  }

  #renewAhead(tokens: Tokens): void {
    if (this.#flight !== undefined || Date.now() < this.#restUntil) return;
    this.#renewed(tokens).catch(() => {
      // The old token is still good, and whoever comes after its end gets the error.
      this.#restUntil = Date.now() + COOL_DOWN_MS;
    });
  }

  #renewed(stale: Tokens): Promise<Tokens> {
    this.#flight ??= this.#fly(stale).finally(() => {
      this.#flight = undefined;
    });
    return this.#flight;
  }

  #fly(stale: Tokens): Promise<Tokens> {
    const work = async (): Promise<Tokens> => {
      const now = await this.#store.load();
      if (now !== undefined && now.accessToken !== stale.accessToken) return now;
      // Cleared meanwhile: signed out, or refused to somebody else.
      if (now?.refreshToken === undefined || this.#renew === undefined) throw new SdkError('The session has ended; sign in again');
      return this.#exchange({ ...now, refreshToken: now.refreshToken }, this.#renew);
    };
    return this.#store.lock === undefined ? work() : this.#store.lock(work);
  }

  async #exchange(session: Tokens & { readonly refreshToken: string }, renew: Renew): Promise<Tokens> {
    try {
      const fresh = await renew(session);
      // Signed out while the refresh was on its way: the session must not come back.
      if ((await this.#store.load()) === undefined) throw new SdkError('The session has ended; sign in again');
      await this.#store.save(fresh);
      return fresh;
    } catch (error) {
      // A refused refresh token stays refused: forget the session, so that the next call says so at once.
      if (error instanceof ApiError && (error.status === 400 || error.status === 401 || error.status === 403)) {
        const held = await this.#store.load();
        if (held?.refreshToken === session.refreshToken) await this.#store.clear();
      }
      throw error;
    }
  }
}

function timeLeft(tokens: Tokens): { left: number; lifetime: number } {
  const claims = tokens.expiresAt === undefined ? claimsOf(tokens.accessToken) : undefined;
  const end = tokens.expiresAt ?? seconds(claims?.exp);
  if (end === undefined) return { left: Infinity, lifetime: Infinity };
  const start = tokens.issuedAt ?? seconds(claims?.iat);
  return { left: end - Date.now(), lifetime: start === undefined ? Infinity : Math.max(0, end - start) };
}

function seconds(value: unknown): number | undefined {
  return typeof value === 'number' ? value * 1000 : undefined;
}

/** The claims of a JWT, unverified: they only say when to ask for the next one, and which session it is. */
export function claimsOf(token: string): { exp?: unknown; iat?: unknown; sid?: unknown } | undefined {
  const payload = token.split('.')[1];
  if (payload === undefined) return undefined;
  try {
    return JSON.parse(atob(payload.replace(/-/g, '+').replace(/_/g, '/'))) as { exp?: unknown; iat?: unknown; sid?: unknown };
  } catch {
    return undefined;
  }
}
