// What is kept with a key comes back wherever the key does. (Its types are checked by first-day.ts.)
import assert from 'node:assert/strict';
import test from 'node:test';
import { root } from './support.mjs';

test('metadata is kept, verified, listed, changed and cleared', async () => {
  const namespace = `plans-${Date.now()}`;
  const key = await root.keys.create({ name: 'Typed', namespace, metadata: { plan: 'pro', seats: 5 } });
  assert.deepEqual(key.metadata, { plan: 'pro', seats: 5 });
  assert.equal((await root.keys.verify({ key: key.secret, cost: 0 })).metadata.plan, 'pro');
  assert.equal((await root.keys.get(key.id)).metadata.seats, 5);
  const plans = [];
  for await (const one of root.keys.list({ namespace })) plans.push(one.metadata.plan);
  assert.deepEqual(plans, ['pro']);
  assert.deepEqual((await root.keys.update(key.id, { metadata: { plan: 'free' } })).metadata, { plan: 'free' });
  const next = await root.keys.rotate(key.id, { gracePeriodSeconds: 0 });
  assert.equal(next.metadata.plan, 'free');
  assert.equal((await root.keys.update(next.id, { metadata: null })).metadata, null);
  await root.keys.revokeKey(next.id);
});
