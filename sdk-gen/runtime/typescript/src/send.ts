import type { EncodedBody } from './body.js';
import type { Credentials } from './credentials.js';
import { apiError, ConnectionError, TimeoutError } from './errors.js';
import { attempt, type Exchange } from './exchange.js';
import type { Fetch } from './options.js';
import { sleep } from './platform.js';
import { isRepeatable, isRetryableStatus, retryDelayMs, type RetryPolicy, wasNeverSent, wasRefused } from './retry.js';

/** A call that is ready to go, but for its credentials. */
export interface PreparedCall {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly cookies: readonly string[];
  readonly body: EncodedBody | undefined;
  readonly signal: AbortSignal | undefined;
  readonly timeoutMs: number;
  readonly retry: RetryPolicy;
  /** Whether an idempotency key travels with it. */
  readonly hasIdempotencyKey: boolean;
}

/** What sending needs from the client. */
export interface Transport {
  readonly fetch: Fetch;
  authenticate(): Promise<Credentials>;
  /** After a 401 with this token: whether there is a better one now. */
  renew(token: string): Promise<boolean>;
  /** Sees every answer, also those that are retried. */
  observe(headers: Headers): void;
}

/** Sends a call until it succeeds or there is no use in trying again. Throws an `ApiError` for an answer that says no. */
export async function send(call: PreparedCall, transport: Transport): Promise<Exchange> {
  let renewed = false;
  for (let tries = 0; ; ) {
    const credentials = await transport.authenticate();
    const outcome = await once(call, credentials, transport);
    if ('error' in outcome) {
      const delay = canRepeat(call, outcome.error) ? retryDelayMs(tries, undefined, call.retry) : undefined;
      if (delay === undefined) throw outcome.error;
      await sleep(delay, call.signal);
      tries++;
      continue;
    }
    const { exchange } = outcome;
    const { response } = exchange;
    if (response.ok) return exchange;
    if (response.status === 401 && !renewed && credentials.token !== undefined && isResendable(call)) {
      renewed = true;
      if (await renewedOrRefused(exchange, credentials.token, transport)) continue;
    }
    const delay = isRetryableStatus(response.status) && mayRepeatAfter(call, response) ? retryDelayMs(tries, response.headers, call.retry) : undefined;
    if (delay === undefined) throw await refusal(exchange);
    await exchange.discard();
    await sleep(delay, call.signal);
    tries++;
  }
}

type Outcome = { readonly exchange: Exchange } | { readonly error: unknown };

async function once(call: PreparedCall, credentials: Credentials, transport: Transport): Promise<Outcome> {
  const { url, init } = request(call, credentials);
  try {
    const exchange = await attempt(url, init, { fetch: transport.fetch, timeoutMs: call.timeoutMs, signal: call.signal });
    transport.observe(exchange.response.headers);
    return { exchange };
  } catch (error) {
    return { error };
  }
}

function request(call: PreparedCall, credentials: Credentials): { url: string; init: RequestInit } {
  const headers = new Headers(credentials.headers);
  // What the caller set by hand wins over the client's credential.
  call.headers.forEach((value, name) => headers.set(name, value));
  const cookies = [...call.cookies, ...credentials.cookies];
  if (cookies.length > 0) headers.set('cookie', [headers.get('cookie'), ...cookies].filter(Boolean).join('; '));
  const extra = credentials.query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  const url = extra === '' ? call.url : `${call.url}${call.url.includes('?') ? '&' : '?'}${extra}`;
  const init: RequestInit & { duplex?: 'half' } = { method: call.method, headers };
  if (call.body !== undefined) init.body = call.body.content;
  // Streams must say so, or Node refuses them.
  if (call.body?.repeatable === false) init.duplex = 'half';
  return { url, init };
}

/** Whether there still is a body to send. */
function isResendable(call: PreparedCall): boolean {
  return call.body?.repeatable !== false;
}

/** Whether to send again after no answer came: only if that can do no harm. */
function canRepeat(call: PreparedCall, error: unknown): boolean {
  if (!(error instanceof ConnectionError) || !isResendable(call)) return false;
  return isRepeatable(call.method, call.hasIdempotencyKey) || (!(error instanceof TimeoutError) && wasNeverSent(error));
}

function mayRepeatAfter(call: PreparedCall, response: Response): boolean {
  return isResendable(call) && (isRepeatable(call.method, call.hasIdempotencyKey) || wasRefused(response.status, response.headers));
}

/** Renews the session after a 401. When that fails, the 401 is the news, and the failure its cause. */
async function renewedOrRefused(exchange: Exchange, token: string, transport: Transport): Promise<boolean> {
  try {
    if (!(await transport.renew(token))) return false;
  } catch (error) {
    const refused = await refusal(exchange);
    refused.cause = error;
    throw refused;
  }
  await exchange.discard();
  return true;
}

async function refusal(exchange: Exchange): Promise<Error> {
  const { status, headers } = exchange.response;
  // A body that breaks off does not hide the status.
  const text = await exchange.text().catch(() => '');
  return apiError(status, headers, parsed(text));
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
