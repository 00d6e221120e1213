// Signing in with a wallet keeps the tokens, and logging out forgets them. viem is found by NODE_PATH.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import test from 'node:test';
import { Client, MemoryTokenStore, UnauthenticatedError } from 'gatepost';
import { baseUrl, nobody, rootKey } from './support.mjs';

const require = createRequire(import.meta.url);
const { generatePrivateKey, privateKeyToAccount } = require('viem/accounts');
const { createSiweMessage } = require('viem/siwe');

/** A client made in a page: there is a document and no Node, and a storage that outlives it. */
function inPage(items) {
  const { versions } = process;
  const localStorage = { getItem: (key) => items.get(key) ?? null, setItem: (key, value) => items.set(key, value), removeItem: (key) => items.delete(key) };
  const before = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
  Object.defineProperty(process, 'versions', { value: {}, configurable: true });
  Object.defineProperty(globalThis, 'document', { value: {}, configurable: true });
  Object.defineProperty(globalThis, 'localStorage', { value: localStorage, configurable: true });
  try {
    return new Client({ baseUrl, apiKey: rootKey });
  } finally {
    Object.defineProperty(process, 'versions', { value: versions, configurable: true });
    delete globalThis.document;
    if (before === undefined) delete globalThis.localStorage;
    else Object.defineProperty(globalThis, 'localStorage', before);
  }
}

async function signIn(client) {
  const wallet = privateKeyToAccount(generatePrivateKey());
  const { nonce } = await client.auth.createNonce();
  const message = createSiweMessage({ domain: new URL(baseUrl).host, address: wallet.address, uri: `${baseUrl}/login`, version: '1', chainId: 1, nonce, issuedAt: new Date() });
  const pair = await client.auth.verifySiwe({ message, signature: await wallet.signMessage({ message }) });
  return { pair, wallet };
}

test('a wallet signs in, the tokens are kept, and logout forgets them', async () => {
  const tokenStore = new MemoryTokenStore();
  const client = new Client({ baseUrl, apiKey: rootKey, tokenStore });
  const { pair, wallet } = await signIn(client);
  assert.equal(tokenStore.load().accessToken, pair.accessToken);
  assert.equal((await client.auth.getMe()).address, wallet.address);
  await client.logout();
  assert.equal(tokenStore.load(), undefined);
  await assert.rejects(nobody({ accessToken: pair.accessToken }).auth.getMe(), UnauthenticatedError);
});

test('in a page the session outlives the client, until logout', async () => {
  const items = new Map();
  const { wallet } = await signIn(inPage(items));
  assert.equal(items.size, 1);
  const later = inPage(items);
  assert.equal((await later.auth.getMe()).address, wallet.address);
  await later.logout();
  assert.equal(items.size, 0);
});
