// Expected texts: the table "Style Examples" of OpenAPI 3.1.1, with empty, R=100 G=200 B=150, and blue, black, brown.
import assert from 'node:assert/strict';
import test from 'node:test';
import { cookiePairs, encode, headerValue, pathSegment, queryPairs } from '../dist/parameters.js';
import { buildUrl } from '../dist/request.js';

const array = ['blue', 'black', 'brown'];
const object = { R: 100, G: 200, B: 150 };
const path = (value, style, explode) => pathSegment('color', value, { style, explode });
const query = (value, format) => queryPairs('color', value, format).map((pair) => pair.join('=')).join('&');

test('path styles', () => {
  const expected = {
    simple: ['blue', 'blue,black,brown', 'R,100,G,200,B,150', 'blue,black,brown', 'R=100,G=200,B=150'],
    label: ['.blue', '.blue,black,brown', '.R,100,G,200,B,150', '.blue.black.brown', '.R=100.G=200.B=150'],
    matrix: [';color=blue', ';color=blue,black,brown', ';color=R,100,G,200,B,150', ';color=blue;color=black;color=brown', ';R=100;G=200;B=150'],
  };
  for (const [style, [single, list, fields, listExploded, fieldsExploded]] of Object.entries(expected)) {
    assert.equal(path('blue', style, false), single);
    assert.equal(path(array, style, false), list);
    assert.equal(path(object, style, false), fields);
    assert.equal(path(array, style, true), listExploded);
    assert.equal(path(object, style, true), fieldsExploded);
  }
});

test('query styles', () => {
  assert.equal(query('blue'), 'color=blue');
  assert.equal(query(array), 'color=blue&color=black&color=brown');
  assert.equal(query(array, { explode: false }), 'color=blue,black,brown');
  assert.equal(query(object), 'R=100&G=200&B=150');
  assert.equal(query(object, { explode: false }), 'color=R,100,G,200,B,150');
  assert.equal(query(array, { style: 'spaceDelimited' }), 'color=blue%20black%20brown');
  assert.equal(query(object, { style: 'spaceDelimited' }), 'color=R%20100%20G%20200%20B%20150');
  assert.equal(query(array, { style: 'pipeDelimited' }), 'color=blue%7Cblack%7Cbrown');
  assert.equal(query(array, { style: 'pipeDelimited', explode: true }), 'color=blue&color=black&color=brown');
  assert.equal(query(object, { style: 'deepObject', explode: true }), 'color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150');
});

test('deep objects go to any depth, and arrays in them repeat their key', () => {
  const value = { a: { b: [1, 2] }, list: [{ x: 1 }, { x: 2 }], none: null, day: new Date(0) };
  assert.equal(decodeURIComponent(query(value, { style: 'deepObject' })), 'color[a][b]=1&color[a][b]=2&color[list][0][x]=1&color[list][1][x]=2&color[day]=1970-01-01T00:00:00.000Z');
});

test('separators inside a value are encoded, so that they stay inside', () => {
  assert.equal(query(['a,b', 'c d'], { explode: false }), 'color=a%2Cb,c%20d');
  assert.equal(query(['a|b', 'c'], { style: 'pipeDelimited' }), 'color=a%7Cb%7Cc');
  assert.equal(path('a/b?c#d', 'simple', false), 'a%2Fb%3Fc%23d');
  assert.equal(encode("!'()*~-._ ü&=+"), '%21%27%28%29%2A~-._%20%C3%BC%26%3D%2B');
});

test('allowReserved leaves what may stand in a query', () => {
  assert.equal(query("a/b?c:d@e!$'()*,;=f g", { allowReserved: true }), "color=a/b?c:d@e!$'()*,;=f%20g");
  assert.equal(query('a&b#c+d%20e%f', { allowReserved: true }), 'color=a%26b%23c%2Bd%20e%25f');
});

test('nothing is sent for what is not given; false, 0 and the empty text are values', () => {
  assert.deepEqual([undefined, null, []].map((value) => query(value)), ['', '', '']);
  assert.deepEqual([false, 0, ''].map((value) => query(value)), ['color=false', 'color=0', 'color=']);
});

test('content parameters are JSON', () => {
  assert.equal(query({ a: [1] }, { content: 'application/json' }), 'color=%7B%22a%22%3A%5B1%5D%7D');
  assert.equal(headerValue({ a: 1 }, { content: 'application/json' }), '{"a":1}');
});

test('a path parameter that would reach another operation is refused', () => {
  for (const value of ['', undefined, null, '.', '..']) assert.throws(() => path(value, 'simple', false), TypeError);
});

test('headers and cookies', () => {
  assert.equal(headerValue(array), 'blue,black,brown');
  assert.equal(headerValue(object), 'R,100,G,200,B,150');
  assert.equal(headerValue(object, { explode: true }), 'R=100,G=200,B=150');
  assert.equal(headerValue(undefined), undefined);
  assert.deepEqual(cookiePairs('color', array, { explode: false }), ['color=blue,black,brown']);
  assert.deepEqual(cookiePairs('color', 'a;b'), ['color=a%3Bb']);
});

test('an address is put together from template, declared and undeclared parameters', () => {
  const operation = { method: 'GET', path: '/a/{id}/b/{own er}:{name}', query: ['limit', { name: 'filter', key: 'filter2', style: 'deepObject' }] };
  const input = { path: { id: 'x y', 'own er': 1, name: true }, params: { limit: 3, filter2: { a: 1 } } };
  assert.equal(buildUrl('https://h', operation, input, { more: [1, 2] }), 'https://h/a/x%20y/b/1:true?limit=3&filter%5Ba%5D=1&more=1&more=2');
});

test('a parameter that has the name of what every object inherits', () => {
  const operation = { method: 'GET', path: '/', query: ['constructor', 'toString'] };
  assert.equal(buildUrl('https://h', operation, { params: {} }), 'https://h/');
  assert.equal(buildUrl('https://h', operation, { params: { constructor: 'a' } }), 'https://h/?constructor=a');
});
