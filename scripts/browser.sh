#!/usr/bin/env bash
# The portal's browser tests against the server at GATEPOST_BASE_URL (scripts/with-server.sh sets it).
set -euo pipefail
cd "$(dirname "$0")/.."
export NODE_PATH="$PWD/.work/node/node_modules" SCREENSHOTS="${SCREENSHOTS:-$PWD/.work/screenshots}"
mkdir -p "$SCREENSHOTS"
exec node --test --test-concurrency=1 portal/tests/browser/*.test.mjs
