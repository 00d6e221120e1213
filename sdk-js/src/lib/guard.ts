/**
 * Lets a server take its callers' Gatepost keys: for plain fetch handlers, Express and Hono.
 *
 * Give it a `verifier`, and signed keys are checked here, without asking Gatepost. Without one, every request is
 * checked with `keys.verify`, so a revoked key is refused at once; the client needs a key with the scope `keys:verify`,
 * by default the one in `GATEPOST_API_KEY`. With both, signed keys are checked here and the others there.
 */
import { Client } from '../client.js';
import { SdkError, UnprocessableError } from '../runtime/errors.js';
import type { KeyVerification, Scope } from '../types/index.js';
import { coversScopes } from './scopes.js';
import { SignedKeyError, type SignedKeyVerifier } from './verifier.js';

/** What callers must bring. */
export interface GuardOptions {
  /** Asks Gatepost; one from the environment by default, unless there is a verifier. */
  readonly client?: Client;
  /** Checks signed keys without asking. */
  readonly verifier?: SignedKeyVerifier;
  /** What every caller's key must hold. */
  readonly scopes?: readonly Scope[];
  /** How many requests one counts for, where Gatepost is asked. 1 by default. */
  readonly cost?: number;
}

/** Who calls. */
export interface Caller {
  readonly keyId: string;
  /** Whose key it is. */
  readonly userId: string;
  readonly scopes: readonly string[];
  readonly expiresAt: Date | null;
  /** All that a signed key says of itself. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** All that Gatepost said, where it was asked. */
  readonly verification?: KeyVerification;
}

/** What is known of a request before its handler runs. */
export interface Credentials {
  readonly key: string | undefined;
  readonly origin?: string | undefined;
  readonly ip?: string | undefined;
}

/** Why a request is refused, ready to be sent as `application/problem+json`. */
export interface Refusal {
  readonly title: string;
  readonly status: 401 | 403 | 429 | 503;
  readonly code: string;
  readonly detail: string;
  readonly requiredScopes?: readonly string[];
}

export type Decision = { readonly caller: Caller } | { readonly refusal: Refusal };

const OVER_LIMIT = new Set<string>(['RATE_LIMITED', 'QUOTA_EXCEEDED']);
const FORBIDDEN = new Set<string>(['INSUFFICIENT_SCOPE', 'ORIGIN_DENIED', 'IP_DENIED']);

/** The decision itself, for servers that none of the adapters fits. */
export function guard(options: GuardOptions = {}): (credentials: Credentials) => Promise<Decision> {
  const { verifier } = options;
  const client = options.client ?? (verifier === undefined ? new Client() : undefined);
  const scopes = [...(options.scopes ?? [])];
  return async (credentials) => {
    const { key } = credentials;
    if (key === undefined) return refuse(401, 'UNAUTHENTICATED', 'Send a key as X-API-Key or Authorization: Bearer.');
    try {
      // Only signed keys have dots in them.
      if (verifier !== undefined && (client === undefined || key.includes('.'))) return await checkHere(verifier, key, scopes);
      if (client !== undefined) return await ask(client, { ...credentials, key }, scopes, options.cost ?? 1);
    } catch (error) {
      if (!(error instanceof SdkError)) throw error;
      // What cannot even be asked about is no key.
      if (error instanceof UnprocessableError && error.errors.some((fault) => fault.pointer === '/key')) return refusalOf('MALFORMED', scopes);
    }
    // Nobody is let in unchecked, and why the check failed is not the caller's to know.
    return refuse(503, 'UNAVAILABLE', 'The key cannot be checked at the moment.');
  };
}

async function checkHere(verifier: SignedKeyVerifier, key: string, required: readonly string[]): Promise<Decision> {
  try {
    const caller = await verifier.verify(key);
    return coversScopes(caller.scopes, required) ? { caller } : refusalOf('INSUFFICIENT_SCOPE', required);
  } catch (error) {
    if (!(error instanceof SignedKeyError) || error.code === 'unavailable') throw error;
    return refusalOf(error.code.toUpperCase(), required);
  }
}

async function ask(client: Client, { key, origin, ip }: Credentials & { key: string }, scopes: Scope[], cost: number): Promise<Decision> {
  const found = await client.keys.verify({ key, scopes, cost, ...(origin === undefined ? {} : { origin }), ...(ip === undefined ? {} : { ip }) });
  const { valid, keyId, userId, expiresAt } = found;
  if (!valid || keyId === null || userId === null) return refusalOf(found.code, scopes);
  return { caller: { keyId, userId, scopes: found.scopes, expiresAt: expiresAt === null ? null : new Date(expiresAt), verification: found } };
}

function refusalOf(code: string, requiredScopes: readonly string[]): Decision {
  if (OVER_LIMIT.has(code)) return refuse(429, code, 'The key has no requests left for now.');
  if (FORBIDDEN.has(code)) return refuse(403, code, 'The key may not do this.', { requiredScopes });
  return refuse(401, code, 'The key is not good.');
}

const TITLES = { 401: 'Not authenticated', 403: 'Not allowed', 429: 'Too many requests', 503: 'Not available' } as const;

function refuse(status: Refusal['status'], code: string, detail: string, more: Partial<Refusal> = {}): Decision {
  return { refusal: { title: TITLES[status], status, code, detail, ...more } };
}

/** `export default { fetch: withKey((request, caller) => …) }`: for workers, Deno, Bun and whatever else speaks fetch. */
export function withKey<Rest extends unknown[]>(
  handler: (request: Request, caller: Caller, ...rest: Rest) => Response | Promise<Response>,
  options?: GuardOptions,
): (request: Request, ...rest: Rest) => Promise<Response> {
  const decide = guard(options);
  return async (request, ...rest) => {
    const decision = await decide(credentialsOf((name) => request.headers.get(name)));
    return 'caller' in decision ? handler(request, decision.caller, ...rest) : responseOf(decision.refusal);
  };
}

/** The parts of Hono's context that are used. */
interface HonoContext {
  readonly req: { header(name: string): string | undefined };
  set(key: string, value: unknown): void;
}

/** `app.use(honoKey())`; the handler finds its caller with `c.get('caller')`. */
export function honoKey(options?: GuardOptions): (context: HonoContext, next: () => Promise<void>) => Promise<Response | undefined> {
  const decide = guard(options);
  return async (context, next) => {
    const decision = await decide(credentialsOf((name) => context.req.header(name)));
    if ('refusal' in decision) return responseOf(decision.refusal);
    context.set('caller', decision.caller);
    await next();
    return undefined;
  };
}

/** The parts of Express that are used. */
interface ExpressRequest {
  readonly ip?: string | undefined;
  get(name: string): string | undefined;
}
interface ExpressResponse {
  readonly locals: Record<string, unknown>;
  status(code: number): ExpressResponse;
  set(name: string, value: string): ExpressResponse;
  send(body: string): unknown;
}

/** `app.use(expressKey())`; the handler finds its caller in `response.locals.caller`. */
export function expressKey(options?: GuardOptions): (request: ExpressRequest, response: ExpressResponse, next: (error?: unknown) => void) => void {
  const decide = guard(options);
  return (request, response, next) => {
    decide({ ...credentialsOf((name) => request.get(name)), ip: request.ip }).then((decision) => {
      if ('caller' in decision) {
        response.locals['caller'] = decision.caller;
        next();
        return;
      }
      response.status(decision.refusal.status);
      for (const [name, value] of Object.entries(headersOf(decision.refusal))) response.set(name, value);
      response.send(JSON.stringify(decision.refusal));
    }, next);
  };
}

function credentialsOf(header: (name: string) => string | null | undefined): Credentials {
  const bearer = /^bearer +(\S+)$/i.exec(header('authorization')?.trim() ?? '')?.[1];
  const key = header('x-api-key')?.trim();
  return { key: key === undefined || key === '' ? bearer : key, origin: header('origin') ?? undefined };
}

function responseOf(refusal: Refusal): Response {
  return new Response(JSON.stringify(refusal), { status: refusal.status, headers: headersOf(refusal) });
}

function headersOf({ status }: Refusal): Record<string, string> {
  return { 'content-type': 'application/problem+json', ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}) };
}
