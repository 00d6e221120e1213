import assert from 'node:assert/strict';
import test from 'node:test';
import { MemoryTokenStore, RateLimitError, UnauthenticatedError } from 'gatepost';
import { camera, countingFetch, nobody } from './support.mjs';

// One account and one sign-in for all tests here: sign-in is limited to a few an address.
const credentials = { email: `ada-${crypto.randomUUID()}@example.com`, password: 'wear-a-blue-raincoat-today' };
const store = new MemoryTokenStore();
const { fetch, count } = countingFetch();
const client = nobody({ tokenStore: store, fetch });
const REFRESH = 'POST /v1/auth/refresh';

/** As if the access token had ended a second ago. */
const expire = () => store.save({ ...store.load(), expiresAt: Date.now() - 1000 });

test('a session from the first day to the last', async (t) => {
  await t.test('signing up and signing in keeps the tokens', async () => {
    await client.auth.registerAccount({ ...credentials, name: 'Ada' });
    const pair = await client.auth.loginWithPassword(credentials);
    assert.equal(pair.tokenType, 'Bearer');
    assert.equal(store.load().accessToken, pair.accessToken);
    const me = await client.auth.getMe();
    assert.deepEqual([me.email, me.name, me.id], [credentials.email, 'Ada', pair.userId]);
  });

  await t.test('who signed in makes things of the own', async () => {
    const item = await client.items.create(camera());
    assert.equal(item.sellerId, (await client.auth.getMe()).id);
    await client.items.delete(item.id);
  });

  await t.test('an expired access token is renewed without a word', async () => {
    const before = store.load();
    expire();
    await client.auth.getMe();
    assert.equal(count(REFRESH), 1);
    assert.notEqual(store.load().accessToken, before.accessToken);
    assert.notEqual(store.load().refreshToken, before.refreshToken);
  });

  await t.test('a token that the server refuses is renewed once', async () => {
    store.save({ accessToken: 'not.a.token', refreshToken: store.load().refreshToken });
    await client.auth.getMe();
    assert.equal(count(REFRESH), 2);
  });

  await t.test('fifty calls at expiry make one refresh and no failure', async () => {
    expire();
    const answers = await Promise.all(Array.from({ length: 50 }, () => client.me.getRateLimit()));
    assert.equal(answers.length, 50);
    assert.equal(count(REFRESH), 3);
  });

  await t.test('logout ends this session on the server, and the client knows', async () => {
    const kept = new MemoryTokenStore();
    const elsewhere = nobody({ tokenStore: kept });
    await elsewhere.auth.loginWithPassword(credentials);
    const before = kept.load();
    await elsewhere.logout();
    assert.equal(kept.load(), undefined);
    await assert.rejects(nobody({ accessToken: before.accessToken }).auth.getMe(), UnauthenticatedError);
    assert.equal((await client.auth.getMe()).email, credentials.email);
  });

  await t.test('signing out everywhere ends it, and the client knows', async () => {
    await client.sessions.revokeAll();
    assert.equal(store.load(), undefined);
    await assert.rejects(client.auth.getMe(), UnauthenticatedError);
  });

  await t.test('429: over the limit, with the seconds to wait', async () => {
    const spent = { email: `eve-${crypto.randomUUID()}@example.com`, password: credentials.password };
    await client.auth.registerAccount({ ...spent, name: 'Eve' });
    await client.auth.loginWithPassword(spent);
    let refused;
    // A free account has 1,000 calls a day.
    for (let call = 0; call < 1100 && refused === undefined; call++) {
      refused = await client.me.getCurrentUser({ maxRetries: 0 }).then(
        () => undefined,
        (error) => error,
      );
    }
    assert.ok(refused instanceof RateLimitError, `${refused}`);
    assert.deepEqual([refused.status, refused.code, refused.rateLimit.remaining], [429, 'RATE_LIMITED', 0]);
    assert.ok(refused.retryAfter >= 0 && refused.retryAfter <= 86_400);
    assert.match(refused.requestId, /^req_/);
  });
});
