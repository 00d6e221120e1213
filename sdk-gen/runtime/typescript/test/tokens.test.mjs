import assert from 'node:assert/strict';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { UnauthenticatedError } from '../dist/errors.js';
import { FileTokenStore } from '../dist/node.js';
import { TokenKeeper } from '../dist/token-keeper.js';
import { LocalStorageTokenStore, MemoryTokenStore } from '../dist/token-store.js';
import { client, fakeServer, json } from './support/fake.mjs';

const me = { method: 'GET', path: '/me', security: [['apiKey'], ['bearer']] };
const login = { method: 'POST', path: '/login', body: ['application/json'], security: [[], ['apiKey'], ['bearer']], tokens: 'issue' };
const logout = { method: 'POST', path: '/logout', answer: 'none', security: [['bearer']], tokens: 'revoke' };

/** A server with one valid access token; each refresh token works once. */
async function authServer(t, { delayMs = 0 } = {}) {
  const state = { valid: 'a1', refreshToken: 'r1', refreshes: 0, serial: 1, refuse: false };
  const server = await fakeServer(t, async (request, response) => {
    if (request.url === '/refresh') {
      state.refreshes++;
      const { refreshToken } = JSON.parse(request.body);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      if (state.refuse || refreshToken !== state.refreshToken) return json(response, 401, { code: 'INVALID_REFRESH_TOKEN' });
      state.serial++;
      state.valid = `a${state.serial}`;
      state.refreshToken = `r${state.serial}`;
      return json(response, 200, { accessToken: state.valid, refreshToken: state.refreshToken, expiresIn: 900, tokenType: 'Bearer' });
    }
    if (request.url === '/login') return json(response, 200, { accessToken: state.valid, refreshToken: state.refreshToken, expiresIn: 900 });
    if (request.url === '/logout') return json(response, 204);
    const ok = request.headers.authorization === `Bearer ${state.valid}` || request.headers['x-api-key'] === 'key';
    return ok ? json(response, 200, { ok: true }) : json(response, 401, { code: 'TOKEN_EXPIRED' });
  });
  return { ...server, state };
}

test('fifty calls at expiry make one refresh and no failure', async (t) => {
  const server = await authServer(t, { delayMs: 30 });
  const tokenStore = new MemoryTokenStore({ accessToken: 'old', refreshToken: 'r1', expiresAt: Date.now() - 1000 });
  const api = client(server.url, { tokenStore });
  const answers = await Promise.all(Array.from({ length: 50 }, () => api.call(me)));
  assert.equal(answers.length, 50);
  assert.equal(server.state.refreshes, 1);
  assert.equal(tokenStore.load().accessToken, 'a2');
});

test('fifty calls whose token the server refuses make one refresh and no failure', async (t) => {
  const server = await authServer(t, { delayMs: 30 });
  const api = client(server.url, { accessToken: 'opaque-and-dead', refreshToken: 'r1' });
  await Promise.all(Array.from({ length: 50 }, () => api.call(me)));
  assert.equal(server.state.refreshes, 1);
  assert.equal(server.calls.filter((call) => call.url === '/me').length, 100);
});

test('a slow store does not let a late caller send a used refresh token', async (t) => {
  const server = await authServer(t);
  const inner = new MemoryTokenStore({ accessToken: 'old', refreshToken: 'r1', expiresAt: 1 });
  let reads = 0;
  const tokenStore = {
    load: async () => {
      const seen = inner.load();
      await new Promise((resolve) => setTimeout(resolve, reads++ % 2 === 0 ? 1 : 60));
      return seen;
    },
    save: (tokens) => inner.save(tokens),
    clear: () => inner.clear(),
  };
  const api = client(server.url, { tokenStore });
  await Promise.all(Array.from({ length: 10 }, () => api.call(me)));
  assert.equal(server.state.refreshes, 1);
});

test('the end of a JWT is read from the token itself', async (t) => {
  const server = await authServer(t);
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const expired = `${part({ alg: 'ES256' })}.${part({ iat: 1, exp: 2, name: 'ü' })}.x`;
  await client(server.url, { accessToken: expired, refreshToken: 'r1' }).call(me);
  assert.equal(server.calls[0].url, '/refresh');
});

test('a token close to its end is renewed by one caller while the others go on with it', async () => {
  let renewals = 0;
  const store = new MemoryTokenStore({ accessToken: 'old', refreshToken: 'r', expiresAt: Date.now() + 60_000, issuedAt: Date.now() - 840_000 });
  const keeper = new TokenKeeper(store, async () => {
    renewals++;
    await new Promise((resolve) => setTimeout(resolve, 20));
    return { accessToken: 'new', refreshToken: 'r2', expiresAt: Date.now() + 900_000 };
  });
  const seen = await Promise.all(Array.from({ length: 5 }, () => keeper.current()));
  assert.deepEqual(seen.map((tokens) => tokens.accessToken), Array(5).fill('old'));
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.equal((await keeper.current()).accessToken, 'new');
  assert.equal(renewals, 1);
});

test('an early renewal that fails is not tried again at once, and nobody notices', async () => {
  let renewals = 0;
  const keeper = new TokenKeeper(new MemoryTokenStore({ accessToken: 'old', refreshToken: 'r', expiresAt: Date.now() + 60_000 }), async () => {
    renewals++;
    throw new Error('down');
  });
  for (let call = 0; call < 5; call++) {
    assert.equal((await keeper.current()).accessToken, 'old');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal(renewals, 1);
});

test('a refused refresh gives every waiter the 401, forgets the session, and never recurses', async (t) => {
  const server = await authServer(t, { delayMs: 20 });
  server.state.refuse = true;
  const tokenStore = new MemoryTokenStore({ accessToken: 'dead', refreshToken: 'r1' });
  const api = client(server.url, { tokenStore });
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => api.call(me)));
  for (const outcome of outcomes) assert.ok(outcome.reason instanceof UnauthenticatedError);
  assert.equal(outcomes[0].reason.code, 'TOKEN_EXPIRED');
  assert.equal(outcomes[0].reason.cause.code, 'INVALID_REFRESH_TOKEN');
  assert.equal(server.state.refreshes, 1);
  assert.equal(tokenStore.load(), undefined);
});

test('one caller who gives up does not take the refresh from the others', async (t) => {
  const server = await authServer(t, { delayMs: 60 });
  const api = client(server.url, { tokenStore: new MemoryTokenStore({ accessToken: 'old', refreshToken: 'r1', expiresAt: 1 }) });
  const impatient = api.call(me, {}, { signal: AbortSignal.timeout(20) });
  const patient = api.call(me);
  await assert.rejects(impatient, { name: 'TimeoutError' });
  assert.deepEqual(await patient, { ok: true });
});

test('signing in keeps the tokens, signing out forgets them, and the session goes before the key', async (t) => {
  const server = await authServer(t);
  const tokenStore = new MemoryTokenStore();
  const api = client(server.url, { apiKey: 'key', tokenStore });
  await api.call(me);
  assert.equal(server.calls.at(-1).headers['x-api-key'], 'key');
  await api.call(login, { body: {} });
  assert.equal(server.calls.at(-1).headers['x-api-key'], 'key');
  assert.equal(tokenStore.load().refreshToken, 'r1');
  assert.ok(tokenStore.load().expiresAt > Date.now());
  await api.call(me);
  assert.equal(server.calls.at(-1).headers.authorization, 'Bearer a1');
  assert.equal(server.calls.at(-1).headers['x-api-key'], undefined);
  await api.call(logout);
  assert.equal(tokenStore.load(), undefined);
  await api.call(me);
  assert.equal(server.calls.at(-1).headers['x-api-key'], 'key');
});

test('a refresh sends the key along only when the session began with one', async (t) => {
  const server = await authServer(t);
  const foreign = client(server.url, { apiKey: 'key', tokenStore: new MemoryTokenStore({ accessToken: 'old', refreshToken: 'r1', expiresAt: 1 }) });
  await foreign.call(me);
  assert.equal(server.calls.find((call) => call.url === '/refresh').headers['x-api-key'], undefined);
  const tokenStore = new MemoryTokenStore();
  const own = client(server.url, { apiKey: 'key', tokenStore });
  await own.call(login, { body: {} });
  assert.equal(tokenStore.load().withKey, true);
  tokenStore.save({ ...tokenStore.load(), accessToken: 'old', expiresAt: 1 });
  await own.call(me);
  assert.equal(server.calls.filter((call) => call.url === '/refresh').at(-1).headers['x-api-key'], 'key');
  assert.equal(tokenStore.load().withKey, true);
});

test('signing in never waits for a refresh of the old session', async (t) => {
  const server = await authServer(t);
  const api = client(server.url, { tokenStore: new MemoryTokenStore({ accessToken: 'old', refreshToken: 'gone', expiresAt: 1 }) });
  await api.call(login, { body: {} });
  assert.equal(server.state.refreshes, 0);
});

test('a 401 without a session is not tried again', async (t) => {
  const server = await authServer(t);
  await assert.rejects(client(server.url, { apiKey: 'bad' }).call(me), UnauthenticatedError);
  assert.equal(server.calls.length, 1);
});

test('what another process saved is seen, and its refresh is not repeated', async (t) => {
  const server = await authServer(t);
  const folder = await mkdtemp(join(tmpdir(), 'tokens-'));
  t.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'deep', 'tokens.json');
  const [one, two] = [new FileTokenStore(path), new FileTokenStore(path)];
  assert.equal(await one.load(), undefined);
  await one.save({ accessToken: 'old', refreshToken: 'r1', expiresAt: 1 });
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  await client(server.url, { tokenStore: one }).call(me);
  await client(server.url, { tokenStore: two }).call(me);
  assert.equal(server.state.refreshes, 1);
  await two.clear();
  await two.clear();
  assert.equal(await one.load(), undefined);
});

test('a web storage keeps tokens, and rubbish in it is no session', () => {
  const kept = new Map();
  const store = new LocalStorageTokenStore('k', { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) });
  store.save({ accessToken: 'a', refreshToken: 'r' });
  assert.deepEqual(store.load(), { accessToken: 'a', refreshToken: 'r' });
  kept.set('k', '{"accessToken":');
  assert.equal(store.load(), undefined);
  store.clear();
  assert.equal(kept.size, 0);
});

test('a function gives the token each time', async (t) => {
  const server = await authServer(t);
  let asked = 0;
  const api = client(server.url, { accessToken: async () => (asked++, 'a1') });
  await api.call(me);
  await api.call(me);
  assert.equal(asked, 2);
});

test('the environment gives the key and the address, but never mixes with what is given', async (t) => {
  const server = await authServer(t);
  process.env.FAKE_API_KEY = 'key';
  process.env.FAKE_BASE_URL = server.url;
  t.after(() => {
    delete process.env.FAKE_API_KEY;
    delete process.env.FAKE_BASE_URL;
  });
  assert.deepEqual(await client(undefined).call(me), { ok: true });
  await client(undefined, { accessToken: 'a1' }).call(me);
  assert.equal(server.calls.at(-1).headers['x-api-key'], undefined);
});
