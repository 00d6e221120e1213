import type { TokenStore } from './token-store.js';

/** `null` takes a header away that would be sent otherwise. */
export type HeaderOptions = Headers | Readonly<Record<string, string | null | undefined>>;

/** The signature of the platform's `fetch`. */
export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

/** What every client takes, whatever the API. */
export interface BaseOptions {
  /** Where the API is, for example `https://api.example.com`. */
  readonly baseUrl?: string | undefined;
  /** Milliseconds that one attempt may take, from sending to the last byte of the answer. 60,000 by default. */
  readonly timeoutMs?: number | undefined;
  /** How often a failed call is tried again. 2 by default; 0 turns retries off. */
  readonly maxRetries?: number | undefined;
  /** The longest `Retry-After`, in milliseconds, that is waited for. 60,000 by default. */
  readonly maxRetryAfterMs?: number | undefined;
  /** Used instead of the platform's `fetch`: for proxies, tests, logging. */
  readonly fetch?: Fetch | undefined;
  /** Sent with every call. */
  readonly headers?: HeaderOptions | undefined;
}

/** What a client takes whose API hands out access and refresh tokens. */
export interface SessionOptions {
  /** Where the tokens of a session are kept; by default `localStorage` in browsers, memory elsewhere. */
  readonly tokenStore?: TokenStore | undefined;
  /** The refresh token that belongs to `accessToken`. */
  readonly refreshToken?: string | undefined;
}

/** What each call takes. */
export interface RequestOptions {
  /** Ends the call, its retries and its waits. */
  readonly signal?: AbortSignal | undefined;
  /** Instead of the client's. */
  readonly timeoutMs?: number | undefined;
  /** Instead of the client's. */
  readonly maxRetries?: number | undefined;
  /** Makes a repeated call harmless. Made for you where the operation takes one; give your own to repeat a call later. */
  readonly idempotencyKey?: string | undefined;
  /** Sent with this call; they win over the client's. */
  readonly headers?: HeaderOptions | undefined;
  /** Query parameters that the contract does not name. */
  readonly query?: Readonly<Record<string, unknown>> | undefined;
}

/** Puts headers over headers. */
export function applyHeaders(onto: Headers, headers: HeaderOptions | undefined): void {
  if (headers === undefined) return;
  const entries = headers instanceof Headers ? [...headers.entries()] : Object.entries(headers);
  for (const [name, value] of entries) {
    if (value === null) onto.delete(name);
    else if (value !== undefined) onto.set(name, value);
  }
}
