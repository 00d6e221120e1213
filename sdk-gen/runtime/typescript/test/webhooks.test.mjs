import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import test from 'node:test';
import { Webhook } from 'standardwebhooks';
import { signWebhook, verifyWebhook, WebhookVerificationError } from '../dist/webhooks.js';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
const now = Math.floor(Date.now() / 1000);

/** What the reference library signs. */
function signed(body, { with: key = secret, at = now, id = 'evt_1' } = {}) {
  const signature = new Webhook(key).sign(id, new Date(at * 1000), body);
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': signature };
}

const fault = (name) => (error) => error instanceof WebhookVerificationError && error.fault === name;

test('what the reference library signs is accepted, also as bytes and with non-ASCII', async () => {
  for (let round = 0; round < 200; round++) {
    const body = JSON.stringify({ type: 'item.created', data: { title: randomBytes(round).toString('latin1') } });
    assert.deepEqual(await verifyWebhook({ body, headers: signed(body), secret }), JSON.parse(body));
    assert.deepEqual(await verifyWebhook({ body: new TextEncoder().encode(body), headers: new Headers(signed(body)), secret }), JSON.parse(body));
  }
});

test('the published vector of Standard Webhooks is accepted', async () => {
  const headers = {
    'Webhook-Id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'Webhook-Timestamp': '1614265330',
    'Webhook-Signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  };
  assert.deepEqual(await verifyWebhook({ body: '{"test": 2432232314}', headers, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', now: 1614265330_000 }), { test: 2432232314 });
});

test('one changed byte anywhere is refused', async () => {
  const body = JSON.stringify({ a: 1 });
  for (let at = 0; at < body.length; at++) {
    const bytes = new TextEncoder().encode(body);
    bytes[at] ^= 1;
    await assert.rejects(verifyWebhook({ body: bytes, headers: signed(body), secret }), fault('mismatch'));
  }
  await assert.rejects(verifyWebhook({ body, headers: { ...signed(body), 'webhook-id': 'evt_2' }, secret }), fault('mismatch'));
  await assert.rejects(verifyWebhook({ body, headers: { ...signed(body), 'webhook-timestamp': String(now + 1) }, secret }), fault('mismatch'));
});

test('during a rotation either secret and any of several signatures will do', async () => {
  const other = `whsec_${randomBytes(24).toString('base64')}`;
  const headers = signed('{}');
  headers['webhook-signature'] = `v1a,AAAA ${signed('{}', { with: other })['webhook-signature']} ${headers['webhook-signature']}`;
  await verifyWebhook({ body: '{}', headers, secret });
  await verifyWebhook({ body: '{}', headers, secret: other });
  await verifyWebhook({ body: '{}', headers: signed('{}'), secret: [other, secret] });
});

test('each fault has its name', async () => {
  const check = (headers, more = {}) => verifyWebhook({ body: '{}', headers: { ...signed('{}'), ...headers }, secret, ...more });
  await assert.rejects(check({ 'webhook-id': undefined }), fault('missing_header'));
  await assert.rejects(check({ 'webhook-timestamp': 'noon' }), fault('invalid_timestamp'));
  await assert.rejects(check(signed('{}', { at: now - 301 })), fault('too_old'));
  await assert.rejects(check(signed('{}', { at: now + 400 })), fault('too_new'));
  await check(signed('{}', { at: now - 400 }), { toleranceSeconds: 500 });
  await assert.rejects(check({ 'webhook-signature': 'v1a,AAAA' }), fault('no_signature'));
  await assert.rejects(check({ 'webhook-signature': 'v1,!!!' }), fault('mismatch'));
  for (const bad of ['whsec_%%%', 'whsec_', '']) await assert.rejects(check({}, { secret: bad }), fault('invalid_secret'));
  await assert.rejects(check({}, { body: { parsed: true } }), fault('body_not_raw'));
  await assert.rejects(check({}, { body: undefined }), fault('body_not_raw'));
  await assert.rejects(verifyWebhook({ body: 'no', headers: signed('no'), secret }), fault('invalid_body'));
});

const digestOf = (body) => createHash('sha256').update(body).digest('base64');

test('a digest tells a wrong secret from a changed body', async () => {
  const body = '{"type":"item.created","data":{"title":"café"}}';
  const other = `whsec_${randomBytes(32).toString('base64')}`;
  for (const sent of [`sha-256=:${digestOf(body)}:`, `sha-512=:AAAA:, sha-256=:${digestOf(body)}:`]) {
    const headers = { ...signed(body), 'Content-Digest': sent };
    await verifyWebhook({ body, headers, secret });
    await assert.rejects(verifyWebhook({ body, headers, secret: other }), fault('wrong_secret'));
    await assert.rejects(verifyWebhook({ body: JSON.stringify(JSON.parse(body), null, 2), headers: new Headers(headers), secret }), fault('body_changed'));
    for (let at = 0; at < body.length; at++) {
      const bytes = new TextEncoder().encode(body);
      bytes[at] ^= 1;
      await assert.rejects(verifyWebhook({ body: bytes, headers, secret }), fault('body_changed'));
    }
  }
  await assert.rejects(verifyWebhook({ body, headers: { ...signed(body), 'content-digest': 'sha-512=:AAAA:' }, secret: other }), fault('mismatch'));
});

test('a digest alone makes nothing genuine', async () => {
  const forged = '{"type":"item.created"}';
  await assert.rejects(verifyWebhook({ body: forged, headers: { ...signed('{}'), 'content-digest': `sha-256=:${digestOf(forged)}:` }, secret }), fault('wrong_secret'));
  await verifyWebhook({ body: '{}', headers: { ...signed('{}'), 'content-digest': `sha-256=:${digestOf(forged)}:` }, secret });
});

test("headers for a receiver's own tests are as the reference library reads them", async () => {
  const body = JSON.stringify({ type: 'item.created', data: { title: 'café' } });
  const headers = await signWebhook({ body, secret });
  assert.deepEqual(new Webhook(secret).verify(body, headers), await verifyWebhook({ body, headers, secret }));
  const other = `whsec_${randomBytes(24).toString('base64')}`;
  const both = await signWebhook({ body: new TextEncoder().encode(body), secret: [other, secret], id: 'msg_7', now: now * 1000 });
  assert.deepEqual([both['webhook-id'], both['webhook-timestamp']], ['msg_7', String(now)]);
  for (const one of [other, secret]) assert.ok(new Webhook(one).verify(body, both));
  await assert.rejects(verifyWebhook({ body, headers, secret: other }), fault('wrong_secret'));
});
