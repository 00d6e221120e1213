// Receiving: real deliveries, as they come, become typed events; what was rewritten on its way says so.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import test from 'node:test';
import { unwrapWebhook, WebhookVerificationError } from 'gatepost';
import { root } from './support.mjs';

/** A receiver on this machine, and the next delivery that comes to it. */
async function receiver() {
  const came = [];
  const waiting = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const delivery = { body: Buffer.concat(chunks), headers: request.headers };
    (waiting.shift() ?? ((one) => came.push(one)))(delivery);
    response.writeHead(204).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${server.address().port}/in`,
    next: () => (came.length > 0 ? Promise.resolve(came.shift()) : new Promise((done) => waiting.push(done))),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

const fault = (name) => (error) => error instanceof WebhookVerificationError && error.fault === name;

test('deliveries become typed events', { timeout: 60_000 }, async (context) => {
  const here = await receiver();
  context.after(here.close);
  const endpoint = await root.webhooks.create({ url: here.url, events: ['key.*'] });
  const { secret } = endpoint;

  await root.webhooks.test(endpoint.id);
  const tested = await unwrapWebhook({ ...(await here.next()), secret });
  assert.ok(tested.type === 'webhook.test' && tested.data.webhookId === endpoint.id);

  const key = await root.keys.create({ name: 'Käse' });
  const delivery = await here.next();
  const made = await unwrapWebhook({ ...delivery, secret });
  assert.ok(made.type === 'key.created' && made.data.keyId === key.id);

  const other = (await root.webhooks.rotateSecret(endpoint.id, { overlapSeconds: 0 })).secret;
  await assert.rejects(unwrapWebhook({ ...delivery, secret: other }), fault('wrong_secret'));
  const rewritten = JSON.stringify(JSON.parse(delivery.body.toString()), null, 2);
  await assert.rejects(unwrapWebhook({ ...delivery, body: rewritten, secret }), fault('body_changed'));
  await assert.rejects(unwrapWebhook({ ...delivery, body: JSON.parse(rewritten), secret }), fault('body_not_raw'));
  await assert.rejects(unwrapWebhook({ ...delivery, secret, now: Date.now() + 400_000 }), fault('too_old'));
  await root.webhooks.delete(endpoint.id);
  await root.keys.revokeKey(key.id);
});
