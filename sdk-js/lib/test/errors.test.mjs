import assert from 'node:assert/strict';
import test from 'node:test';
import { ApiError, BadRequestError, Client, NotFoundError, PermissionDeniedError, UnauthenticatedError, UnprocessableError } from 'gatepost';
import { baseUrl, camera, nobody, root } from './support.mjs';

/** What every refusal of this API has. */
function isProblem(error, kind, status) {
  assert.ok(error instanceof kind, `${error}`);
  assert.ok(error instanceof ApiError);
  assert.equal(error.status, status);
  assert.match(error.code, /^[A-Z][A-Z_]+$/);
  assert.ok(error.title && error.detail && error.type);
  assert.match(error.requestId, /^req_/);
  return true;
}

test('401: a key that does not exist', async () => {
  const stranger = new Client({ baseUrl, apiKey: 'gp_live_nosuchkey', maxRetries: 0 });
  await assert.rejects(stranger.keys.list(), (error) => isProblem(error, UnauthenticatedError, 401));
});

test('403: a key without the scope, which the error names', async () => {
  const key = await root.keys.create({ name: 'reader', scopes: ['read:items'] });
  const reader = new Client({ baseUrl, apiKey: key.secret });
  await assert.rejects(reader.items.create(camera()), (error) => {
    assert.deepEqual([...error.requiredScopes], ['write:items']);
    assert.ok(error.grantedScopes.includes('read:items'));
    return isProblem(error, PermissionDeniedError, 403);
  });
  await root.keys.revokeKey(key.id);
  await assert.rejects(reader.items.create(camera()), (error) => isProblem(error, UnauthenticatedError, 401));
});

test('404: an item that is not there', async () => {
  await assert.rejects(root.items.get('itm_00000000000000000000000000'), (error) => isProblem(error, NotFoundError, 404));
});

test('422: each fault of a body with its pointer', async () => {
  await assert.rejects(root.items.create({ title: '', price: { amount: -1, currency: 'EUR' }, condition: 'good' }), (error) => {
    const pointers = error.errors.map((fault) => fault.pointer);
    assert.ok(pointers.includes('/title') && pointers.includes('/price/amount'), JSON.stringify(error.errors));
    return isProblem(error, UnprocessableError, 422);
  });
});

test('400: a body that cannot be parsed', async () => {
  const broken = root.request('POST', '/v1/items', { body: new Blob(['{"title":'], { type: 'application/json' }), headers: { 'content-type': 'application/json' } });
  await assert.rejects(broken, (error) => isProblem(error, BadRequestError, 400));
});

test('a call without a credential is 401 where one is needed', async () => {
  await assert.rejects(nobody().keys.list(), (error) => isProblem(error, UnauthenticatedError, 401));
});
