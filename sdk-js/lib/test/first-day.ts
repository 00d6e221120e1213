// Compiled against the installed package: a stranger's first program must type-check as it stands.
import { Client, type Item, NotFoundError, PermissionDeniedError, RateLimitError, UnprocessableError } from 'gatepost';
import { FileTokenStore } from 'gatepost/node';

const client = new Client({ apiKey: 'gp_live_…', tokenStore: new FileTokenStore('tokens.json'), timeoutMs: 5_000, maxRetries: 3 });

export async function firstDay(signal: AbortSignal): Promise<Item[]> {
  const made = await client.items.create({ title: 'Camera', price: { amount: 100, currency: 'EUR' }, condition: 'likeNew' }, { signal, idempotencyKey: 'mine' });
  await client.items.update(made.id, { categoryId: null });
  const found: Item[] = [];
  for await (const item of client.items.list({ status: 'active', limit: 50 })) found.push(item);
  const page = await client.items.list();
  const count: number = page.data.length;
  const { data, response, requestId } = await client.items.get(made.id).withResponse();
  console.log(count, data.title, response.headers, requestId, client.rateLimit?.remaining);
  const key = await client.keys.create({ name: 'k', scopes: ['read:items'], expiresInSeconds: 60 });
  const { valid, code } = await client.keys.verify({ key: key.secret, scopes: ['read:items'], cost: 0 });
  console.log(valid, code);
  try {
    await client.items.delete(made.id);
  } catch (error) {
    if (error instanceof RateLimitError) console.log(error.retryAfter?.toFixed());
    else if (error instanceof PermissionDeniedError) console.log(error.requiredScopes.join());
    else if (error instanceof UnprocessableError) console.log(error.errors.map((fault) => fault.pointer));
    else if (!(error instanceof NotFoundError)) throw error;
  }
  return found;
}
