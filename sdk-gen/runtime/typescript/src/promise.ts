import { ConnectionError } from './errors.js';
import type { Exchange } from './exchange.js';
import type { AnswerKind } from './operation.js';
import { parseRateLimit, type RateLimitState } from './rate-limit.js';

/** The value of a call together with the answer that carried it. */
export interface WithResponse<T> {
  readonly data: T;
  readonly response: Response;
  readonly requestId: string | undefined;
  /** What this answer said of the limits. */
  readonly rateLimit: RateLimitState | undefined;
}

/** Turns an answer into the value that the caller wants. */
export type Read<T> = (exchange: Exchange) => Promise<T>;

/**
 * A call on its way. Await it for the value, or ask it for the answer as it came:
 * `asResponse()` leaves the body unread, `withResponse()` gives both.
 */
export class ApiPromise<T> extends Promise<T> {
  readonly #exchange: Promise<Exchange>;
  readonly #read: Read<T>;
  #value: Promise<T> | undefined;

  constructor(exchange: Promise<Exchange>, read: Read<T>) {
    // The base class is never settled by itself: `then` asks for the value, and only then is the body read.
    super(() => undefined);
    this.#exchange = exchange;
    this.#read = read;
    // Whoever takes the value or the answer sees the failure; `then` below makes it a rejection of its own.
    exchange.catch(() => undefined);
    queueMicrotask(() => this.#warnIfIgnored());
  }

  /** What `then`, `catch` and `finally` give are ordinary promises. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  /** The answer, its body unread: for streams, for headers, for files. It throws as the call itself does. */
  async asResponse(): Promise<Response> {
    this.#taken = true;
    return (await this.#exchange).release();
  }

  /** The value and the answer that carried it. */
  async withResponse(): Promise<WithResponse<T>> {
    const data = await this.#result();
    const { response } = await this.#exchange;
    const { headers } = response;
    return { data, response, requestId: headers.get('x-request-id') ?? headers.get('request-id') ?? undefined, rateLimit: parseRateLimit(headers) };
  }

  override then<A = T, B = never>(onFulfilled?: ((value: T) => A | PromiseLike<A>) | null, onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null): Promise<A | B> {
    return this.#result().then(onFulfilled, onRejected);
  }

  #taken = false;

  /** The value; the body is read once, however often it is asked for. */
  #result(): Promise<T> {
    this.#taken = true;
    this.#value ??= this.#exchange.then(this.#read);
    return this.#value;
  }

  /** A call that nobody waits for still fails loudly, as an unwatched promise does. */
  #warnIfIgnored(): void {
    if (!this.#taken) void this.#exchange.then(undefined, (error: unknown) => (this.#taken ? undefined : Promise.reject(error)));
  }
}

/** How to read each kind of answer. */
export function reader<T>(kind: AnswerKind): Read<T> {
  return READERS[kind] as Read<T>;
}

const READERS: Readonly<Record<AnswerKind, Read<unknown>>> = {
  json: readJson,
  text: (exchange) => exchange.text(),
  response: async (exchange) => exchange.release(),
  none: async (exchange) => {
    await exchange.discard();
  },
};

async function readJson(exchange: Exchange): Promise<unknown> {
  const text = await exchange.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    const type = exchange.response.headers.get('content-type') ?? '';
    // Some servers answer plain text where they promise JSON; the text is then the best value there is.
    if (type !== '' && !type.includes('json')) return text;
    throw new ConnectionError(`The answer is not whole JSON (status ${exchange.response.status})`, { cause: error });
  }
}
