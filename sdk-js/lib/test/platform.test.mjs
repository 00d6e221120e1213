// The vault, keys for pages, and keys that were found in public.
import assert from 'node:assert/strict';
import test from 'node:test';
import { NotFoundError, PermissionDeniedError, UnauthenticatedError } from 'gatepost';
import { nobody, root } from './support.mjs';
import { signed } from './support/scanner.mjs';

test('a secret is kept, listed without its value, read and deleted', async () => {
  const namespace = `vault-${Date.now()}`;
  const first = await root.vault.putSecret(namespace, 'stripe', { value: 'sk_live_1', description: 'The shop' });
  assert.deepEqual([first.created, first.version, 'value' in first], [true, 1, false]);
  const second = await root.vault.putSecret(namespace, 'stripe', { value: 'sk_live_ü2' });
  assert.deepEqual([second.created, second.version], [false, 2]);
  await root.vault.putSecret(namespace, 'mail', { value: 'x' });
  const listed = [];
  for await (const secret of root.vault.listSecrets(namespace, { limit: 1 })) listed.push(secret);
  assert.deepEqual(listed.map(({ name }) => name), ['mail', 'stripe']);
  assert.ok(!JSON.stringify(listed).includes('sk_live'));
  assert.equal((await root.vault.getSecret(namespace, 'stripe')).value, 'sk_live_ü2');
  for (const name of ['mail', 'stripe']) assert.equal(await root.vault.deleteSecret(namespace, name), undefined);
  await assert.rejects(root.vault.getSecret(namespace, 'stripe'), NotFoundError);
});

test('a publishable key reads what is public from its own pages, and nothing else', async () => {
  const origin = 'https://shop.example';
  const key = await root.keys.create({ name: 'Page', kind: 'publishable', allowedOrigins: [origin] });
  const page = (from) => nobody({ apiKey: key.secret, headers: { origin: from } });
  assert.ok(Array.isArray((await page(origin).items.list({ limit: 1 })).data));
  assert.ok((await page(origin).auth.createNonce()).nonce);
  await assert.rejects(page(origin).keys.list(), PermissionDeniedError);
  await assert.rejects(page('https://evil.example').items.list(), (error) => error instanceof PermissionDeniedError && error.code === 'ORIGIN_DENIED');
  await root.keys.revokeKey(key.id);
});

test('a report of a leaked key, signed over what is sent, revokes it', async () => {
  const key = await root.keys.create({ name: 'Leaked', scopes: ['read:items'] });
  const report = [{ token: key.secret, type: 'gatepost_api_key', url: 'https://example.com/ü', source: 'content' }, { token: 'gp_live_nothing', type: 'gatepost_api_key' }];
  await assert.rejects(nobody().keys.reportLeaked(report), UnauthenticatedError);
  const labels = await nobody().keys.reportLeaked(report, signed(report));
  assert.deepEqual(labels.map(({ label }) => label), ['true_positive', 'false_positive']);
  assert.equal((await root.keys.get(key.id)).status, 'revoked');
});
