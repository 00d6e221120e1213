#!/usr/bin/env bash
# Everything that `make test` does, or one part of it: lint, rust, contract, sdks, browser, fuzz.
# Each part starts and stops its own servers; nothing is left running.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
node=$root/.work/node/node_modules
python=$root/.work/python/bin
export PATH="$node/.bin:$PATH" CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-auto}"
# Nothing of the caller's settings may leak into the servers under test.
unset PORT HOST PUBLIC_URL DATABASE_URL REDIS_URL SECRET_KEY API_KEY DATA_DIR DEMO

# The tests against a live server come from one address and one account: limits that they do not reach.
raised=(LIMITS_AUTH_PER_15_MINUTES=1000000 LIMITS_REFRESH_PER_MINUTE=1000000 LIMITS_ANONYMOUS_PER_MINUTE=1000000 LIMITS_ADMIN_PER_MINUTE=1000000
  LIMITS_FREE_PER_MINUTE=1000000 LIMITS_WRITES_PER_MINUTE=1000000 LIMITS_SESSIONS_PER_MINUTE=1000000 LIMITS_PORTAL_PER_MINUTE=1000000 WEBHOOKS_PER_ACCOUNT=1000)

# What is built once needs nothing kept for the next time: gigabytes less on a fresh machine.
[ -d target/debug ] || export CARGO_INCREMENTAL=0

step() { printf '\n== %s (%s)\n' "$1" "$(date +%T)"; }

lint() {
  step "formatting"; cargo fmt --all --check
  step "clippy"; cargo clippy --workspace --all-targets --all-features --quiet -- -D warnings
  step "drift: is everything generated current?"; cargo gen --check
}

rust() {
  step "Rust tests, on SQLite and memory, and on PostgreSQL and Redis"
  scripts/with-services.sh cargo nextest run --workspace --features sdk-gen/progenitor --no-fail-fast
}

contract() {
  step "the contract, by independent linters"
  redocly lint --format=summary openapi.yaml
  cargo run --quiet -p gatepost -- openapi --format 3.0 > .work/openapi-3.0.json
  "$python/python" -m openapi_spec_validator --subschema-errors all .work/openapi-3.0.json
  "$python/python" -m openapi_spec_validator --subschema-errors all openapi.yaml
}

sdks() {
  env "${raised[@]}" scripts/sdks.sh
}

browser() {
  step "the portal in Chromium"
  cargo build --quiet -p gatepost
  env "${raised[@]}" scripts/with-server.sh scripts/browser.sh
}

fuzz() {
  step "a bounded, spec-driven fuzz run"
  cargo build --quiet -p gatepost
  env "${raised[@]}" scripts/with-server.sh scripts/fuzz.sh
}

scripts/install.sh
if [ $# -eq 0 ]; then set -- lint rust contract sdks browser fuzz; fi
for part in "$@"; do
  case $part in
    lint|rust|contract|sdks|browser|fuzz) "$part" ;;
    *) echo "usage: $0 [lint] [rust] [contract] [sdks] [browser] [fuzz]" >&2; exit 2 ;;
  esac
done
step "all passed"
