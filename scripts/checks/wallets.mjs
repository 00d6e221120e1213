// Signs in with a wallet: messages by viem and by siwe, signatures by viem, neither of them ours. Then every wrong message.
import assert from 'node:assert/strict';
import { SiweMessage } from 'siwe';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { createSiweMessage, parseSiweMessage } from 'viem/siwe';

const base = process.env.GATEPOST_BASE_URL;
const headers = { 'content-type': 'application/json', 'x-api-key': process.env.GATEPOST_API_KEY };
const post = (path, body) => fetch(base + path, { method: 'POST', headers, ...(body && { body: JSON.stringify(body) }) });
const nonce = async () => {
  const answer = await post('/v1/auth/nonce');
  assert.equal(answer.status, 200, await answer.clone().text());
  return (await answer.json()).nonce;
};

const wallet = privateKeyToAccount(generatePrivateKey());
const { host: domain, hostname: host, port } = new URL(base);
const plain = async () => ({ domain, address: wallet.address, uri: `${base}/login`, version: '1', chainId: 1, nonce: await nonce() });
const verify = async (message, signature) => {
  const answer = await post('/v1/auth/verify', { message, signature: signature ?? (await wallet.signMessage({ message })) });
  return { status: answer.status, body: await answer.json() };
};

// viem writes the message …
const first = await verify(createSiweMessage({ ...(await plain()), issuedAt: new Date(), statement: 'Sign in to the market.' }));
assert.equal(first.status, 200, JSON.stringify(first.body));
assert.equal(first.body.address, wallet.address);
// … or siwe does, with every optional field.
const whole = new SiweMessage({
  ...(await plain()),
  issuedAt: new Date().toISOString(),
  expirationTime: new Date(Date.now() + 300_000).toISOString(),
  notBefore: new Date(Date.now() - 60_000).toISOString(),
  requestId: 'request-1',
  resources: ['https://example.com/terms', 'ipfs://bafybeiemxf5abjwjbikoz4mc3a3dla6ual3jsgpdr4cjr3oz3evfyavhwq/'],
}).prepareMessage();
const second = await verify(whole);
assert.equal(second.status, 200, JSON.stringify(second.body));
assert.equal(second.body.userId, first.body.userId, 'one wallet is one account');
const me = await (await fetch(`${base}/v1/auth/me`, { headers: { authorization: `Bearer ${second.body.accessToken}` } })).json();
assert.deepEqual([me.id, me.address], [first.body.userId, wallet.address]);
assert.equal(parseSiweMessage(whole).nonce.length >= 32, true);

// Wrong ones. Each changes one thing of a good message and is signed as it is sent.
const written = async (change) => createSiweMessage({ ...(await plain()), issuedAt: new Date(), ...change });
const minutes = (count) => new Date(Date.now() + count * 60_000);
const key = await (await post('/v1/keys', { name: 'another application', scopes: [] })).json();
const others = (await (await fetch(`${base}/v1/auth/nonce`, { method: 'POST', headers: { 'x-api-key': key.secret } })).json()).nonce;
const wrong = {
  'domain suffix': [(await written({})).replace(`${domain} wants`, `${host}.evil.example:${port} wants`)],
  'domain prefix': [(await written({})).replace(`${domain} wants`, `evil${domain} wants`)],
  'URI elsewhere': [await written({ uri: 'https://evil.example/login' })],
  'URI that begins alike': [await written({ uri: `http://${host}.evil.example:${port}/` })],
  'another chain': [await written({ chainId: 11155111 })],
  expired: [await written({ expirationTime: minutes(-1) })],
  'not yet valid': [await written({ notBefore: minutes(5) })],
  'issued long ago': [await written({ issuedAt: minutes(-11) })],
  'issued tomorrow': [await written({ issuedAt: minutes(1440) })],
  'used nonce': [whole],
  'nonce of another key': [await written({ nonce: others })],
  'own nonce without an end': [await written({ nonce: 'ownNonce12345678' })],
  'signature of another text': [await written({}), await wallet.signMessage({ message: 'another' })],
  'signature of another wallet': [await written({}), await privateKeyToAccount(generatePrivateKey()).signMessage({ message: 'x' })],
  'signature of zeros': [await written({}), `0x${'00'.repeat(65)}`],
  'no signature': [await written({}), '0x'],
  'no hexadecimal': [await written({}), 'garbage'],
  'address without checksum': [(await written({})).replace(wallet.address, wallet.address.toLowerCase())],
  'a second URI': [(await written({})).replace('Version: 1', 'Version: 1\nURI: https://evil.example/')],
  garbage: ['garbage'],
  'nothing at all': [''],
  '1 MB': ['x'.repeat(1_000_000)],
  '1.1 MB': ['x'.repeat(1_100_000)],
};
for (const [name, [message, signature]] of Object.entries(wrong)) {
  const { status, body } = await verify(message, signature);
  assert.ok([400, 401, 413, 422].includes(status), `${name}: ${status} ${JSON.stringify(body)}`);
  assert.equal(body.status, status);
}
console.log(`siwe and viem: a wallet signs in, ${Object.keys(wrong).length} wrong messages do not`);
