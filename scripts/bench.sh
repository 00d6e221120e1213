#!/usr/bin/env bash
# Builds for release and measures; the table goes to bench/RESULTS.md.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --quiet -p gatepost -p gatepost-bench
exec target/release/gatepost-bench run --out bench/RESULTS.md "$@"
