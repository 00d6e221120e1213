// The guide's examples run as they stand; only the address of the issuer is the test's.
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import test from 'node:test';
import { root } from './support.mjs';
import { startIssuer } from './support/signed-keys.mjs';

const guide = await readFile(new URL('../node_modules/gatepost/README.md', import.meta.url), 'utf8');
const blocks = [...guide.matchAll(/```ts\n(.*?)```/gs)].map((match) => match[1]);

/** The first example with these words, as a module. */
async function example(words, base) {
  const code = blocks.find((block) => block.includes(words));
  assert.ok(code, words);
  const file = new URL(`./example-${crypto.randomUUID()}.mjs`, import.meta.url);
  // The few types in them: this Node reads no types yet.
  await writeFile(file, code.replaceAll('https://api.example.com', base).replaceAll('(token: string)', '(token)').replaceAll(/\(client: Client\)|<Plan>|interface Plan \{.*?\}/gs, (type) => (type.startsWith('(') ? '(client)' : '')));
  return import(file);
}

test('the example of the verifier says who calls, and why nobody does', async (t) => {
  const issuer = await startIssuer(t);
  const { whoCalls } = await example('whoCalls', issuer.base);
  const key = issuer.make({ claims: { plan: 'pro' } });
  assert.match(await whoCalls(key.token), new RegExp(`^usr_01k9 with ${key.id}, read:items write:items until .*Z, plan pro$`));
  assert.equal(await whoCalls('junk'), 'nobody: malformed');
});

test('the example of the middleware answers whom it knows', async (t) => {
  const issuer = await startIssuer(t);
  const { default: server } = await example('Response.json({ you', issuer.base);
  const answer = await server.fetch(new Request('https://shop.example/', { headers: { 'x-api-key': issuer.make().token } }));
  assert.deepEqual(await answer.json(), { you: 'usr_01k9', may: ['read:items', 'write:items'] });
  assert.equal((await server.fetch(new Request('https://shop.example/'))).status, 401);
});

test('the example without a verifier asks Gatepost', async (t) => {
  process.env.GATEPOST_API_KEY ||= 'gp_test_example';
  const asked = [];
  t.mock.method(globalThis, 'fetch', async (url) => {
    asked.push(new URL(url).pathname);
    return Response.json({ valid: true, code: 'VALID', keyId: 'key_1', userId: 'usr_1', name: 'n', environment: 'live', scopes: [], expiresAt: null, remaining: null });
  });
  const { default: server } = await example('new Response(`hello', '');
  const answer = await server.fetch(new Request('https://shop.example/', { headers: { authorization: 'Bearer gp_live_x' } }));
  assert.deepEqual([await answer.text(), asked], ['hello usr_1', ['/v1/keys/verify']]);
});

test('the example of metadata reads back what it kept', async () => {
  const { planOfNewKey } = await example('planOfNewKey', '');
  assert.equal(await planOfNewKey(root), 'pro');
});
