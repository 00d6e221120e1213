#!/usr/bin/env bash
# Type-checks the tool, and runs it against a live server.
# Needs GATEPOST_BASE_URL and GATEPOST_API_KEY: scripts/with-server.sh examples/inventory/python/test.sh
# PYTHON names an interpreter with httpx, pydantic, pytest and mypy; by default the one of scripts/install.sh.
set -euo pipefail
cd "$(dirname "$0")"
root="$(cd ../../.. && pwd)"
python="${PYTHON:-$root/.work/python/bin/python}"
cache="$(mktemp -d)"
trap 'rm -rf "$cache"' EXIT

export PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$root/sdk-python/src" MYPYPATH="$root/sdk-python/src"
"$python" -m mypy --strict --cache-dir "$cache" inventory.py test_inventory.py
"$python" -m pytest -q -p no:cacheprovider test_inventory.py
