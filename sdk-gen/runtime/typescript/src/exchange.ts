import { ConnectionError, TimeoutError } from './errors.js';
import type { Fetch } from './options.js';

/** One attempt: an answer whose body may still be on its way. */
export interface Exchange {
  readonly response: Response;
  /** Reads the whole body under the attempt's time limit. */
  text(): Promise<string>;
  /** Hands the body over to the caller: the time limit ends here, the caller's signal still works. */
  release(): Response;
  /** Throws the body away, so that the connection is free again. */
  discard(): Promise<void>;
}

export interface AttemptOptions {
  readonly fetch: Fetch;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** Sends once. Throws the signal's reason, a `TimeoutError`, or a `ConnectionError` whose cause is the platform's. */
export async function attempt(url: string, init: RequestInit, options: AttemptOptions): Promise<Exchange> {
  const clock = new Clock(options.timeoutMs, options.signal);
  try {
    const response = await follow(url, { ...init, signal: clock.signal }, options.fetch);
    return {
      response,
      text: async () => {
        try {
          return await response.text();
        } catch (error) {
          throw clock.explain(error);
        } finally {
          clock.stop();
        }
      },
      release: () => {
        clock.stopTimer();
        return response;
      },
      discard: async () => {
        clock.stop();
        await response.body?.cancel().catch(() => undefined);
      },
    };
  } catch (error) {
    clock.stop();
    throw clock.explain(error);
  }
}

/** A time limit and the caller's signal, joined. (`AbortSignal.any` is too new for some browsers.) */
class Clock {
  readonly #controller = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #caller: AbortSignal | undefined;
  readonly #timeoutMs: number;
  #timedOut = false;

  constructor(timeoutMs: number, caller: AbortSignal | undefined) {
    this.#timeoutMs = timeoutMs;
    this.#caller = caller;
    if (caller?.aborted === true) this.#end();
    else caller?.addEventListener('abort', this.#end, { once: true });
    if (timeoutMs > 0 && timeoutMs < 2 ** 31) {
      this.#timer = setTimeout(() => {
        this.#timedOut = true;
        this.#controller.abort();
      }, timeoutMs);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  readonly #end = (): void => this.#controller.abort(this.#caller?.reason);

  stopTimer(): void {
    clearTimeout(this.#timer);
  }

  stop(): void {
    this.stopTimer();
    this.#caller?.removeEventListener('abort', this.#end);
  }

  /** The error that the caller should see. */
  explain(error: unknown): unknown {
    if (this.#caller?.aborted === true) return this.#caller.reason;
    if (this.#timedOut) return new TimeoutError(`No whole answer within ${this.#timeoutMs} ms`, { cause: error });
    return new ConnectionError(`The connection failed: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { message?: string; code?: string } };
  return [message, cause?.code ?? cause?.message].filter((part) => part !== undefined && part !== '').join(': ');
}

const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const MAX_REDIRECTS = 10;
/** What a foreign server may see of a request. Any other header may be a credential: `fetch` itself knows only the standard ones. */
const HARMLESS = new Set(['accept', 'accept-language', 'user-agent']);

/**
 * Follows redirects of reading requests, and leaves every credential behind when they lead to another origin.
 * In browsers a manual redirect shows nothing, so the browser follows by its own rules (CORS guards the headers).
 */
async function follow(url: string, init: RequestInit, fetch: Fetch): Promise<Response> {
  if (init.method !== 'GET' && init.method !== 'HEAD') return fetch(url, init);
  let target = url;
  let headers = new Headers(init.headers);
  for (let hops = 0; ; hops++) {
    const response = await fetch(target, { ...init, headers, redirect: 'manual' });
    if (response.type === 'opaqueredirect') return fetch(target, { ...init, headers, redirect: 'follow' });
    const location = response.headers.get('location');
    if (!REDIRECTS.has(response.status) || location === null || hops >= MAX_REDIRECTS) return response;
    await response.body?.cancel();
    const next = new URL(location, target);
    if (next.origin !== new URL(target).origin) headers = new Headers([...headers].filter(([name]) => HARMLESS.has(name)));
    target = next.href;
  }
}
