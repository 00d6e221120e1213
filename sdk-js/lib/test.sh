#!/usr/bin/env bash
# Packs the package as npm would publish it, installs it into an empty project, and runs the live tests there.
# Needs GATEPOST_BASE_URL and GATEPOST_API_KEY: scripts/with-server.sh sdk-js/lib/test.sh
set -euo pipefail
package="$(cd "$(dirname "$0")/.." && pwd)"
# viem and playwright-core, which the tests use and the package does not.
export NODE_PATH="${NODE_PATH:-$(dirname "$package")/.work/node/node_modules}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

[ -d "$package/node_modules/typescript" ] || npm install --prefix "$package" --no-audit --no-fund --no-package-lock --loglevel=error
rm -rf "$package/dist"
(cd "$package" && npm pack --silent --pack-destination "$work" > /dev/null)
cp -r "$package/lib/test" "$work/test"
cd "$work"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error ./gatepost-*.tgz
cp "$package/lib/test/first-day.ts" . 
"$package/node_modules/.bin/tsc" --strict --noEmit --module NodeNext --lib ES2022,DOM --types '' --skipLibCheck false first-day.ts
node --test --test-concurrency=1 test/*.test.mjs
