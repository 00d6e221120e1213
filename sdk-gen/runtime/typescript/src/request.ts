import type { EncodedBody } from './body.js';
import type { CallInput, Operation, Parameter } from './operation.js';
import { applyHeaders, type HeaderOptions, type RequestOptions } from './options.js';
import { asParameter, cookiePairs, headerValue, pathSegment, queryPairs } from './parameters.js';
import { isBrowser, randomId } from './platform.js';

/** The address of a call, query and all. */
export function buildUrl(base: string, operation: Operation, input: CallInput, extra: RequestOptions['query']): string {
  const path = operation.path.replace(/\{([^{}]+)\}/g, (_, name: string) => pathSegment(name, input.path?.[name], operation.pathFormats?.[name]));
  const declared = (operation.query ?? []).map(asParameter).flatMap((parameter) => queryPairs(parameter.name, argument(input, parameter), parameter));
  const undeclared = Object.entries(extra ?? {}).flatMap(([name, value]) => queryPairs(name, value));
  const query = [...declared, ...undeclared].map(([name, value]) => `${name}=${value}`).join('&');
  if (query === '') return `${base}${path}`;
  return `${base}${path}${path.includes('?') ? '&' : '?'}${query}`;
}

function argument(input: CallInput, parameter: Parameter): unknown {
  const key = parameter.key ?? parameter.name;
  const params = (input.params ?? {}) as Record<string, unknown>;
  // A parameter named `constructor` that is not given is not what every object inherits.
  return key in Object.prototype && !Object.hasOwn(params, key) ? undefined : params[key];
}

/** The header that makes a repeated call harmless. */
export function idempotencyHeader(operation: Operation): string {
  return operation.idempotencyHeader ?? 'Idempotency-Key';
}

interface HeaderSources {
  readonly profile: { readonly name: string; readonly version: string };
  readonly operation: Operation;
  readonly input: CallInput;
  readonly body: EncodedBody | undefined;
  readonly client: HeaderOptions | undefined;
  readonly options: RequestOptions;
}

/** All headers but the credentials; what is set later wins: the package's, the client's, the parameters', the call's. */
export function callHeaders({ profile, operation, input, body, client, options }: HeaderSources): Headers {
  const headers = new Headers({ accept: operation.accept ?? 'application/json' });
  if (!isBrowser()) headers.set('user-agent', `${profile.name.replace(/^@/, '').replace('/', '-')}-js/${profile.version}`);
  if (body?.contentType !== undefined) headers.set('content-type', body.contentType);
  applyHeaders(headers, client);
  for (const parameter of (operation.header ?? []).map(asParameter)) {
    const value = headerValue(argument(input, parameter), parameter);
    if (value !== undefined) headers.set(parameter.name, value);
  }
  const key = options.idempotencyKey ?? (operation.idempotencyHeader === undefined ? undefined : randomId());
  // Made here, once, so that every attempt of this call carries the same key.
  if (key !== undefined && (options.idempotencyKey !== undefined || !headers.has(idempotencyHeader(operation)))) headers.set(idempotencyHeader(operation), key);
  applyHeaders(headers, options.headers);
  return headers;
}

/** The cookies that the operation's parameters become. */
export function cookiesOf(operation: Operation, input: CallInput): string[] {
  return (operation.cookie ?? []).map(asParameter).flatMap((parameter) => cookiePairs(parameter.name, argument(input, parameter), parameter));
}
