#!/usr/bin/env bash
# The three SDKs: their own tests, as packages that install, against a live server, and other people's documents.
set -euo pipefail
cd "$(dirname "$0")/.."
echo "written when the SDKs stand" >&2; exit 1
