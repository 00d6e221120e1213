// A secret scanner's signature: the server under test trusts `scanner`, whose private key the harness names.
import { createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';

const { GATEPOST_SCANNER: file } = process.env;
if (!file) throw new Error('Set GATEPOST_SCANNER to the private key of LEAK_REPORT_KEYS: run this through scripts/with-server.sh');
const key = createPrivateKey(readFileSync(file));

/** The two headers, as the SDK's parameters: a signature over the very text that is sent. */
export const signed = (report) => ({
  githubPublicKeyIdentifier: 'scanner',
  githubPublicKeySignature: sign('sha256', Buffer.from(JSON.stringify(report)), key).toString('base64'),
});
