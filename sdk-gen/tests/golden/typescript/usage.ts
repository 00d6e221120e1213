// Compiled with the package that is made of spec.yaml (as src/usage.ts): what users write must have the right types.
import { Client, type Cat, type Dog, type Thing, verifyWebhook, type WebhookEvent } from './index.js';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => undefined;

export async function usage(client: Client): Promise<void> {
  for await (const thing of client.things.list({ limit: 1, where: { size: 2, tags: ['a'] }, ids: [1], query: { any: [null, 1] } })) same<typeof thing, Thing>(true);
  const page = await client.things.list();
  same<typeof page.data, Thing[]>(true);
  const next = await page.getNextPage();
  same<NonNullable<typeof next>['data'], Thing[]>(true);

  const made = await client.things.create({ dryRun: true }, { name: 'n', color: 'a colour of tomorrow', maybe: null }, { timeoutMs: 1 });
  same<typeof made, Thing | undefined>(true);
  await client.things.create({ dryRun: false });
  // @ts-expect-error the parameters are required
  await client.things.create({ name: 'n', color: 'red', maybe: null });
  // @ts-expect-error a name is required
  await client.things.create({ dryRun: true }, { color: 'red', maybe: null });
  // @ts-expect-error options are not parameters
  client.things.list({ timeoutMs: 5 });

  const animal = await client.request_.sendForm({ b: [1] });
  if (animal.kind === 'cat') same<typeof animal, Cat & { kind: 'cat' }>(true);
  else same<typeof animal, Dog & { kind: 'dog' | 'wolf' }>(true);

  await client.things.attachFile('x', { file: new Blob(['a']), more: [{ content: 'b', name: 'b.txt' }] });
  const { data, response } = await client.things.downloadFile('x').withResponse();
  same<typeof data, typeof response>(true);
  const nothing = await client.things.uploadFile('x', new Uint8Array(1));
  same<typeof nothing, void>(true);

  const event = await verifyWebhook<WebhookEvent>({ body: '', headers: {}, secret: '' });
  if (event.type === 'thing.created') same<typeof event.data, Thing>(true);
}
