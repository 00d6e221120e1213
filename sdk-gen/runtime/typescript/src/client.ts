import { encodeBody } from './body.js';
import { type Credentials, CredentialSource, NO_CREDENTIALS, type Schemes, type Secret, type Secrets } from './credentials.js';
import { ApiError } from './errors.js';
import type { Exchange } from './exchange.js';
import type { CallInput, Operation, Security } from './operation.js';
import { type BaseOptions, type Fetch, type HeaderOptions, type RequestOptions, type SessionOptions } from './options.js';
import { asPage, type Page, PagePromise, type Paging } from './pages.js';
import { environment, unlessAborted } from './platform.js';
import { ApiPromise, type Read, reader } from './promise.js';
import { parseRateLimit, type RateLimitState } from './rate-limit.js';
import { buildUrl, callHeaders, cookiesOf, idempotencyHeader } from './request.js';
import { DEFAULT_RETRY, type RetryPolicy } from './retry.js';
import { type PreparedCall, send, type Transport } from './send.js';
import { TokenKeeper } from './token-keeper.js';
import { defaultStore, type Tokens } from './token-store.js';
import { readTokens, seeded, sessionPath, type TokenProfile } from './tokens.js';

/** What the generator knows of the API as a whole. */
export interface Profile {
  /** Package name and version, for `User-Agent`. */
  readonly name: string;
  readonly version: string;
  /** Prefix of environment variables: `GATEPOST` for `GATEPOST_API_KEY`. */
  readonly environment: string;
  readonly baseUrl?: string;
  readonly schemes: Schemes;
  /** Security for calls that the contract does not know. */
  readonly security?: Security;
  /** Options that hold secrets and their environment variables' endings: `{apiKey: 'API_KEY'}`. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly tokens?: TokenProfile;
}

/** A call that the contract does not describe. */
export interface RawRequest extends RequestOptions {
  readonly body?: unknown;
}

/** What every client can do, whatever the API: send, retry, turn pages, keep tokens. */
export class BaseClient {
  /** Where the API is; no slash at the end. */
  readonly baseUrl: string;
  readonly #profile: Profile;
  readonly #ownServer: boolean;
  readonly #timeoutMs: number;
  readonly #retry: RetryPolicy;
  readonly #fetch: Fetch;
  readonly #headers: HeaderOptions | undefined;
  readonly #tokens: TokenKeeper | undefined;
  readonly #credentials: CredentialSource;
  #rateLimit: RateLimitState | undefined;

  constructor(profile: Profile, options: BaseOptions & SessionOptions & { readonly [option: string]: unknown }) {
    this.#profile = profile;
    const given = options.baseUrl ?? environment(`${profile.environment}_BASE_URL`);
    this.#ownServer = given === undefined;
    const baseUrl = given ?? profile.baseUrl;
    if (baseUrl === undefined) throw new TypeError(`baseUrl is missing: give it to the client, or set ${profile.environment}_BASE_URL`);
    this.baseUrl = baseUrl.replace(/\/+$/, '');
    this.#timeoutMs = options.timeoutMs ?? 60_000;
    this.#retry = { ...DEFAULT_RETRY, maxRetries: options.maxRetries ?? DEFAULT_RETRY.maxRetries, maxRetryAfterMs: options.maxRetryAfterMs ?? DEFAULT_RETRY.maxRetryAfterMs };
    // Looked up at each call, so that a `fetch` that is replaced later (by a test, a tracer) is the one that is used.
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.#headers = options.headers;
    const secrets = secretsOf(profile, options);
    this.#tokens = this.#keeper(profile.tokens, options, secrets);
    this.#credentials = new CredentialSource(profile.schemes, secrets, this.#tokens, profile.tokens?.option);
  }

  /** What the last answer that spoke of limits said of them; of concurrent calls, the one whose answer came last. */
  get rateLimit(): RateLimitState | undefined {
    return this.#rateLimit;
  }

  /** Calls an operation of the contract. */
  call<T>(operation: Operation, input: CallInput = {}, options: RequestOptions = {}): ApiPromise<T> {
    const { sent, read } = this.#start<T>(operation, input, options);
    return new ApiPromise(sent, read);
  }

  /** Calls an operation that answers in pages. */
  page<Item, Body>(operation: Operation, paging: Paging, input: CallInput = {}, options: RequestOptions = {}): PagePromise<Item, Body> {
    const { sent, read } = this.#start<Body>(operation, input, options);
    const readPage: Read<Page<Item, Body>> = async (exchange) => asPage(await read(exchange), paging, input, async (next) => this.page<Item, Body>(operation, paging, { ...input, ...next }, options));
    return new PagePromise(sent, readPage);
  }

  /** Calls what the contract does not know: `client.request<Thing>('GET', '/v1/things', { query: { limit: 1 } })`. */
  request<T = unknown>(method: string, path: string, { body, ...options }: RawRequest = {}): ApiPromise<T> {
    const { security } = this.#profile;
    return this.call<T>({ method: method.toUpperCase(), path, ...(security === undefined ? {} : { security }) }, { body }, options);
  }

  /**
   * Signs out: ends the session on the server, and forgets its tokens here, whatever the server says. Rejects when the
   * server could not be told. Does nothing when nobody is signed in.
   */
  async logout(options: RequestOptions = {}): Promise<void> {
    const tokens = this.#tokens;
    const held = await tokens?.held();
    if (tokens === undefined || held === undefined) return;
    const operation = this.#profile.tokens?.logout;
    const path = operation === undefined ? undefined : sessionPath(operation, held.accessToken);
    try {
      if (operation !== undefined && path !== undefined) await this.call(operation, { path }, options);
    } catch (error) {
      // The session was over already.
      if (!(error instanceof ApiError && (error.status === 401 || error.status === 404))) throw error;
    } finally {
      await tokens.clear();
    }
  }

  #start<T>(operation: Operation, input: CallInput, options: RequestOptions): { sent: Promise<Exchange>; read: Read<T> } {
    const read = reader<T>(operation.answer ?? 'json');
    const trace: Trace = { withKey: false };
    const sent = this.#send(operation, input, options, trace);
    return { sent, read: operation.tokens === undefined ? read : this.#keeping(operation.tokens, read, trace) };
  }

  async #send(operation: Operation, input: CallInput, options: RequestOptions, trace: Trace): Promise<Exchange> {
    const call = this.#prepare(operation, input, options);
    const transport: Transport = {
      fetch: this.#fetch,
      authenticate: async () => {
        const credentials = await unlessAborted(this.#authenticate(operation), options.signal);
        trace.withKey = credentials !== NO_CREDENTIALS && credentials.token === undefined;
        return credentials;
      },
      renew: async (token) => (await unlessAborted(this.#tokens?.replace(token) ?? Promise.resolve(undefined), options.signal)) !== undefined,
      observe: (headers) => {
        this.#rateLimit = parseRateLimit(headers) ?? this.#rateLimit;
      },
    };
    return send(call, transport);
  }

  /** Operations that make or renew a session never wait for one. */
  async #authenticate(operation: Operation): Promise<Credentials> {
    if (operation.tokens === 'refresh' && (await this.#tokens?.held())?.withKey !== true) return NO_CREDENTIALS;
    return this.#credentials.for(operation.security, operation.tokens !== 'issue' && operation.tokens !== 'refresh');
  }

  #prepare(operation: Operation, input: CallInput, options: RequestOptions): PreparedCall {
    const body = encodeBody(input.body, operation.body ?? [], operation.parts);
    const base = this.#ownServer ? (operation.server ?? this.baseUrl) : this.baseUrl;
    const headers = callHeaders({ profile: this.#profile, operation, input, body, client: this.#headers, options });
    return {
      method: operation.method,
      url: buildUrl(base, operation, input, options.query),
      headers,
      cookies: cookiesOf(operation, input),
      body,
      signal: options.signal,
      timeoutMs: options.timeoutMs ?? this.#timeoutMs,
      retry: { ...this.#retry, maxRetries: options.maxRetries ?? this.#retry.maxRetries },
      hasIdempotencyKey: headers.has(idempotencyHeader(operation)),
    };
  }

  #keeper(profile: TokenProfile | undefined, options: SessionOptions, secrets: Secrets): TokenKeeper | undefined {
    if (profile === undefined) return undefined;
    const given = secrets[profile.option];
    // A function brings a fresh token each time by itself: there is nothing to keep.
    if (typeof given === 'function') return undefined;
    const first: Tokens | undefined = given === undefined ? undefined : { accessToken: given, refreshToken: options.refreshToken };
    const store = seeded(options.tokenStore ?? defaultStore(`${this.#profile.name}:${this.baseUrl}`, first), first);
    const { refresh } = profile;
    if (refresh === undefined) return new TokenKeeper(store);
    return new TokenKeeper(store, async (session) => {
      const sent = this.#send(refresh, { body: { [profile.refreshToken]: session.refreshToken } }, {}, { withKey: false });
      const fresh = readTokens(await sent.then(reader(refresh.answer ?? 'json')), profile);
      if (fresh === undefined) throw new TypeError('The answer to a refresh holds no access token');
      // RFC 6749, 6: no new refresh token in the answer means that the old one stays.
      return { refreshToken: session.refreshToken, ...(session.withKey === undefined ? {} : { withKey: session.withKey }), ...fresh };
    });
  }

  /** Keeps the tokens that an answer brings, or forgets those that it ends. */
  #keeping<T>(role: 'issue' | 'refresh' | 'revoke', read: Read<T>, trace: Trace): Read<T> {
    return async (exchange) => {
      const value = await read(exchange);
      const { tokens: profile } = this.#profile;
      if (role === 'revoke') await this.#tokens?.clear();
      else if (profile !== undefined) {
        const tokens = readTokens(value, profile);
        if (tokens !== undefined) await this.#tokens?.save({ ...tokens, withKey: trace.withKey });
      }
      return value;
    };
  }
}

/** What a call tells those who read its answer. */
interface Trace {
  /** Whether a key, and not a session, was sent. */
  withKey: boolean;
}

/** The environment fills in only when the caller gave no credential at all: what is given must never mix with what lies around. */
function secretsOf(profile: Profile, options: { readonly [option: string]: unknown }): Secrets {
  const names = Object.keys(profile.secrets);
  const given = names.some((name) => options[name] !== undefined);
  const found = names.map((name): [string, Secret | undefined] => {
    const secret = given ? (options[name] as Secret | null | undefined) : environment(`${profile.environment}_${profile.secrets[name]}`);
    return [name, secret ?? undefined];
  });
  return Object.fromEntries(found);
}
