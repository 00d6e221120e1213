/** What the last answer said of the tightest limit. */
export interface RateLimitState {
  /** Calls a window allows. */
  readonly limit: number | undefined;
  /** Calls left in the window. */
  readonly remaining: number | undefined;
  /** Seconds until the window has room again. */
  readonly resetSeconds: number | undefined;
  /** The name of the window, if the server names it. */
  readonly policy: string | undefined;
}

/** Reads `RateLimit` and `RateLimit-Policy` (IETF draft, the tightest window), else the older `X-RateLimit-*` and `RateLimit-*`. */
export function parseRateLimit(headers: Headers, now = Date.now()): RateLimitState | undefined {
  const current = tightest((headers.get('ratelimit') ?? '').split(',').map(structured));
  const plain = (name: string): number | undefined => count(headers.get(`x-ratelimit-${name}`) ?? headers.get(`ratelimit-${name}`));
  const limit = count(policyOf(headers, current?.name)?.parameters.get('q')) ?? count(current?.parameters.get('limit')) ?? plain('limit');
  const remaining = count(current?.parameters.get('r')) ?? plain('remaining');
  const resetSeconds = count(current?.parameters.get('t')) ?? delta(plain('reset'), now);
  if (limit === undefined && remaining === undefined && resetSeconds === undefined) return undefined;
  return { limit, remaining, resetSeconds, policy: current?.name };
}

interface StructuredItem {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** An RFC 9651 item with parameters: `"minute";r=50;t=30`. */
function structured(text: string): StructuredItem | undefined {
  if (!text.includes(';')) return undefined;
  const [name = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = new Map(rest.map((part) => part.split('=', 2)).map(([key = '', value = '']) => [key.trim(), value.trim()]));
  return { name: name.replace(/^"|"$/g, ''), parameters };
}

/** The window with the fewest calls left. */
function tightest(windows: readonly (StructuredItem | undefined)[]): StructuredItem | undefined {
  const left = (window: StructuredItem): number => count(window.parameters.get('r')) ?? Infinity;
  return windows.reduce((best, window) => (window !== undefined && (best === undefined || left(window) < left(best)) ? window : best), undefined);
}

function policyOf(headers: Headers, name: string | undefined): StructuredItem | undefined {
  const policies = (headers.get('ratelimit-policy') ?? '').split(',').map(structured);
  return policies.find((policy) => policy?.name === name) ?? policies[0];
}

function count(text: string | null | undefined): number | undefined {
  if (text === null || text === undefined || text === '') return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Some servers give the moment (seconds since 1970), others the seconds to wait; nobody waits thirty years. */
function delta(value: number | undefined, now: number): number | undefined {
  if (value === undefined || value < 1_000_000_000) return value;
  return Math.max(0, Math.ceil(value - now / 1000));
}
