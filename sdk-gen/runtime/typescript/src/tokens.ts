import type { Operation } from './operation.js';
import { claimsOf } from './token-keeper.js';
import type { Tokens, TokenStore } from './token-store.js';

/** Where tokens stand in the answers of this API, and how to renew them. */
export interface TokenProfile {
  /** The option of the client that takes an access token. */
  readonly option: string;
  /** The operation that takes a refresh token. */
  readonly refresh?: Operation;
  /** The operation that ends the session; its path parameter, if it has one, is the session's id. */
  readonly logout?: Operation;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** The member that says in how many seconds the access token ends. */
  readonly expiresIn: string;
}

/** The tokens in the body of an answer. */
export function readTokens(body: unknown, profile: TokenProfile, now = Date.now()): Tokens | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const members = body as Record<string, unknown>;
  const accessToken = members[profile.accessToken];
  if (typeof accessToken !== 'string') return undefined;
  const refreshToken = members[profile.refreshToken];
  const expiresIn = members[profile.expiresIn];
  return {
    accessToken,
    ...(typeof refreshToken === 'string' ? { refreshToken } : {}),
    ...(typeof expiresIn === 'number' ? { expiresAt: now + expiresIn * 1000, issuedAt: now } : {}),
  };
}

/**
 * The path parameters of the operation that ends this session: the claim `sid` of its access token (OpenID Connect
 * names it so), where one is asked for; `undefined` where the token does not say.
 */
export function sessionPath(operation: Operation, accessToken: string): Record<string, string> | undefined {
  const name = /\{([^{}]+)\}/.exec(operation.path)?.[1];
  if (name === undefined) return {};
  const { sid } = claimsOf(accessToken) ?? {};
  return typeof sid === 'string' && sid !== '' ? { [name]: sid } : undefined;
}

/** A store that answers with the tokens given to the client until something has been saved in it. */
export function seeded(store: TokenStore, first: Tokens | undefined): TokenStore {
  if (first === undefined) return store;
  let seed: Tokens | undefined = first;
  const { lock } = store;
  return {
    load: async () => (await store.load()) ?? seed,
    save: (tokens) => {
      seed = undefined;
      return store.save(tokens);
    },
    clear: () => {
      seed = undefined;
      return store.clear();
    },
    ...(lock === undefined ? {} : { lock: <T>(work: () => Promise<T>) => lock.call(store, work) as Promise<T> }),
  };
}
