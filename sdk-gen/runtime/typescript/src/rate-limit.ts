/** What the last answer said of the tightest limit. */
export interface RateLimit {
  /** Calls a window allows. */
  readonly limit: number | undefined;
  /** Calls left in the window. */
  readonly remaining: number | undefined;
  /** Seconds until the window has room again. */
  readonly resetSeconds: number | undefined;
  /** The name of the window, if the server names it. */
  readonly policy: string | undefined;
}

/** Reads `RateLimit` and `RateLimit-Policy` (IETF draft), else the older `X-RateLimit-*` and `RateLimit-*` headers. */
export function parseRateLimit(headers: Headers, now = Date.now()): RateLimit | undefined {
  const current = structured(headers.get('ratelimit'));
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

/** The first member of a list of RFC 9651 items with parameters: `"minute";r=50;t=30`. */
function structured(text: string | null): StructuredItem | undefined {
  const first = text?.split(',')[0];
  if (first === undefined || !first.includes(';')) return undefined;
  const [name = '', ...rest] = first.split(';').map((part) => part.trim());
  const parameters = new Map(rest.map((part) => part.split('=', 2)).map(([key = '', value = '']) => [key.trim(), value.trim()]));
  return { name: name.replace(/^"|"$/g, ''), parameters };
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
