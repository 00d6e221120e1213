// What the live tests share: the server's address, the root key, and a fetch that counts.
import { Client } from 'gatepost';

const { GATEPOST_BASE_URL: baseUrl, GATEPOST_API_KEY: rootKey } = process.env;
if (!baseUrl || !rootKey) throw new Error('Set GATEPOST_BASE_URL and GATEPOST_API_KEY (the root key) to a running server');

export { baseUrl, rootKey };

export const root = new Client({ baseUrl, apiKey: rootKey });

/** A client without any credential of the environment: `null` says "none". */
export const nobody = (options = {}) => new Client({ baseUrl, apiKey: null, ...options });

/** A fetch that remembers the paths it was asked for. */
export function countingFetch() {
  const paths = [];
  const fetch = (url, init) => {
    paths.push(`${init.method} ${new URL(url).pathname}`);
    return globalThis.fetch(url, init);
  };
  return { fetch, count: (call) => paths.filter((path) => path === call).length };
}

export const camera = (more = {}) => ({ title: 'Rangefinder camera', price: { amount: 24900, currency: 'EUR' }, condition: 'good', ...more });
