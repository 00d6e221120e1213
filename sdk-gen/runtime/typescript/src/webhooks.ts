import { type HeaderOptions } from './options.js';
import { SdkError } from './errors.js';

/** Why a webhook was not accepted. */
export type WebhookFault =
  /** A `webhook-*` header is not there. */
  | 'missing_header'
  /** `webhook-timestamp` is not a number of seconds. */
  | 'invalid_timestamp'
  /** Older than the tolerance: delivered late, or replayed. */
  | 'too_old'
  /** Further ahead than the tolerance: a clock is wrong. */
  | 'too_new'
  /** No `v1` signature in the header. */
  | 'no_signature'
  /** The body is as it was sent, but no signature matches: the secret is another endpoint's, or no longer used. */
  | 'wrong_secret'
  /** The body is not byte for byte as it was sent: it was changed, or parsed and written again. */
  | 'body_changed'
  /** One of the two: the sender gives no `Content-Digest` to tell them apart. */
  | 'mismatch'
  /** The secret is not base64, or empty. */
  | 'invalid_secret'
  /** What was given as the body is no bytes and no text: it was parsed before. */
  | 'body_not_raw'
  /** The signature is right, but the body is not JSON. */
  | 'invalid_body';

/** A webhook that must not be trusted; `fault` says why. */
export class WebhookVerificationError extends SdkError {
  override name = 'WebhookVerificationError';
  readonly fault: WebhookFault;

  constructor(fault: WebhookFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** A webhook as it came. */
export interface WebhookInput {
  /** The body byte for byte as it came. Parse it yourself and the signature will not match. */
  readonly body: string | Uint8Array | ArrayBuffer;
  /** The headers as your server has them: `Headers`, or an object such as Node's `request.headers`. */
  readonly headers: HeaderOptions | Readonly<Record<string, string | readonly string[] | undefined>>;
  /** The endpoint's secret, `whsec_…`; several while a secret is being rotated. */
  readonly secret: string | readonly string[];
  /** How far the sender's clock may be off, in seconds. 300 by default. */
  readonly toleranceSeconds?: number | undefined;
  /** Milliseconds since 1970, for tests. */
  readonly now?: number | undefined;
}

/**
 * Checks a webhook by the Standard Webhooks specification and answers its parsed body.
 * Throws a `WebhookVerificationError` whose `fault` says what is wrong.
 */
export async function verifyWebhook<Event = unknown>(input: WebhookInput): Promise<Event> {
  const id = header(input.headers, 'webhook-id');
  const timestamp = header(input.headers, 'webhook-timestamp');
  const signatures = header(input.headers, 'webhook-signature');
  checkTime(timestamp, input.toleranceSeconds ?? 300, input.now ?? Date.now());
  const body = bytesOf(input.body);
  const given = signatures
    .split(' ')
    .filter((one) => one.startsWith('v1,'))
    .map((one) => one.slice(3));
  if (given.length === 0) throw new WebhookVerificationError('no_signature', 'The header webhook-signature holds no v1 signature');
  const signed = concat(new TextEncoder().encode(`${id}.${timestamp}.`), body);
  const secrets = typeof input.secret === 'string' ? [input.secret] : input.secret;
  let matches = false;
  // Every signature is compared with every secret, whatever has matched, so that the time tells nothing.
  for (const secret of secrets) {
    const key = await importKey(secret);
    for (const signature of given) matches = (await isSignature(key, signature, signed)) || matches;
  }
  if (!matches) throw await mismatch(optional(input.headers, 'content-digest'), body);
  return parse<Event>(body);
}

/** What to sign: for tests of a receiver. */
export interface WebhookToSign {
  /** The body as it will be sent. */
  readonly body: string | Uint8Array | ArrayBuffer;
  /** The endpoint's secret, `whsec_…`; several as while a secret is being rotated. */
  readonly secret: string | readonly string[];
  /** `webhook-id`. `msg_test` by default. */
  readonly id?: string | undefined;
  /** When it is sent, in milliseconds since 1970. Now by default. */
  readonly now?: number | undefined;
}

/** The headers of a webhook as its sender makes them: for tests of a receiver. */
export async function signWebhook({ body, secret, id = 'msg_test', now = Date.now() }: WebhookToSign): Promise<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1000));
  const bytes = bytesOf(body);
  const signed = concat(new TextEncoder().encode(`${id}.${timestamp}.`), bytes);
  const signatures: string[] = [];
  for (const one of typeof secret === 'string' ? [secret] : secret) signatures.push(`v1,${base64(await globalThis.crypto.subtle.sign('HMAC', await importKey(one), signed))}`);
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' '), 'content-digest': `sha-256=:${await digest(bytes)}:` };
}

/** Which of the two it is. The digest is not signed, so it can tell the cause and never that a webhook is genuine. */
async function mismatch(given: string, body: Uint8Array): Promise<WebhookVerificationError> {
  const sent = /(?:^|[\s,])sha-256=:([A-Za-z0-9+/=]+):/.exec(given)?.[1];
  if (sent === undefined) return new WebhookVerificationError('mismatch', 'No signature matches: another secret, or a body that is not byte for byte as sent');
  if (sent === (await digest(body))) {
    return new WebhookVerificationError('wrong_secret', "The body is as it was sent, but no signature matches: the secret is another endpoint's, or no longer used");
  }
  return new WebhookVerificationError('body_changed', 'The body is not byte for byte as it was sent: give the raw bytes, as they come before any parsing');
}

function header(headers: WebhookInput['headers'], name: string): string {
  const text = optional(headers, name);
  if (text === '') throw new WebhookVerificationError('missing_header', `The header ${name} is missing`);
  return text;
}

function optional(headers: WebhookInput['headers'], name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return typeof value === 'string' ? value : Array.isArray(value) ? String(value[0] ?? '') : '';
}

function checkTime(timestamp: string, toleranceSeconds: number, now: number): void {
  if (!/^\d{1,15}$/.test(timestamp)) throw new WebhookVerificationError('invalid_timestamp', 'The header webhook-timestamp is not a number of seconds');
  const age = Math.floor(now / 1000) - Number(timestamp);
  if (age > toleranceSeconds) throw new WebhookVerificationError('too_old', `The webhook is ${age} s old; ${toleranceSeconds} s are allowed`);
  if (age < -toleranceSeconds) throw new WebhookVerificationError('too_new', `The webhook is ${-age} s ahead; ${toleranceSeconds} s are allowed`);
}

async function importKey(secret: string): Promise<CryptoKey> {
  const bytes = base64Bytes(secret.trim().replace(/^whsec_/, ''));
  if (bytes === undefined || bytes.length === 0) throw new WebhookVerificationError('invalid_secret', 'The webhook secret is not base64 (with or without whsec_)');
  return globalThis.crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}

/** WebCrypto's `verify` compares in constant time. */
async function isSignature(key: CryptoKey, signature: string, signed: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const bytes = base64Bytes(signature);
  return bytes !== undefined && globalThis.crypto.subtle.verify('HMAC', key, bytes, signed);
}

function base64Bytes(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
  } catch {
    return undefined;
  }
}

function base64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}

async function digest(bytes: Uint8Array): Promise<string> {
  return base64(await globalThis.crypto.subtle.digest('SHA-256', concat(new Uint8Array(), bytes)));
}

function bytesOf(body: unknown): Uint8Array {
  if (typeof body === 'string') return new TextEncoder().encode(body);
  if (body instanceof ArrayBuffer) return new Uint8Array(body);
  if (body instanceof Uint8Array) return body;
  throw new WebhookVerificationError('body_not_raw', 'The body must be the bytes or the text as they came: parsed, it cannot be checked');
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(first.length + second.length);
  all.set(first);
  all.set(second, first.length);
  return all;
}

function parse<Event>(body: Uint8Array): Event {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as Event;
  } catch {
    throw new WebhookVerificationError('invalid_body', 'The signature is right, but the body is not JSON');
  }
}
