import assert from 'node:assert/strict';
import test from 'node:test';
import { Client, RateLimitError } from 'gatepost';
import { baseUrl, root } from './support.mjs';

test('every answer and the refusal say where each window stands, as the API itself tells', async () => {
  const made = await root.keys.create({ name: 'Two calls', scopes: [], limits: { perMinute: 2, perDay: 1000 } });
  const client = new Client({ baseUrl, apiKey: made.secret, maxRetries: 0 });
  assert.equal(client.rateLimit, undefined);

  const { rateLimit } = await client.me.getCurrentUser().withResponse();
  const told = await client.me.getRateLimit();
  const named = (windows) => windows.map((window) => [window.policy ?? window.name, window.limit, window.remaining, window.windowSeconds]).sort();
  assert.ok(told.windows.length >= 2);
  assert.deepEqual(named(rateLimit.windows), named(told.windows));
  assert.deepEqual([rateLimit.policy, rateLimit.limit, rateLimit.remaining], ['key-minute', 2, 1]);

  await client.me.getCurrentUser();
  assert.equal(client.rateLimit.remaining, 0);
  await assert.rejects(client.me.getCurrentUser(), (error) => {
    assert.ok(error instanceof RateLimitError);
    assert.equal(error.rateLimit.policy, 'key-minute');
    assert.deepEqual(error.body.violatedPolicies, [error.rateLimit.policy]);
    assert.ok(error.retryAfter > 0 && error.retryAfter <= 60, `${error.retryAfter} s`);
    assert.equal(error.retryAfter, error.rateLimit.resetSeconds);
    return true;
  });
  await root.keys.revokeKey(made.id);
});
