// A server on a free port that answers as the test says and remembers what it was asked.
import { createServer } from 'node:http';
import { BaseClient } from '../../dist/client.js';

/** `answer(request, response, index)`; `request.body` is the text. */
export async function fakeServer(t, answer) {
  const calls = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    request.bytes = Buffer.concat(chunks);
    request.body = request.bytes.toString('utf8');
    calls.push(request);
    try {
      await answer(request, response, calls.length - 1);
    } catch (error) {
      response.destroy(error);
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, calls };
}

export function json(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': status >= 400 ? 'application/problem+json' : 'application/json', ...headers });
  response.end(body === undefined ? '' : JSON.stringify(body));
}

export const refresh = { method: 'POST', path: '/refresh', body: ['application/json'], tokens: 'refresh', security: [[], ['apiKey']] };

export const profile = {
  name: 'fake',
  version: '1.2.3',
  environment: 'FAKE',
  schemes: {
    apiKey: { kind: 'apiKey', in: 'header', name: 'X-API-Key', option: 'apiKey' },
    bearer: { kind: 'bearer', option: 'accessToken' },
  },
  security: [['apiKey'], ['bearer']],
  secrets: { apiKey: 'API_KEY', accessToken: 'ACCESS_TOKEN' },
  tokens: { option: 'accessToken', refresh, accessToken: 'accessToken', refreshToken: 'refreshToken', expiresIn: 'expiresIn' },
};

export const client = (baseUrl, options = {}) => new BaseClient(profile, { baseUrl, ...options });
