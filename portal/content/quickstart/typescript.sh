(
set -e
sdk="${{{env}}_SDK:-$PWD}"
export {{env}}_BASE_URL="${{{env}}_BASE_URL:-{{base_url}}}"
cd "$(mktemp -d)"
cp -R "$sdk/sdk-js" sdk
(cd sdk && npm install --silent && npm pack --silent --pack-destination ..)
npm init --yes >/dev/null && npm pkg set type=module
npm install --silent ./gatepost-*.tgz tsx

cat > main.ts <<'TS'
import { Client } from 'gatepost';

// Reads {{env}}_API_KEY and {{env}}_BASE_URL.
const client = new Client();

const item = await client.items.create({
  title: 'Rangefinder camera',
  price: { amount: 24900, currency: 'EUR' },
  condition: 'good',
});
console.log('created', item.id);

const newest = await client.items.list({ limit: 5 });
for (const item of newest.data) {
  console.log(item.id, item.title);
}
TS

npx tsx main.ts
)
