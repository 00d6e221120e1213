// A seller's day against a live server, by the classes and by the command line.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import test from 'node:test';
import { promisify } from 'node:util';
import { Client, ConflictError } from 'gatepost';
import { readCsv } from '../dist/csv.js';
import { ChangedMeanwhile, Inventory } from '../dist/inventory.js';
import { readMoney, showMoney } from '../dist/money.js';

const { GATEPOST_BASE_URL: baseUrl, GATEPOST_API_KEY: rootKey } = process.env;
const root = new Client({ baseUrl, apiKey: rootKey });
const run = promisify(execFile);

/** Somebody with an account and a key, as an administrator makes them. */
async function somebody(name) {
  // A Discord id has 17 to 20 digits.
  const identity = String(10n ** 18n + crypto.getRandomValues(new BigUint64Array(1))[0] % 10n ** 18n);
  const { user } = await root.users.resolve({ platform: 'discord', identity });
  const { secret } = await root.admin.createKeyFor({ userId: user.id, name, scopes: ['read:items', 'write:items', 'read:orders', 'write:orders'], tier: 'service' });
  return { key: secret, client: new Client({ baseUrl, apiKey: secret }) };
}

const [seller, buyer] = [await somebody('seller'), await somebody('buyer')];
const inventory = new Inventory(seller.client);
const all = async (list) => {
  const found = [];
  for await (const one of list) found.push(one);
  return found;
};
const cli = async (...words) => (await run(process.execPath, ['dist/main.js', ...words], { env: { ...process.env, GATEPOST_API_KEY: seller.key } })).stdout.trim();

test('amounts are read and shown to the last digit', () => {
  for (const [text, currency, amount] of [['249.00', 'EUR', 24900], ['0.1', 'EUR', 10], ['1200', 'JPY', 1200], ['1.234', 'BHD', 1234], ['70368744177.66', 'EUR', 7036874417766]]) {
    assert.deepEqual(readMoney(text, currency), { amount, currency });
  }
  for (const [text, currency] of [['1.5', 'JPY'], ['1.005', 'EUR'], ['-1', 'EUR'], ['', 'EUR'], ['1,50', 'EUR']]) assert.throws(() => readMoney(text, currency), text);
  assert.deepEqual([showMoney({ amount: 5, currency: 'EUR' }), showMoney({ amount: 1200, currency: 'JPY' })], ['0.05 EUR', '1200 JPY']);
});

test('a CSV may hold commas, quotes and line breaks', () => {
  assert.deepEqual(readCsv('\uFEFFa,b\r\n"1,2","say ""hi""\nthere"\r\nlast,\n'), [{ a: '1,2', b: 'say "hi"\nthere' }, { a: 'last', b: '' }]);
});

test('a file is imported once, however often it is sent', async () => {
  const csv = await readFile('items.csv', 'utf8');
  const first = await all(inventory.import(csv));
  const again = await all(inventory.import(csv));
  assert.deepEqual(first.map((one) => one.item.title), ['Rangefinder camera', 'Lens, 35 mm', 'Oak desk', 'Paper lantern']);
  assert.deepEqual(again.map((one) => one.item.id), first.map((one) => one.item.id));
  assert.deepEqual(first[3].item.price, { amount: 1200, currency: 'JPY' });
  assert.equal((await all(inventory.list('active'))).length, 4);
});

test('a row that is refused says why and stops no other', async () => {
  await writeFile('bad.csv', 'title,price,currency,condition\nNo price,cheap,EUR,good\nBroken,1,EUR,shattered\nFine,1,EUR,new\n');
  const failed = await run(process.execPath, ['dist/main.js', 'import', 'bad.csv'], { env: { ...process.env, GATEPOST_API_KEY: seller.key } }).catch((error) => error);
  const [noPrice, broken, fine] = failed.stdout.trim().split('\n');
  assert.equal(failed.code, 1);
  assert.equal(noPrice, '1 refused: cheap is no amount of EUR');
  assert.match(broken, /^2 refused: .*\/condition/);
  assert.match(fine, /^3 itm_\w+ Fine$/);
});

test('a price changes, and never over what somebody else changed', async () => {
  const [item] = await all(inventory.list('active'));
  assert.equal((await inventory.price(item.id, '229.50')).price.amount, 22950);
  const { data: seen, response } = await seller.client.items.get(item.id).withResponse();
  await seller.client.items.update(item.id, { description: 'Changed by a colleague.' });
  await assert.rejects(inventory.reprice(seen, '1.00', response.headers.get('etag')), ChangedMeanwhile);
  assert.equal((await seller.client.items.get(item.id)).price.amount, 22950);
});

test('an order comes, is talked about, and is completed', async () => {
  const item = (await all(inventory.list('active'))).find(({ title }) => title === 'Oak desk');
  const order = await buyer.client.orders.create(item.id, { expectedPrice: item.price });
  await assert.rejects(buyer.client.orders.create(item.id, {}), (error) => error instanceof ConflictError && error.code === 'ITEM_UNAVAILABLE');
  await buyer.client.messages.send(order.id, { text: 'Could you send it by <Friday>?' });

  assert.equal(await cli('orders', '--status', 'pending'), `${order.id} pending 1500.00 SEK Oak desk`);
  assert.match(await cli('messages', order.id), /^\S+ buyer: Could you send it by <Friday>\?$/);
  assert.equal(await cli('reply', order.id, 'On its way.'), 'sent as number 2');
  assert.equal(await cli('complete', order.id), 'completed');
  assert.deepEqual((await all(buyer.client.messages.list(order.id))).map(({ sender, text }) => [sender, text]), [['buyer', 'Could you send it by <Friday>?'], ['seller', 'On its way.']]);
  assert.equal((await buyer.client.orders.get(order.id)).endedBy, 'seller');
  assert.match(await cli('list', '--status', 'sold'), new RegExp(`^${item.id} sold 1500.00 SEK Oak desk$`));
  await assert.rejects(inventory.cancel(order.id), ConflictError);
});

test('a cancelled order puts its item back', async () => {
  const item = (await all(inventory.list('active'))).find(({ title }) => title === 'Paper lantern');
  const order = await buyer.client.orders.create(item.id, {});
  assert.equal((await inventory.cancel(order.id)).status, 'cancelled');
  assert.equal((await seller.client.items.get(item.id)).status, 'active');
});
