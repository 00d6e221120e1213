// Compiled against the installed package: a stranger's first program must type-check as it stands.
import { Client, type Item, type Key, NotFoundError, PermissionDeniedError, RateLimitError, UnprocessableError } from 'gatepost';
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

interface Plan {
  plan: string;
}

/** Metadata has the type that its owner says, or that it is given with. */
export async function plans(): Promise<string[]> {
  const key = await client.keys.create<Plan>({ name: 'k', metadata: { plan: 'pro' } });
  const shown: Key<Plan> = await client.keys.get<Plan>(key.id);
  const { metadata } = await client.keys.update(key.id, { metadata: { plan: 'free', seats: 5 } });
  const found = [key.metadata.plan, shown.metadata.plan, metadata.plan, metadata.seats.toFixed()];
  for await (const one of client.keys.list<Plan | null>()) found.push(one.metadata?.plan ?? 'none');
  const verified = await client.keys.verify<Plan>({ key: key.secret });
  found.push(verified.metadata.plan, (await client.keys.rotate<Plan>(key.id, {})).metadata.plan);
  const plain: Key = await client.keys.get(key.id);
  // @ts-expect-error a plan has no such property
  console.log(key.metadata.seats);
  // @ts-expect-error this is no plan
  await client.keys.create<Plan>({ name: 'k', metadata: { plan: 5 } });
  // @ts-expect-error without a word there may be none
  console.log(plain.metadata.plan);
  return found;
}
