#!/usr/bin/env bash
# Builds for release and measures, with a PostgreSQL of its own for what is measured on both engines; the table goes to bench/RESULTS.md.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --release --quiet -p gatepost -p gatepost-bench
exec scripts/with-services.sh target/release/gatepost-bench run --out bench/RESULTS.md "$@"
