import type { Parameter, ParameterFormat, ParameterStyle } from './operation.js';

type Pair = readonly [name: string, value: string];

/** Percent-encodes everything but the unreserved characters of RFC 3986. */
export function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** `allowReserved`: reserved characters and ready percent triples stay; what would end or split the query does not. */
function encodeReserved(text: string): string {
  return encodeURI(text)
    .replace(/%25([0-9A-Fa-f]{2})/g, '%$1')
    .replace(/[#&+]/g, encodeURIComponent)
    .replace(/%5B/gi, '[')
    .replace(/%5D/gi, ']');
}

/** A single value as text. Dates become RFC 3339, so that a `Date` may be given where a date string is meant. */
function scalar(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return String(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The members that are there: undefined and null mean "not given". */
function members(value: Record<string, unknown>): [string, unknown][] {
  return Object.entries(value).filter(([, member]) => member !== undefined && member !== null);
}

function elements(value: readonly unknown[]): unknown[] {
  return value.filter((element) => element !== undefined && element !== null);
}

/**
 * Writes the value of a path parameter.
 * Throws when the value is empty or would climb in the path, because the call would then reach another operation.
 */
export function pathSegment(name: string, value: unknown, format: ParameterFormat = {}): string {
  if (value === undefined || value === null || value === '') throw new TypeError(`Path parameter "${name}" must not be empty`);
  const style = format.style ?? 'simple';
  const text = format.content === undefined ? styledSegment(name, value, style, format.explode ?? false) : encode(JSON.stringify(value));
  if (text === '.' || text === '..') throw new TypeError(`Path parameter "${name}" must not be "${text}"`);
  return text;
}

function styledSegment(name: string, value: unknown, style: ParameterStyle, explode: boolean): string {
  const prefix = style === 'label' ? '.' : style === 'matrix' ? ';' : '';
  const separator = explode && prefix !== '' ? prefix : ',';
  const named = style === 'matrix' ? `${encode(name)}=` : '';
  if (Array.isArray(value)) {
    const parts = elements(value).map((element) => encode(scalar(element)));
    return explode ? prefix + parts.map((part) => named + part).join(separator) : prefix + named + parts.join(separator);
  }
  if (isObject(value)) {
    const pairs = members(value).map(([key, member]) => [encode(key), encode(scalar(member))] as const);
    if (explode) return prefix + pairs.map(([key, member]) => `${key}=${member}`).join(separator);
    return prefix + named + pairs.flat().join(',');
  }
  return prefix + named + encode(scalar(value));
}

/** The name-value pairs, already encoded, that a query parameter (or a field of a form) becomes. */
export function queryPairs(name: string, value: unknown, format: ParameterFormat = {}): Pair[] {
  if (value === undefined || value === null) return [];
  const encodeValue = format.allowReserved === true ? encodeReserved : encode;
  if (format.content !== undefined) return [[encode(name), encodeValue(JSON.stringify(value))]];
  const style = format.style ?? 'form';
  if (style === 'deepObject' && (isObject(value) || Array.isArray(value))) return deepPairs(name, value, encodeValue);
  const explode = format.explode ?? style === 'form';
  if (Array.isArray(value)) return arrayPairs(name, elements(value), style, explode, encodeValue);
  if (isObject(value)) return objectPairs(name, value, style, explode, encodeValue);
  return [[encode(name), encodeValue(scalar(value))]];
}

type Encode = (text: string) => string;

/** RFC 3986 does not allow a bare space or pipe in a query, so the separators are written encoded. */
function separatorOf(style: ParameterStyle): string {
  return style === 'spaceDelimited' ? '%20' : style === 'pipeDelimited' ? '%7C' : ',';
}

function arrayPairs(name: string, value: unknown[], style: ParameterStyle, explode: boolean, encodeValue: Encode): Pair[] {
  if (explode) return value.map((element) => [encode(name), encodeValue(scalar(element))]);
  if (value.length === 0) return [];
  return [[encode(name), value.map((element) => encodeValue(scalar(element))).join(separatorOf(style))]];
}

function objectPairs(name: string, value: Record<string, unknown>, style: ParameterStyle, explode: boolean, encodeValue: Encode): Pair[] {
  const entries = members(value);
  // An exploded array inside an exploded object repeats its key, as browsers' forms do.
  if (explode) return entries.flatMap(([key, member]) => queryPairs(key, member).map(([k, v]) => [k, v] as const));
  const flat = entries.flatMap(([key, member]) => [encodeValue(key), encodeValue(scalar(member))]);
  return flat.length === 0 ? [] : [[encode(name), flat.join(separatorOf(style))]];
}

/** `filter[name]=x`, to any depth. Arrays of single values repeat the key; arrays of objects number it. */
function deepPairs(name: string, value: unknown, encodeValue: Encode): Pair[] {
  if (Array.isArray(value)) {
    return elements(value).flatMap((element, index) =>
      typeof element === 'object' && !(element instanceof Date) ? deepPairs(`${name}[${index}]`, element, encodeValue) : [[encode(name), encodeValue(scalar(element))] as const],
    );
  }
  if (isObject(value)) return members(value).flatMap(([key, member]) => deepPairs(`${name}[${key}]`, member, encodeValue));
  return [[encode(name), encodeValue(scalar(value))]];
}

/** The value of a header: style `simple`, not percent-encoded. */
export function headerValue(value: unknown, format: ParameterFormat = {}): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (format.content !== undefined) return JSON.stringify(value);
  if (Array.isArray(value)) return elements(value).map(scalar).join(',');
  if (!isObject(value)) return scalar(value);
  const entries = members(value).map(([key, member]) => [key, scalar(member)] as const);
  return format.explode === true ? entries.map(([key, member]) => `${key}=${member}`).join(',') : entries.flat().join(',');
}

/** One cookie-pair for each value, ready for the `Cookie` header. */
export function cookiePairs(name: string, value: unknown, format: ParameterFormat = {}): string[] {
  return queryPairs(name, value, format).map(([key, text]) => `${key}=${text}`);
}

/** A parameter that needs nothing said is given as its name alone. */
export function asParameter(parameter: string | Parameter): Parameter {
  return typeof parameter === 'string' ? { name: parameter } : parameter;
}
