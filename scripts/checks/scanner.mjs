// A secret scanner of the tests, in the folder that is named: keys.json is what the server's LEAK_REPORT_KEYS takes,
// scanner.pem signs reports as `scanner`.
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const { publicKey, privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
writeFileSync(join(folder, 'keys.json'), JSON.stringify({ public_keys: [{ key_identifier: 'scanner', key: publicKey, is_current: true }] }));
writeFileSync(join(folder, 'scanner.pem'), privateKey, { mode: 0o600 });
