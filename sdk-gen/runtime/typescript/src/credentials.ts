import type { Security } from './operation.js';
import type { TokenKeeper } from './token-keeper.js';

/** A secret, or where to get it each time. */
export type Secret = string | (() => string | Promise<string>);

/** How one security scheme of the contract travels, and which option of the client holds it. */
export type Scheme =
  | { readonly kind: 'apiKey'; readonly in: 'header' | 'query' | 'cookie'; readonly name: string; readonly option: string }
  | { readonly kind: 'bearer'; readonly option: string }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  /** Another scheme of `Authorization`: the option holds the whole value. */
  | { readonly kind: 'authorization'; readonly option: string }
  /** Nothing in the request, a client certificate for example. */
  | { readonly kind: 'none' };

export type Schemes = Readonly<Record<string, Scheme>>;

/** What to add to a request. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  readonly cookies: readonly string[];
  /** The access token of a session that was used, so that a 401 can renew it. */
  readonly token?: string;
}

/** A call without a credential. */
export const NO_CREDENTIALS: Credentials = { headers: {}, query: [], cookies: [] };

/** The options of the client that hold secrets, by name. */
export type Secrets = Readonly<Record<string, Secret | undefined>>;

/** Chooses among the alternatives of `security` and fills in the secrets. */
export class CredentialSource {
  readonly #schemes: Schemes;
  readonly #secrets: Secrets;
  readonly #tokens: TokenKeeper | undefined;
  readonly #tokenOption: string | undefined;

  /** `tokenOption` is the option (`accessToken`) in whose place the tokens of a session stand. */
  constructor(schemes: Schemes, secrets: Secrets, tokens?: TokenKeeper, tokenOption?: string) {
    this.#schemes = schemes;
    this.#secrets = secrets;
    this.#tokens = tokens;
    this.#tokenOption = tokenOption;
  }

  /**
   * The credentials of the best alternative that can be met. Whoever signed in acts as that person, so a session
   * goes before a key. `withSession: false` is for the operations that make sessions: they never wait for one.
   */
  async for(security: Security | undefined, withSession = true): Promise<Credentials> {
    const alternatives = (security ?? []).filter((alternative) => alternative.length > 0);
    if (alternatives.length === 0) return NO_CREDENTIALS;
    const usesSession = (alternative: readonly string[]): boolean => alternative.some((scheme) => this.#isSession(scheme));
    const session = withSession && alternatives.some(usesSession) ? await this.#tokens?.current() : undefined;
    const ordered = session === undefined ? alternatives.filter((one) => this.#tokens === undefined || !usesSession(one)) : [...alternatives].sort((a, b) => Number(usesSession(b)) - Number(usesSession(a)));
    for (const alternative of ordered) {
      const filled = await this.#fill(alternative, session?.accessToken);
      if (filled !== undefined) return filled;
    }
    return NO_CREDENTIALS;
  }

  #isSession(scheme: string): boolean {
    const found = this.#schemes[scheme];
    return this.#tokens !== undefined && found?.kind === 'bearer' && found.option === this.#tokenOption;
  }

  async #fill(names: readonly string[], sessionToken: string | undefined): Promise<Credentials | undefined> {
    const filled = { headers: {} as Record<string, string>, query: [] as [string, string][], cookies: [] as string[] };
    let token: string | undefined;
    for (const name of names) {
      const scheme = this.#schemes[name];
      if (scheme === undefined) return undefined;
      if (this.#isSession(name)) token = sessionToken;
      const secret = this.#isSession(name) ? sessionToken : await this.#secret(scheme);
      if (secret === undefined) return undefined;
      put(filled, scheme, secret);
    }
    return token === undefined ? filled : { ...filled, token };
  }

  async #secret(scheme: Scheme): Promise<string | undefined> {
    if (scheme.kind === 'none') return '';
    if (scheme.kind !== 'basic') return value(this.#secrets[scheme.option]);
    const username = await value(this.#secrets[scheme.username]);
    const password = await value(this.#secrets[scheme.password]);
    return username === undefined && password === undefined ? undefined : base64(`${username ?? ''}:${password ?? ''}`);
  }
}

function put(into: { headers: Record<string, string>; query: [string, string][]; cookies: string[] }, scheme: Scheme, secret: string): void {
  if (scheme.kind === 'bearer') into.headers['authorization'] = `Bearer ${secret}`;
  else if (scheme.kind === 'basic') into.headers['authorization'] = `Basic ${secret}`;
  else if (scheme.kind === 'authorization') into.headers['authorization'] = secret;
  else if (scheme.kind === 'apiKey') {
    if (scheme.in === 'header') into.headers[scheme.name.toLowerCase()] = secret;
    else if (scheme.in === 'query') into.query.push([scheme.name, secret]);
    else into.cookies.push(`${scheme.name}=${encodeURIComponent(secret)}`);
  }
}

async function value(secret: Secret | undefined): Promise<string | undefined> {
  return typeof secret === 'function' ? secret() : secret;
}

function base64(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));
}
