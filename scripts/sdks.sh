#!/usr/bin/env bash
# The three SDKs: as packages that install, against a live server, and what the generator makes of other people's
# documents. Expects scripts/install.sh to have run.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
export PYTHON="$root/.work/python/bin/python" NODE_PATH="$root/.work/node/node_modules"

step() { printf '\n== %s (%s)\n' "$1" "$(date +%T)"; }

live_rust() {
  cargo nextest run -p gatepost-sdk --features live --test live
  cargo run --quiet -p gatepost-sdk --example crawler | tail -1 | grep -E '^[1-9][0-9]* items$'
}
live_python() {
  local venv="$root/.work/python-live"
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check --force-reinstall "$root/sdk-python[verify]" pyjwt pytest pytest-asyncio eth-account
  (cd "$root/sdk-python/tests/offline" && "$venv/bin/python" -m pytest -q -p no:cacheprovider)
  (cd "$root/sdk-python/tests/live" && "$venv/bin/python" -m pytest -q -p no:cacheprovider)
}
live() {
  step "live: jose and PyJWT verify our tokens"
  cp scripts/checks/tokens.mjs .work/node/tokens.mjs && node .work/node/tokens.mjs
  "$PYTHON" scripts/checks/tokens.py
  step "live: viem, siwe and eth-account sign in"
  cp scripts/checks/wallets.mjs .work/node/wallets.mjs && node .work/node/wallets.mjs
  "$PYTHON" scripts/checks/wallets.py
  step "live: oauth4webapi and Authlib drive our OAuth endpoints"
  cp scripts/checks/oauth.mjs .work/node/oauth.mjs && node .work/node/oauth.mjs
  "$PYTHON" scripts/checks/oauth.py
  step "live: standardwebhooks and svix verify our deliveries"
  cp scripts/checks/webhooks.mjs .work/node/webhooks.mjs && node .work/node/webhooks.mjs
  "$PYTHON" scripts/checks/webhooks.py
  step "live: TypeScript, packed and installed"; sdk-js/lib/test.sh
  step "live: Python, installed"; live_python
  step "live: Rust"; live_rust
  for example in examples/*/*/test.sh; do step "live: $(dirname "$example")"; "$example"; done
}

if [ "${1:-}" = live ]; then live; exit; fi

cargo build --quiet -p gatepost -p sdk-gen
export SDK_GEN="$root/target/debug/sdk-gen"
scripts/with-server.sh scripts/sdks.sh live
step "the samples of every operation, in four languages"; RUST=1 sdk-gen/tests/samples.sh
step "other people's documents: TypeScript"; sdk-gen/tests/typescript.sh
step "other people's documents: Python"; sdk-gen/tests/python.sh
