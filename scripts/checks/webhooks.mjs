// Real deliveries, verified by standardwebhooks and svix, neither of them ours: tests and key events, byte for byte as
// they came, while the secret is rotated and after (S84, S85, S86). The server must allow them on this machine (WEBHOOKS_ALLOW).
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as until } from 'node:timers/promises';
import { Webhook as Standard } from 'standardwebhooks';
import { Webhook as Svix } from 'svix';

const base = process.env.GATEPOST_BASE_URL;
const call = async (method, path, body, headers = {}) => {
  const answer = await fetch(base + path, { method, headers: { 'content-type': 'application/json', ...headers }, body: body && JSON.stringify(body) });
  assert.ok(answer.ok, `${path} answered ${answer.status}: ${await answer.clone().text()}`);
  return answer.status === 204 ? undefined : answer.json();
};
const account = { email: `webhooks-${Date.now()}@example.com`, password: 'a walk along the quay at dawn' };
await call('POST', '/v1/auth/register', account);
const bearer = { authorization: `Bearer ${(await call('POST', '/v1/auth/login', account)).accessToken}` };
const post = (path, body) => call('POST', path, body, bearer);

// A receiver that keeps what comes. What it has not seen yet it refuses at /flaky, so that it comes again.
const came = [];
const seen = new Set();
let told = () => {};
const receiver = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => /^(webhook|content)-/.test(name)));
  came.push({ headers, body: Buffer.concat(chunks), path: request.url });
  const first = request.url === '/flaky' && !seen.has(headers['webhook-id']);
  seen.add(headers['webhook-id']);
  response.writeHead(first ? 500 : 204).end();
  told();
});
await new Promise((done) => receiver.listen(0, '127.0.0.1', done));
const url = `http://127.0.0.1:${receiver.address().port}`;
/** The next so many deliveries. */
const next = async (count, path = '/in') => {
  const here = () => came.filter((one) => one.path === path);
  const patience = AbortSignal.timeout(120_000);
  while (here().length < count) {
    await new Promise((done, fail) => {
      told = done;
      patience.onabort = () => fail(new Error(`${here().length} of ${count} deliveries came within 120 s`));
    });
  }
  const taken = here().slice(0, count);
  for (const one of taken) came.splice(came.indexOf(one), 1);
  return taken;
};

/** Whether a delivery verifies; both libraries must agree. */
const verifies = (secret, { headers, body }) => {
  const answers = [Standard, Svix].map((Library) => {
    try {
      new Library(secret).verify(body, headers);
      return true;
    } catch (error) {
      assert.match(error.message, /^No matching signature/);
      return false;
    }
  });
  assert.equal(answers[0], answers[1], 'the libraries differ');
  return answers[0];
};
const count = { verified: 0, refused: 0 };
const good = (secret, delivery) => {
  assert.ok(verifies(secret, delivery), `not verified: ${JSON.stringify(delivery.headers)} ${delivery.body}`);
  count.verified += 1;
};
const bad = (secret, delivery) => {
  assert.ok(!verifies(secret, delivery), `verified: ${JSON.stringify(delivery.headers)} ${delivery.body}`);
  count.refused += 1;
};

const flip = (text, at) => {
  const bytes = Buffer.from(text);
  bytes[at % bytes.length] ^= 1;
  return bytes;
};
/** The same delivery with one byte of its body, its id or its time changed. */
const mutants = (delivery, place) => {
  const { headers, body } = delivery;
  const header = (name, value) => ({ headers: { ...headers, [name]: value }, body });
  return [
    { headers, body: flip(body, place) },
    header('webhook-id', flip(headers['webhook-id'], place).toString()),
    header('webhook-timestamp', String(Number(headers['webhook-timestamp']) + (place % 2 ? 1 : -1))),
  ];
};

/** Makes things happen: tests, and keys that are made, rotated and revoked. */
const cause = async (endpoint, rounds) => {
  for (let round = 0; round < rounds; round += 1) {
    await post(`/v1/webhooks/${endpoint.id}/test`);
    await post(`/v1/webhooks/${endpoint.id}/test`);
    const key = await post('/v1/keys', { name: `Käse ${round} "≠\\"` });
    const rotated = await post(`/v1/keys/${key.id}/rotate`, {});
    await call('DELETE', `/v1/keys/${(rotated.key ?? rotated).id}`, undefined, bearer);
  }
  return next(rounds * 5);
};
const kinds = (deliveries) => [...new Set(deliveries.map(({ body }) => JSON.parse(body).type))].sort();
const signatures = ({ headers }) => headers['webhook-signature'].split(' ').length;

const endpoint = await post('/v1/webhooks', { url: `${url}/in`, events: ['key.*'] });
const stranger = (await post('/v1/webhooks', { url: `${url}/elsewhere`, events: ['order.*'] })).secret;
const rotate = (overlapSeconds) => post(`/v1/webhooks/${endpoint.id}/rotate-secret`, { overlapSeconds });
const flaky = await post('/v1/webhooks', { url: `${url}/flaky`, events: ['order.*'] });
await post(`/v1/webhooks/${flaky.id}/test`);

// One secret: good as it came, and no other way.
const first = endpoint.secret;
const alone = await cause(endpoint, 20);
assert.deepEqual(kinds(alone), ['key.created', 'key.revoked', 'key.rotated', 'webhook.test']);
alone.forEach((delivery, place) => {
  good(first, delivery);
  bad(stranger, delivery);
  for (const mutant of mutants(delivery, place)) bad(first, mutant);
  assert.equal(signatures(delivery), 1);
  assert.equal(delivery.headers['content-digest'], `sha-256=:${createHash('sha256').update(delivery.body).digest('base64')}:`);
});
for (let at = 0; at < alone[0].body.length; at += 1) bad(first, { ...alone[0], body: flip(alone[0].body, at) });

// While it is rotated: a receiver with the old secret, the new one, or both.
const { secret: second } = await rotate(86_400);
for (const delivery of await cause(endpoint, 12)) {
  good(first, delivery);
  good(second, delivery);
  bad(stranger, delivery);
  mutants(delivery, 7).forEach((mutant) => [first, second].forEach((secret) => bad(secret, mutant)));
  assert.equal(signatures(delivery), 2);
}

// No overlap ends every earlier secret at once.
const { secret: third } = await rotate(0);
for (const delivery of await cause(endpoint, 8)) {
  good(third, delivery);
  [first, second].forEach((secret) => bad(secret, delivery));
}

// A short overlap is over when it says so.
const { secret: fourth, previousExpiresAt } = await rotate(2);
await until(Math.max(0, Date.parse(previousExpiresAt) - Date.now() + 1));
for (const delivery of await cause(endpoint, 8)) {
  good(fourth, delivery);
  bad(third, delivery);
  assert.equal(signatures(delivery), 1);
}

// What is tried again keeps its id and its bytes, and is signed anew.
const [refused, again] = await next(2, '/flaky');
for (const delivery of [refused, again]) good(flaky.secret, delivery);
assert.deepEqual([again.headers['webhook-id'], again.body], [refused.headers['webhook-id'], refused.body]);
assert.ok(Number(again.headers['webhook-timestamp']) > Number(refused.headers['webhook-timestamp']));
assert.notEqual(again.headers['webhook-signature'], refused.headers['webhook-signature']);

for (const one of [endpoint, flaky]) await call('DELETE', `/v1/webhooks/${one.id}`, undefined, bearer);
receiver.close();
receiver.closeAllConnections();
console.log(`standardwebhooks and svix: ${count.verified} verifications of deliveries hold, before, during and after rotations; ${count.refused} with another secret or a changed byte, id or time do not`);
