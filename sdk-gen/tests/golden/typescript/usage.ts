// Compiled with the package that is made of spec.yaml (as src/usage.ts): what users write must have the right types.
import { Client, type Box, type Cat, type Dog, type Thing, unwrapWebhook, verifyWebhook, type WebhookEvent } from './index.js';

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

  // What is kept with a box is the caller's to type: said, or seen in what is given.
  interface Plan {
    plan: string;
  }
  const box = await client.boxes.create<Plan>({ id: 'b', metadata: { plan: 'pro' } });
  same<typeof box.metadata.plan, string>(true);
  same<typeof box.inner, Box<Plan> | undefined>(true);
  const seen = await client.boxes.create({ id: 'b', metadata: { seats: 5 } });
  same<typeof seen.metadata, { seats: number }>(true);
  const free = await client.boxes.create({ id: 'b' });
  same<typeof free, Box>(true);
  same<typeof free.metadata, { [key: string]: unknown } | null>(true);
  for await (const one of client.boxes.list<Plan | null>()) same<typeof one.metadata, Plan | null>(true);
  const { boxes, labels } = await client.boxes.fill({ labels: { color: 'red' }, metadata: null });
  same<(typeof boxes)[number]['metadata'], null>(true);
  same<typeof labels, { color: string } | undefined>(true);
  // @ts-expect-error a plan has no such property
  console.log(box.metadata.seats);
  // @ts-expect-error this is no plan
  await client.boxes.create<Plan>({ id: 'b', metadata: { plan: 5 } });
  // @ts-expect-error there may be none
  console.log(free.metadata['plan']);
  // @ts-expect-error it is an object
  await client.boxes.create({ id: 'b', metadata: 'pro' });

  const event = await verifyWebhook<WebhookEvent>({ body: '', headers: {}, secret: '' });
  if (event.type === 'thing.created') same<typeof event.data, Thing>(true);
  if (event.type === 'box.made') same<typeof event.data, Box>(true);
  const unwrapped = await unwrapWebhook({ body: '', headers: {}, secret: ['', ''] });
  same<typeof unwrapped, WebhookEvent>(true);
}
