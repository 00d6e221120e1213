/** When to try again, and after how long. Pure: the randomness and the time come in. */
export interface RetryPolicy {
  /** Attempts after the first. */
  readonly maxRetries: number;
  /** The first wait is somewhere in [0, base). */
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** A server that asks for more than this is not waited for: the caller gets the error and decides. */
  readonly maxRetryAfterMs: number;
}

export const DEFAULT_RETRY: RetryPolicy = { maxRetries: 2, baseDelayMs: 500, maxDelayMs: 8_000, maxRetryAfterMs: 60_000 };

const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE', 'QUERY']);

/** Whether sending the same request twice has the effect of sending it once. */
export function isRepeatable(method: string, hasIdempotencyKey: boolean): boolean {
  return hasIdempotencyKey || IDEMPOTENT.has(method.toUpperCase());
}

/** Statuses that say "not now". */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

/** Whether an answer leaves no doubt that nothing was done, so that even a POST may be sent again. */
export function wasRefused(status: number, headers: Headers): boolean {
  return status === 408 || status === 425 || status === 429 || (status === 503 && headers.has('retry-after'));
}

const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/** Whether a failed connection failed before anything was sent. Browsers do not tell; then the answer is no. */
export function wasNeverSent(error: unknown): boolean {
  for (let cause = error, depth = 0; typeof cause === 'object' && cause !== null && depth < 5; depth++) {
    const { code, cause: next, errors } = cause as { code?: unknown; cause?: unknown; errors?: unknown };
    if (typeof code === 'string' && NEVER_SENT.has(code)) return true;
    // Node tries each address of a name and throws an AggregateError.
    cause = next ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return false;
}

/** `Retry-After` in seconds, from either of its forms (RFC 9110, 10.2.3). */
export function retryAfterSeconds(headers: Headers, now: number): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  const moment = Date.parse(text);
  return Number.isNaN(moment) ? undefined : Math.max(0, (moment - now) / 1000);
}

/**
 * The wait before the next attempt, or `undefined` for "give up".
 * Full jitter: anything between nothing and the cap, so that clients that failed together do not come back together.
 */
export function retryDelayMs(attempt: number, headers: Headers | undefined, policy: RetryPolicy, random: () => number = Math.random, now = Date.now()): number | undefined {
  if (attempt >= policy.maxRetries) return undefined;
  const jitter = random() * Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** attempt);
  const asked = headers === undefined ? undefined : retryAfterSeconds(headers, now);
  if (asked === undefined) return jitter;
  // Never earlier than asked; a little later, so that all who were told the same moment do not meet at it.
  return asked * 1000 > policy.maxRetryAfterMs ? undefined : asked * 1000 + Math.min(jitter, 500);
}
