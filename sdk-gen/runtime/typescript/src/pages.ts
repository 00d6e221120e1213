import { ApiPromise } from './promise.js';

/** How an operation turns its pages, as the contract says. */
export type Paging = {
  /** The way to the array in the answer; empty when the answer itself is the array. */
  readonly items: readonly string[];
  /** Where the parameter below goes. */
  readonly place: 'params' | 'body';
  /** The key of the parameter that moves on. */
  readonly parameter: string;
} & (
  | { readonly kind: 'cursor'; /** The way to the next cursor in the answer. */ readonly next: readonly string[] }
  | { readonly kind: 'number'; readonly first: number }
  | { readonly kind: 'offset' }
);

/** The arguments that change from page to page. */
export interface PageInput {
  readonly params?: object | undefined;
  readonly body?: unknown;
}

/** What a page can do beside being the answer. */
export interface PageMethods<Item, Body> {
  hasNextPage(): boolean;
  /** The page after this one, or `undefined` after the last. */
  getNextPage(): Promise<Page<Item, Body> | undefined>;
  /** The items of this page and of all that follow. */
  [Symbol.asyncIterator](): AsyncIterator<Item>;
}

/** The answer as the contract describes it; a field of its own keeps its name. */
export type Page<Item, Body> = Body & Omit<PageMethods<Item, Body>, keyof Body>;

/** Fetches the page that these arguments ask for. */
export type FetchPage<Body> = (input: PageInput) => ApiPromise<Body>;

/**
 * A list on its way: await it for its first page, or loop over it for every item of every page.
 * Later pages are fetched when the loop gets there.
 */
export class PagePromise<Item, Body> extends ApiPromise<Page<Item, Body>> implements AsyncIterable<Item> {
  /** The pages, one by one. */
  async *pages(): AsyncGenerator<Page<Item, Body>, void, undefined> {
    let page: Page<Item, Body> | undefined = await this;
    while (page !== undefined) {
      yield page;
      page = await methodsOf<Item, Body>(page).getNextPage();
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void, undefined> {
    for await (const page of this.pages()) {
      // Not `yield*`: a page that is an array itself would give out the items of all pages.
      for (const item of methodsOf<Item, Body>(page).items) yield item;
    }
  }

  /** Every item of every page, at most `limit` of them. */
  async all(limit = Infinity): Promise<Item[]> {
    const found: Item[] = [];
    if (limit <= 0) return found;
    for await (const item of this) {
      found.push(item);
      if (found.length >= limit) break;
    }
    return found;
  }
}

interface HiddenMethods<Item, Body> extends PageMethods<Item, Body> {
  readonly items: readonly Item[];
}

const METHODS = new WeakMap<object, HiddenMethods<unknown, unknown>>();

function methodsOf<Item, Body>(page: Page<Item, Body>): HiddenMethods<Item, Body> {
  const found = typeof page === 'object' && page !== null ? METHODS.get(page) : undefined;
  return (found ?? { items: [], hasNextPage: () => false, getNextPage: () => Promise.resolve(undefined) }) as unknown as HiddenMethods<Item, Body>;
}

/** Gives a body the methods of a page. They cannot be enumerated, so the page still prints and copies as the answer. */
export function asPage<Item, Body>(body: Body, paging: Paging, input: PageInput, fetchPage: (input: PageInput) => Promise<Page<Item, Body>>): Page<Item, Body> {
  if (typeof body !== 'object' || body === null) return body as Page<Item, Body>;
  const items = itemsOf<Item>(body, paging);
  const next = nextInput(body, paging, input, items.length);
  const methods: HiddenMethods<Item, Body> = {
    items,
    hasNextPage: () => next !== undefined,
    getNextPage: async () => (next === undefined ? undefined : fetchPage(next)),
    async *[Symbol.asyncIterator]() {
      for (let page: HiddenMethods<Item, Body> | undefined = methods; page !== undefined; ) {
        for (const item of page.items) yield item;
        const after: Page<Item, Body> | undefined = await page.getNextPage();
        page = after === undefined ? undefined : methodsOf<Item, Body>(after);
      }
    },
  };
  METHODS.set(body, methods as HiddenMethods<unknown, unknown>);
  for (const name of ['hasNextPage', 'getNextPage', Symbol.asyncIterator] as const) {
    if (!(name in body)) Object.defineProperty(body, name, { value: methods[name], enumerable: false });
  }
  return body as Page<Item, Body>;
}

/** The arguments of the next page, or `undefined` after the last. */
function nextInput(body: object, paging: Paging, input: PageInput, count: number): PageInput | undefined {
  const sent = paging.place === 'body' ? record(input.body) : record(input.params);
  const value = nextValue(body, paging, sent[paging.parameter], count);
  if (value === undefined) return undefined;
  const moved = { ...sent, [paging.parameter]: value };
  return paging.place === 'body' ? { ...input, body: moved } : { ...input, params: moved };
}

function nextValue(body: object, paging: Paging, sent: unknown, count: number): unknown {
  if (paging.kind === 'cursor') {
    const cursor = at(body, paging.next);
    // The same cursor again would never end.
    return cursor === null || cursor === undefined || cursor === '' || cursor === false || cursor === sent ? undefined : cursor;
  }
  // An empty page is the last: how full a full page is, only the server knows.
  if (count === 0) return undefined;
  if (paging.kind === 'number') return (numeric(sent) ?? paging.first) + 1;
  return (numeric(sent) ?? 0) + count;
}

function numeric(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function itemsOf<Item>(body: object, paging: Paging): readonly Item[] {
  const found = at(body, paging.items);
  return Array.isArray(found) ? (found as Item[]) : [];
}

function at(value: unknown, way: readonly string[]): unknown {
  return way.reduce<unknown>((inner, name) => record(inner)[name], value);
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
