import { members, type StructuredMember } from './structured-field.js';

/** One window of the limits: what an answer said of it. What it did not say is `undefined`. */
export interface RateLimitWindowState {
  /** The window's name, where the server names it. */
  readonly policy: string | undefined;
  /** Calls that it allows. */
  readonly limit: number | undefined;
  /** Calls left in it. */
  readonly remaining: number | undefined;
  /** Seconds until it has room again, counted from the answer. */
  readonly resetSeconds: number | undefined;
  /** How long it is. */
  readonly windowSeconds: number | undefined;
}

/** What an answer said of the limits: the tightest window, and all of them. */
export interface RateLimitState extends RateLimitWindowState {
  readonly windows: readonly RateLimitWindowState[];
}

/**
 * Reads `RateLimit` and `RateLimit-Policy` (IETF draft: all windows), else the older `X-RateLimit-*` and `RateLimit-*`.
 * What cannot be read counts as not sent.
 */
export function parseRateLimit(headers: Headers, now = Date.now()): RateLimitState | undefined {
  const drafted = draftedWindows(headers.get('ratelimit') ?? '', headers.get('ratelimit-policy') ?? '');
  const plain = plainWindow(headers, now);
  const windows = drafted.some((window) => window.remaining !== undefined) || plain === undefined ? drafted : [plain];
  const [first, ...rest] = windows;
  if (first === undefined) return undefined;
  return { ...rest.reduce((best, window) => (isTighter(window, best) ? window : best), first), windows };
}

function draftedWindows(state: string, policy: string): RateLimitWindowState[] {
  const states = stateMembers(state);
  const policies = members(policy);
  const told = states.map(({ name, limit, remaining, reset }) => {
    const at = policies.findIndex((member) => (name === undefined ? quota(member) === limit : member.name === name));
    const [rules] = at < 0 ? [] : policies.splice(at, 1);
    return { policy: name, limit: limit ?? quota(rules), remaining, resetSeconds: reset, windowSeconds: whole(rules?.parameters.get('w')) };
  });
  const untold = policies
    .filter((member) => quota(member) !== undefined)
    .map((member) => ({ policy: member.name, limit: quota(member), remaining: undefined, resetSeconds: undefined, windowSeconds: whole(member.parameters.get('w')) }));
  return [...told, ...untold];
}

interface WindowNow {
  readonly name: string | undefined;
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  readonly reset: number | undefined;
}

/** `"minute";r=50;t=30, …`; or, as drafts before the eighth have it, one window in `limit=60, remaining=50, reset=30`. */
function stateMembers(field: string): WindowNow[] {
  const found = members(field);
  const named = new Map(found.map((member) => [member.key, whole(member.text)]));
  if (named.has('remaining')) return [{ name: undefined, limit: named.get('limit'), remaining: named.get('remaining'), reset: named.get('reset') }];
  return found
    .map(({ name, parameters }) => ({ name, limit: whole(parameters.get('limit')), remaining: whole(parameters.get('r')), reset: whole(parameters.get('t')) }))
    .filter((window) => window.name !== undefined && window.remaining !== undefined);
}

/** `"minute";q=60`; before the eighth draft the number was the item itself: `60;w=60`. */
function quota(member: StructuredMember | undefined): number | undefined {
  return whole(member?.parameters.get('q')) ?? whole(member?.text);
}

function plainWindow(headers: Headers, now: number): RateLimitWindowState | undefined {
  const number = (name: string): number | undefined => {
    const text = headers.get(`x-ratelimit-${name}`) ?? headers.get(`ratelimit-${name}`) ?? '';
    // Some servers add the rules behind the number: `100, 100;w=60`.
    return whole(/^(\d+)(?:\.\d+)?\s*(?:[,;].*)?$/.exec(text.trim())?.[1]);
  };
  const [limit, remaining, resetSeconds] = [number('limit'), number('remaining'), delta(number('reset'), now)];
  if (limit === undefined && remaining === undefined && resetSeconds === undefined) return undefined;
  return { policy: undefined, limit, remaining, resetSeconds, windowSeconds: undefined };
}

/** Fewer calls left; of two with as few, the one that takes longer. */
function isTighter(one: RateLimitWindowState, other: RateLimitWindowState): boolean {
  const [left, than] = [one.remaining ?? Infinity, other.remaining ?? Infinity];
  return left < than || (left === than && (one.resetSeconds ?? 0) > (other.resetSeconds ?? 0));
}

/** Whole numbers that are sure to be exact; RFC 9651 allows no longer ones. */
function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Some servers give the moment (in seconds or milliseconds since 1970), others the seconds to wait; nobody waits thirty years. */
function delta(value: number | undefined, now: number): number | undefined {
  if (value === undefined || value < 1_000_000_000) return value;
  return Math.max(0, Math.ceil((value < 1_000_000_000_000 ? value : value / 1000) - now / 1000));
}
