// A seller's inventory. The API keeps everything; the tool keeps nothing.
import {
  ApiError,
  type Client,
  type CreateItem,
  type Item,
  type ItemCondition,
  type ItemStatus,
  type Message,
  type Order,
  type OrderStatus,
} from 'gatepost';
import { readCsv, type Row } from './csv.js';
import { readMoney } from './money.js';

/** Somebody else changed the item between looking and changing. */
export class ChangedMeanwhile extends Error {}

/** What came of one row of a file. */
export type Imported = { row: number; item: Item } | { row: number; fault: string };

export class Inventory {
  constructor(private readonly client: Client) {}

  /** Offers every row of a CSV. A row that is refused does not stop the others; the same file again makes nothing twice. */
  async *import(csv: string): AsyncGenerator<Imported> {
    const categories = await this.#categories();
    let row = 0;
    for (const fields of readCsv(csv)) {
      row += 1;
      try {
        const item = await this.client.items.create(offer(fields, categories), { idempotencyKey: await keyOf(row, fields) });
        yield { row, item };
      } catch (error) {
        yield { row, fault: inWords(error) };
      }
    }
  }

  list(status?: ItemStatus): AsyncIterable<Item> {
    return this.client.me.listMyItems({ limit: 100, status });
  }

  /** Changes a price, unless somebody changed the item since it was read. */
  async price(itemId: string, amount: string): Promise<Item> {
    const { data: item, response } = await this.client.items.get(itemId).withResponse();
    return await this.reprice(item, amount, response.headers.get('etag') ?? '*');
  }

  /** Changes the price of an item that was read before, with the ETag of that time. */
  async reprice(item: Item, amount: string, etag: string): Promise<Item> {
    try {
      return await this.client.items.update(item.id, { price: readMoney(amount, item.price.currency) }, { ifMatch: etag });
    } catch (error) {
      if (error instanceof ApiError && error.status === 412) throw new ChangedMeanwhile(`${item.title} was changed meanwhile; look again`);
      throw error;
    }
  }

  orders(status?: OrderStatus): AsyncIterable<Order> {
    return this.client.me.listMyOrders({ role: 'seller', limit: 100, status });
  }

  complete(orderId: string): Promise<Order> {
    return this.client.orders.complete(orderId);
  }

  cancel(orderId: string): Promise<Order> {
    return this.client.orders.cancel(orderId);
  }

  messages(orderId: string): AsyncIterable<Message> {
    return this.client.messages.list(orderId, { limit: 100 });
  }

  reply(orderId: string, text: string): Promise<Message> {
    return this.client.messages.send(orderId, { text });
  }

  /** The categories' ids by their slugs. */
  async #categories(): Promise<Map<string, string>> {
    const ids = new Map<string, string>();
    for await (const { slug, id } of this.client.categories.list({ limit: 100 })) ids.set(slug, id);
    return ids;
  }
}

function offer(row: Row, categories: Map<string, string>): CreateItem {
  const categoryId = row.category ? categories.get(row.category) : undefined;
  if (row.category && !categoryId) throw new Error(`there is no category ${row.category}`);
  return {
    title: row.title ?? '',
    description: row.description ?? '',
    price: readMoney(row.price ?? '', row.currency || 'EUR'),
    condition: row.condition as ItemCondition,
    ...(categoryId ? { categoryId } : {}),
  };
}

/** The same row of the same file is the same request. */
async function keyOf(row: number, fields: Row): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([row, fields]));
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `import-${[...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** What was refused, with each fault and its place. */
export function inWords(error: unknown): string {
  if (!(error instanceof ApiError)) return error instanceof Error ? error.message : String(error);
  const faults = error.errors.map(({ pointer, message }) => `${pointer} ${message}`);
  return [error.detail ?? error.message, ...faults].join('; ');
}
