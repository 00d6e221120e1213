/**
 * Lets a server take its callers' Gatepost keys: for plain fetch handlers, Express and Hono.
 *
 * Every request is checked with `keys.verify`, so a revoked key is refused at once. The client needs a key with the
 * scope `keys:verify`; by default it is read from `GATEPOST_API_KEY`.
 */
import { Client } from '../client.js';
import { SdkError } from '../runtime/errors.js';
import type { KeyVerification, Scope } from '../types/index.js';

/** What callers must bring. */
export interface GuardOptions {
  /** Asks Gatepost; one from the environment by default. */
  readonly client?: Client;
  /** What every caller's key must hold. */
  readonly scopes?: readonly Scope[];
  /** How many requests one counts for. 1 by default. */
  readonly cost?: number;
}

/** What is known of a request before its handler runs. */
export interface Credentials {
  readonly key: string | undefined;
  readonly origin?: string | undefined;
  readonly ip?: string | undefined;
}

/** Why a request is refused, ready to be sent as `application/problem+json`. */
export interface Refusal {
  readonly status: 401 | 403 | 429 | 503;
  readonly code: string;
  readonly detail: string;
  readonly requiredScopes?: readonly string[];
}

export type Decision = { readonly caller: KeyVerification } | { readonly refusal: Refusal };

const OVER_LIMIT = new Set<string>(['RATE_LIMITED', 'QUOTA_EXCEEDED']);
const FORBIDDEN = new Set<string>(['INSUFFICIENT_SCOPE', 'ORIGIN_DENIED', 'IP_DENIED']);

/** The decision itself, for servers that none of the adapters below fits. */
export function guard(options: GuardOptions = {}): (credentials: Credentials) => Promise<Decision> {
  const client = options.client ?? new Client();
  const scopes = [...(options.scopes ?? [])];
  return async ({ key, origin, ip }) => {
    if (key === undefined) return { refusal: { status: 401, code: 'UNAUTHENTICATED', detail: 'Send a key as X-API-Key or Authorization: Bearer.' } };
    try {
      const found = await client.keys.verify({ key, scopes, cost: options.cost ?? 1, ...(origin === undefined ? {} : { origin }), ...(ip === undefined ? {} : { ip }) });
      return found.valid ? { caller: found } : { refusal: refusalOf(found.code, scopes) };
    } catch (error) {
      if (!(error instanceof SdkError)) throw error;
      // Nobody is let in unchecked, and why the check failed is not the caller's to know.
      return { refusal: { status: 503, code: 'UNAVAILABLE', detail: 'The key cannot be checked at the moment.' } };
    }
  };
}

function refusalOf(code: string, requiredScopes: readonly string[]): Refusal {
  if (OVER_LIMIT.has(code)) return { status: 429, code, detail: 'The key has no requests left for now.' };
  if (FORBIDDEN.has(code)) return { status: 403, code, detail: 'The key may not do this.', requiredScopes };
  return { status: 401, code, detail: 'The key is not good.' };
}

/** `export default { fetch: withKey((request, caller) => …) }`: for workers, Deno, Bun and whatever else speaks fetch. */
export function withKey<Rest extends unknown[]>(
  handler: (request: Request, caller: KeyVerification, ...rest: Rest) => Response | Promise<Response>,
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
      response.status(decision.refusal.status).set('content-type', 'application/problem+json');
      if (decision.refusal.status === 401) response.set('www-authenticate', 'Bearer');
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
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  if (refusal.status === 401) headers['www-authenticate'] = 'Bearer';
  return new Response(JSON.stringify(refusal), { status: refusal.status, headers });
}
