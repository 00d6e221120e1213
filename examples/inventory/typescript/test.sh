#!/usr/bin/env bash
# Compiles the tool against the packed SDK in an empty project, and runs it against a live server.
# Needs GATEPOST_BASE_URL and GATEPOST_API_KEY: scripts/with-server.sh examples/inventory/typescript/test.sh
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
package="$(cd "$here/../../../sdk-js" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

[ -d "$package/node_modules/typescript" ] || npm install --prefix "$package" --no-audit --no-fund --no-package-lock --loglevel=error
(cd "$package" && npm pack --silent --pack-destination "$work" > /dev/null)
cp -r "$here/src" "$here/test" "$here/tsconfig.json" "$here/../items.csv" "$work/"
cd "$work"
echo '{ "private": true, "type": "module" }' > package.json
npm install --no-audit --no-fund --loglevel=error ./gatepost-*.tgz
"$package/node_modules/.bin/tsc"
node --test test/*.test.mjs
