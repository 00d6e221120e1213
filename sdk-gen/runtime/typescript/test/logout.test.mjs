import assert from 'node:assert/strict';
import test from 'node:test';
import { BaseClient } from '../dist/client.js';
import { ConnectionError, SdkError, ServerError } from '../dist/errors.js';
import { defaultStore, LocalStorageTokenStore, MemoryTokenStore } from '../dist/token-store.js';
import { fakeServer, json, profile } from './support/fake.mjs';

const me = { method: 'GET', path: '/me', security: [['bearer']] };
const end = { method: 'DELETE', path: '/sessions/{sessionId}', answer: 'none', security: [['bearer']] };
const b64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims) => `${b64({ alg: 'none' })}.${b64(claims)}.x`;

const client = (baseUrl, tokens, options = {}) => {
  const tokenStore = new MemoryTokenStore(tokens);
  return { tokenStore, api: new BaseClient({ ...profile, tokens: { ...profile.tokens, logout: end } }, { baseUrl, tokenStore, maxRetries: 0, ...options }) };
};

test('logout ends the session that the token names, and forgets it', async (t) => {
  const server = await fakeServer(t, (_, response) => json(response, 204));
  const token = jwt({ sid: 'ses_1' });
  const { api, tokenStore } = client(server.url, { accessToken: token });
  await api.logout();
  assert.deepEqual(server.calls.map((call) => [call.method, call.url, call.headers.authorization]), [['DELETE', '/sessions/ses_1', `Bearer ${token}`]]);
  assert.equal(tokenStore.load(), undefined);
  await api.logout();
  assert.equal(server.calls.length, 1);
});

test('an access token that has ended is renewed before the session is ended', async (t) => {
  const fresh = jwt({ sid: 'ses_1', n: 2 });
  const server = await fakeServer(t, (request, response) => (request.url === '/refresh' ? json(response, 200, { accessToken: fresh, refreshToken: 'r2', expiresIn: 900 }) : json(response, 204)));
  const { api, tokenStore } = client(server.url, { accessToken: jwt({ sid: 'ses_1' }), refreshToken: 'r1', expiresAt: 1 });
  await api.logout();
  assert.deepEqual(server.calls.map((call) => call.url), ['/refresh', '/sessions/ses_1']);
  assert.equal(server.calls[1].headers.authorization, `Bearer ${fresh}`);
  assert.equal(tokenStore.load(), undefined);
});

test('a session that is over already is no failure', async (t) => {
  for (const status of [401, 404]) {
    const server = await fakeServer(t, (_, response) => json(response, status, { code: 'X' }));
    const { api, tokenStore } = client(server.url, { accessToken: jwt({ sid: 'ses_1' }) });
    await api.logout();
    assert.equal(tokenStore.load(), undefined);
  }
});

test('the tokens are forgotten also when the server fails or is away, and the caller is told', async (t) => {
  const server = await fakeServer(t, (_, response) => json(response, 500, {}));
  for (const [url, error] of [[server.url, ServerError], ['http://127.0.0.1:1', ConnectionError]]) {
    const { api, tokenStore } = client(url, { accessToken: jwt({ sid: 'ses_1' }) });
    await assert.rejects(api.logout(), error);
    assert.equal(tokenStore.load(), undefined);
  }
});

test('a token that names no session is forgotten without a call', async (t) => {
  const server = await fakeServer(t, (_, response) => json(response, 204));
  const { api, tokenStore } = client(server.url, { accessToken: 'opaque' });
  await api.logout();
  assert.deepEqual([server.calls.length, tokenStore.load()], [0, undefined]);
});

test('a refresh that was on its way does not bring the session back', async (t) => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  let arrived;
  const asked = new Promise((resolve) => (arrived = resolve));
  const server = await fakeServer(t, async (request, response) => {
    if (request.url !== '/refresh') return json(response, 401, {});
    arrived();
    await held;
    return json(response, 200, { accessToken: 'a2', refreshToken: 'r2', expiresIn: 900 });
  });
  const { api, tokenStore } = client(server.url, { accessToken: 'opaque', refreshToken: 'r1' });
  const call = api.call(me);
  await asked;
  await api.logout();
  release();
  await assert.rejects(call, SdkError);
  assert.equal(tokenStore.load(), undefined);
});

/** As in a page: a document, and this for localStorage. Answers how to leave it. */
function page(storage) {
  const { versions } = process;
  const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
  Object.defineProperty(process, 'versions', { value: {}, configurable: true });
  Object.defineProperty(globalThis, 'document', { value: {}, configurable: true });
  Object.defineProperty(globalThis, 'localStorage', { ...storage, configurable: true });
  return () => {
    Object.defineProperty(process, 'versions', { value: versions, configurable: true });
    delete globalThis.document;
    if (before === undefined) delete globalThis.localStorage;
    else Object.defineProperty(globalThis, 'localStorage', before);
  };
}

test('in browsers tokens are kept in localStorage by the server’s address, elsewhere in memory', (t) => {
  assert.ok(defaultStore('shop', undefined) instanceof MemoryTokenStore);
  const kept = new Map();
  const storage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) };
  t.after(page({ value: storage }));
  const store = defaultStore('shop:https://a.example', undefined);
  assert.ok(store instanceof LocalStorageTokenStore);
  store.save({ accessToken: 'a' });
  assert.deepEqual([...kept.keys()], ['shop:https://a.example']);
  assert.equal(defaultStore('shop:https://b.example', undefined).load(), undefined);
  assert.ok(defaultStore('shop', { accessToken: 'given' }) instanceof MemoryTokenStore);
});

test('where the page may not use localStorage, memory serves', (t) => {
  const get = () => {
    throw new Error('SecurityError');
  };
  t.after(page({ get }));
  assert.ok(defaultStore('shop', undefined) instanceof MemoryTokenStore);
});
