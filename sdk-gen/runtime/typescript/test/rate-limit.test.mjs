import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import { parseRateLimit } from '../dist/rate-limit.js';
import { client, fakeServer, json } from './support/fake.mjs';

const NOW = 1_700_000_000_000;
const read = { method: 'GET', path: '/things' };
const limits = (headers) => parseRateLimit(new Headers(headers), NOW);
const window = (parts) => ({ policy: undefined, limit: undefined, remaining: undefined, resetSeconds: undefined, windowSeconds: undefined, ...parts });
const alone = (parts) => ({ ...window(parts), windows: [window(parts)] });

test('every window of the draft is read, and the tightest is the state', () => {
  const minute = { policy: 'minute', limit: 60, remaining: 50, resetSeconds: 30, windowSeconds: 60 };
  const day = { policy: 'day', limit: 1000, remaining: 4, resetSeconds: 4000, windowSeconds: 86400 };
  const headers = { 'ratelimit-policy': '"minute";q=60;w=60, "day";q=1000;w=86400', ratelimit: '"minute";r=50;t=30, "day";r=4;t=4000' };
  assert.deepEqual(limits(headers), { ...day, windows: [minute, day] });
  assert.deepEqual(limits({ ...headers, 'x-ratelimit-remaining': '7' }).remaining, 4, 'the draft goes before the older headers');
});

test('of two windows with as many calls left, the one that opens later is the tightest', () => {
  assert.equal(limits({ ratelimit: '"minute";r=0;t=30, "day";r=0;t=4000' }).policy, 'day');
  assert.equal(limits({ ratelimit: '"day";r=0;t=4000, "minute";r=0;t=30' }).policy, 'day');
});

test('structured fields are read as such: commas, quotes and spaces in a name, parameters of other kinds', () => {
  const field = { ratelimit: '"a, \\"b\\";r=9";r=3; t=2;pk=:cHl0aG9u:;x', 'ratelimit-policy': '"a, \\"b\\";r=9"; q=5; w=60;qu="requests"' };
  assert.deepEqual(limits(field), alone({ policy: 'a, "b";r=9', limit: 5, remaining: 3, resetSeconds: 2, windowSeconds: 60 }));
  assert.deepEqual(limits({ ratelimit: 'default;r=3' }), alone({ policy: 'default', remaining: 3 }));
  const untold = limits({ ratelimit: '"a";r=3', 'ratelimit-policy': '"b";q=5;w=60, "a";q=4;w=1' });
  assert.deepEqual(untold.windows, [window({ policy: 'a', limit: 4, remaining: 3, windowSeconds: 1 }), window({ policy: 'b', limit: 5, windowSeconds: 60 })]);
});

test('the earlier draft with its one window is read too', () => {
  const headers = { ratelimit: 'limit=100, remaining=50, reset=5', 'ratelimit-policy': '10;w=1, 100;w=60' };
  assert.deepEqual(limits(headers).windows, [window({ limit: 100, remaining: 50, resetSeconds: 5, windowSeconds: 60 }), window({ limit: 10, windowSeconds: 1 })]);
});

test('the older headers fill in: seconds, or the moment in seconds or milliseconds', () => {
  const older = (reset) => limits({ 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': reset });
  for (const reset of ['60', '1700000060', '1700000060000']) assert.deepEqual(older(reset), alone({ limit: 20, remaining: 3, resetSeconds: 60 }), reset);
  assert.equal(older('1600000000').resetSeconds, 0, 'a moment that has passed');
  assert.deepEqual(limits({ 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '9' }), alone({ limit: 100, remaining: 9 }));
  assert.equal(limits({ 'ratelimit-policy': '"a";q=5;w=60', 'x-ratelimit-remaining': '2' }).remaining, 2);
});

test('garbage counts as not sent', () => {
  const garbage = ['"a";r=-1', '"a";r=1.5', '"a";r=1e3', '"a";r=0x10', '"a;r=1', '"a";r=1,,"b";r=2', '"a";r=1 "b"', '("a");r=1', '"a"', ';r=1', '=', '"a";r=1234567890123456', '\u00ff', '"a";R=1'];
  for (const field of garbage) {
    assert.equal(limits({ ratelimit: field }), undefined, field);
    assert.equal(limits({ ratelimit: field, 'x-ratelimit-remaining': '4' }).remaining, 4, field);
  }
  for (const number of ['', 'many', '-1', 'NaN', 'Infinity', '0x10', '1e3']) assert.equal(limits({ 'x-ratelimit-limit': number }), undefined, number);
  assert.equal(limits({ ratelimit: `"${'\\"'.repeat(20_000)}` }), undefined, 'and is not looked at for long');
});

test('an API that does not speak of limits has none', async (t) => {
  const server = await fakeServer(t, (_, response) => json(response, 200, {}));
  const api = client(server.url);
  assert.equal((await api.call(read).withResponse()).rateLimit, undefined);
  assert.equal(api.rateLimit, undefined);
});

test('each answer and each error has its own limits, and the client those of the last', async (t) => {
  let left = 2;
  const server = await fakeServer(t, (_, response) => {
    left -= 1;
    const headers = { 'ratelimit-policy': '"minute";q=2;w=60', ratelimit: `"minute";r=${Math.max(left, 0)};t=12` };
    if (left >= 0) json(response, 200, {}, headers);
    else json(response, 429, { code: 'RATE_LIMITED' }, { ...headers, 'retry-after': '12' });
  });
  const api = client(server.url);
  const [first, second] = [await api.call(read).withResponse(), await api.call(read).withResponse()];
  assert.deepEqual([first.rateLimit.remaining, second.rateLimit.remaining, api.rateLimit.remaining], [1, 0, 0]);
  await assert.rejects(api.call(read, {}, { maxRetries: 0 }), (error) => {
    assert.deepEqual([error.rateLimit.policy, error.rateLimit.limit, error.rateLimit.resetSeconds, error.retryAfter], ['minute', 2, 12, 12]);
    return true;
  });
});
