/*
 * The errors, as a tree:
 *
 *   SdkError
 *   ├── ConnectionError            no answer came
 *   │   └── TimeoutError
 *   ├── WebhookVerificationError   (webhooks.ts)
 *   └── ApiError                   an answer came, and it says no
 *       ├── BadRequestError        400
 *       ├── UnauthenticatedError   401
 *       ├── PermissionDeniedError  403
 *       ├── NotFoundError          404, 410
 *       ├── ConflictError          409, 412
 *       ├── UnprocessableError     422
 *       ├── RateLimitError         429
 *       └── ServerError            5xx
 */
import { parseRateLimit, type RateLimitState } from './rate-limit.js';
import { retryAfterSeconds } from './retry.js';

/** The base of every error that this package throws by itself. */
export class SdkError extends Error {
  override name = 'SdkError';
}

/** No answer came: the name did not resolve, the connection was refused or broke. The platform's error is the `cause`. */
export class ConnectionError extends SdkError {
  override name = 'ConnectionError';
}

/** No answer came within `timeoutMs`. */
export class TimeoutError extends ConnectionError {
  override name = 'TimeoutError';
}

/** One fault of a request, with the JSON Pointer (RFC 6901) of the place. */
export interface ApiFault {
  readonly pointer?: string;
  readonly message?: string;
  readonly [member: string]: unknown;
}

/** The server answered with a status other than 2xx. */
export class ApiError extends SdkError {
  override name = 'ApiError';
  readonly status: number;
  /** The API's own word for what went wrong, for programs to compare. */
  readonly code: string | undefined;
  /** The address of a page that explains this kind of error (RFC 9457 `type`). */
  readonly type: string | undefined;
  readonly title: string | undefined;
  /** What went wrong this time, for people to read. */
  readonly detail: string | undefined;
  /** Each fault of the request, where the server named them. */
  readonly errors: readonly ApiFault[];
  /** Name it when you ask for help. */
  readonly requestId: string | undefined;
  readonly headers: Headers;
  /** What this answer said of the limits. */
  readonly rateLimit: RateLimitState | undefined;
  /** Seconds to wait, if the server asks for it. */
  readonly retryAfter: number | undefined;
  /** The body as it came: parsed if it was JSON, else the text. */
  readonly body: unknown;

  constructor(status: number, headers: Headers, body: unknown) {
    const facts = problemOf(body);
    const requestId = facts.requestId ?? headers.get('x-request-id') ?? headers.get('request-id') ?? undefined;
    super(messageOf(status, facts, requestId));
    this.status = status;
    this.code = facts.code;
    this.type = facts.type;
    this.title = facts.title;
    this.detail = facts.detail;
    this.errors = facts.errors;
    this.requestId = requestId;
    this.headers = headers;
    this.rateLimit = parseRateLimit(headers);
    this.retryAfter = retryAfterSeconds(headers, Date.now());
    this.body = body;
  }
}

/** 400: the request could not be parsed. */
export class BadRequestError extends ApiError {
  override name = 'BadRequestError';
}

/** 401: no credential, or one that is not valid (any more). */
export class UnauthenticatedError extends ApiError {
  override name = 'UnauthenticatedError';
}

/** 403: the credential is valid, and may not do this. */
export class PermissionDeniedError extends ApiError {
  override name = 'PermissionDeniedError';
  /** The scopes that the operation asks for. */
  readonly requiredScopes: readonly string[] = scopesOf(this, 'requiredScopes', 'x-required-scopes');
  /** The scopes that the credential has. */
  readonly grantedScopes: readonly string[] = scopesOf(this, 'grantedScopes', 'x-granted-scopes');
}

/** 404 or 410: there is no such thing, or not for this caller. */
export class NotFoundError extends ApiError {
  override name = 'NotFoundError';
}

/** 409 or 412: the state of the thing does not allow it. */
export class ConflictError extends ApiError {
  override name = 'ConflictError';
}

/** 422: the request breaks the schema or a rule; `errors` names each fault. */
export class UnprocessableError extends ApiError {
  override name = 'UnprocessableError';
}

/** 429: over the limit; `retryAfter` says how long, `rateLimit` which window. */
export class RateLimitError extends ApiError {
  override name = 'RateLimitError';
}

/** 5xx: the server failed. */
export class ServerError extends ApiError {
  override name = 'ServerError';
}

/** The error of a status. */
export function apiError(status: number, headers: Headers, body: unknown): ApiError {
  if (status >= 500) return new ServerError(status, headers, body);
  const kind = BY_STATUS.get(status) ?? ApiError;
  return new kind(status, headers, body);
}

const BY_STATUS: ReadonlyMap<number, typeof ApiError> = new Map<number, typeof ApiError>([
  [400, BadRequestError],
  [401, UnauthenticatedError],
  [403, PermissionDeniedError],
  [404, NotFoundError],
  [409, ConflictError],
  [410, NotFoundError],
  [412, ConflictError],
  [422, UnprocessableError],
  [429, RateLimitError],
]);

interface Problem {
  code: string | undefined;
  type: string | undefined;
  title: string | undefined;
  detail: string | undefined;
  errors: readonly ApiFault[];
  requestId: string | undefined;
}

/** Reads RFC 9457, RFC 6749 and the common `{error: {code, message}}` and `{message}` bodies. */
function problemOf(body: unknown): Problem {
  const outer = record(body);
  const inner = record(outer['error']);
  const word = (...keys: string[]): string | undefined => keys.map((key) => text(outer[key]) ?? text(inner[key])).find((found) => found !== undefined);
  const faults = outer['errors'] ?? inner['errors'];
  return {
    code: word('code', 'error'),
    type: word('type'),
    title: word('title'),
    detail: word('detail', 'message', 'error_description'),
    errors: Array.isArray(faults) ? faults.map((fault: unknown) => (typeof fault === 'string' ? { message: fault } : (record(fault) as ApiFault))) : [],
    requestId: word('requestId', 'request_id'),
  };
}

function messageOf(status: number, facts: Problem, requestId: string | undefined): string {
  const what = facts.detail ?? facts.title ?? 'the server gave no reason';
  const code = facts.code === undefined ? '' : ` ${facts.code}`;
  const first = facts.errors[0];
  const where = first?.message === undefined ? '' : ` [${first.pointer ?? ''} ${first.message}]`;
  return `${status}${code}: ${what}${where}${requestId === undefined ? '' : ` (request ${requestId})`}`;
}

function scopesOf(error: ApiError, member: string, header: string): readonly string[] {
  const listed = record(error.body)[member];
  if (Array.isArray(listed)) return listed.filter((scope): scope is string => typeof scope === 'string');
  return (error.headers.get(header) ?? '').split(/[\s,]+/).filter((scope) => scope !== '');
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;
}
