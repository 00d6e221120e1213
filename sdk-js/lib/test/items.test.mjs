import assert from 'node:assert/strict';
import test from 'node:test';
import { NotFoundError } from 'gatepost';
import { camera, root } from './support.mjs';

test('an item is created, read, changed and deleted', async () => {
  const made = await root.items.create(camera({ description: 'Serviced.' }));
  assert.match(made.id, /^itm_/);
  assert.deepEqual([made.title, made.status, made.price], ['Rangefinder camera', 'active', { amount: 24900, currency: 'EUR' }]);
  assert.deepEqual(await root.items.get(made.id), made);
  const changed = await root.items.update(made.id, { price: { amount: 19900, currency: 'EUR' } });
  assert.deepEqual([changed.id, changed.price.amount, changed.title], [made.id, 19900, made.title]);
  assert.equal(await root.items.delete(made.id), undefined);
  await assert.rejects(root.items.get(made.id), NotFoundError);
});

test('a list is walked item by item and page by page', async () => {
  const made = [];
  for (let number = 0; number < 5; number++) made.push((await root.items.create(camera({ title: `Lens ${number}` }))).id);
  const { sellerId } = await root.items.get(made[0]);
  const walked = [];
  for await (const item of root.items.list({ sellerId, limit: 2 })) {
    walked.push(item.id);
    if (walked.length > 1000) break;
  }
  assert.equal(new Set(walked).size, walked.length);
  for (const id of made) assert.ok(walked.includes(id), id);
  const first = await root.items.list({ sellerId, limit: 2 });
  assert.equal(first.data.length, 2);
  assert.ok(first.hasNextPage());
  const next = await first.getNextPage();
  assert.deepEqual([...first.data, ...next.data].map((item) => item.id), walked.slice(0, 4));
  for await (const page of root.items.list({ sellerId, limit: 3 }).pages()) assert.ok(page.data.length <= 3);
  for (const id of made) await root.items.delete(id);
});

test('the same idempotency key makes one item', async () => {
  const idempotencyKey = crypto.randomUUID();
  const one = await root.items.create(camera(), { idempotencyKey });
  const two = await root.items.create(camera(), { idempotencyKey });
  assert.equal(one.id, two.id);
  await root.items.delete(one.id);
});

test('the answer itself is there for those who want it, and so are the limits', async () => {
  const { data, response, requestId } = await root.me.getCurrentUser().withResponse();
  assert.equal(response.status, 200);
  assert.match(requestId, /^req_/);
  assert.equal(data.credential, 'rootKey');
  assert.ok(root.rateLimit.limit > 0);
  const raw = await root.items.list({ limit: 1 }).asResponse();
  assert.ok(Array.isArray((await raw.json()).data));
});
