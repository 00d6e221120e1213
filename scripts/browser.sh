#!/usr/bin/env bash
# The portal's browser tests against the server at GATEPOST_BASE_URL (scripts/with-server.sh sets it). Pictures of every
# page go to GATEPOST_SCREENSHOTS, .work/screenshots by default.
set -euo pipefail
cd "$(dirname "$0")/.."
export GATEPOST_SCREENSHOTS="${GATEPOST_SCREENSHOTS:-$PWD/.work/screenshots}"
export PATH="$PWD/.work/python/bin:$PATH"
mkdir -p "$GATEPOST_SCREENSHOTS"
cd portal/tests/browser
[ -d node_modules ] || npm ci --silent --no-audit --no-fund --ignore-scripts
exec npm test --silent
