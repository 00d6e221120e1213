#!/usr/bin/env bash
# Runs a command with a Gatepost server of its own (SQLite, a free port, a temporary folder); it ends with the command.
# The command finds it by GATEPOST_BASE_URL and GATEPOST_API_KEY (the root key), and may report leaked keys as `scanner`
# with the private key in GATEPOST_SCANNER; receivers of webhooks may stand on this machine (WEBHOOKS_ALLOW).
# Settings can be given by the environment.
#   GATEPOST_BINARY=target/release/gatepost scripts/with-server.sh node --test …
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT …]" >&2; exit 2; }
root=$(cd "$(dirname "$0")/.." && pwd)
binary=${GATEPOST_BINARY:-$root/target/debug/gatepost}
[ -x "$binary" ] || { echo "$binary is not there; build it first (cargo build)." >&2; exit 1; }

folder=$(mktemp -d "${TMPDIR:-/tmp}/gatepost-server.XXXXXX")
key="gp_root_$(od -An -N24 -tx1 /dev/urandom | tr -d ' \n')"
node "$root/scripts/checks/scanner.mjs" "$folder"
LEAK_REPORT_KEYS="${LEAK_REPORT_KEYS:-$folder/keys.json}" WEBHOOKS_ALLOW="${WEBHOOKS_ALLOW-127.0.0.0/8}" PORT=0 DATA_DIR="$folder/data" API_KEY="$key" "$binary" serve >"$folder/out" 2>"$folder/log" &
pid=$!
stop() {
  status=$?
  trap - EXIT INT TERM
  kill "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  if [ "$status" != 0 ]; then echo "--- the server's last words" >&2; tail -n 20 "$folder/log" >&2; fi
  rm -rf "$folder"
  exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

for _ in $(seq 300); do
  url=$(grep -o -m1 'http://[0-9.:]*[0-9]' "$folder/out" || true)
  [ -n "$url" ] && break
  kill -0 "$pid" 2>/dev/null || { cat "$folder/out" "$folder/log" >&2; exit 1; }
  sleep 0.1
done
[ -n "$url" ] || { echo "the server did not say where it listens within 30 s" >&2; exit 1; }

export GATEPOST_BASE_URL="$url" GATEPOST_API_KEY="$key" GATEPOST_SCANNER="$folder/scanner.pem"
"$@"
