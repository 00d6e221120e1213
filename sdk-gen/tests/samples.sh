#!/usr/bin/env bash
# Every sample of the contract, against the SDKs as they are committed: TypeScript under tsc --strict, Python under
# mypy --strict, curl as a shell reads it, Rust in a crate of its own (with RUST=1, since that is minutes).
#
# PYTHON names an interpreter with scripts/python/requirements.txt installed; SDK_GEN a built sdk-gen, else cargo builds it.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
PYTHON="${PYTHON:-$root/.work/python/bin/python}"
runtime="$root/sdk-gen/runtime/typescript"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

[ -x "$PYTHON" ] || { echo "no Python at $PYTHON: set PYTHON, or run scripts/install.sh" >&2; exit 1; }
[ -d "$runtime/node_modules/typescript" ] || npm install --prefix "$runtime" --no-audit --no-fund --no-package-lock --loglevel=error
tsc="$runtime/node_modules/.bin/tsc"
if [ -z "${SDK_GEN:-}" ]; then
  cargo build --quiet --manifest-path "$root/Cargo.toml" --package sdk-gen
  SDK_GEN="${CARGO_TARGET_DIR:-$root/target}/debug/sdk-gen"
fi
"$SDK_GEN" samples "$root/openapi.yaml" --out "$work"

echo "samples: curl"
for file in "$work"/curl/*.sh; do sh -n "$file"; done

echo "samples: TypeScript"
mkdir -p "$work/typescript/node_modules/gatepost"
cp -r "$root/sdk-js/src" "$root/sdk-js/package.json" "$root/sdk-js/tsconfig.json" "$work/typescript/node_modules/gatepost/"
[ ! -d "$root/sdk-js/lib" ] || cp -r "$root/sdk-js/lib" "$work/typescript/node_modules/gatepost/"
(cd "$work/typescript/node_modules/gatepost" && "$tsc" -p .)
echo '{"type": "module"}' > "$work/typescript/package.json"
# All that the samples use of Node.
echo 'declare const process: { env: Record<string, string | undefined> };' > "$work/typescript/node.d.ts"
(cd "$work/typescript" && "$tsc" --strict --noEmit --target es2022 --module nodenext --moduleDetection force --lib es2023,dom,dom.iterable ./*.ts)

echo "samples: Python"
(cd "$work/python" && MYPYPATH="$root/sdk-python/src" "$PYTHON" -m mypy --strict --cache-dir "$work/cache" ./*.py)

if [ "${RUST:-}" = 1 ]; then
  echo "samples: Rust"
  crate="$work/crate"
  mkdir -p "$crate/src"
  printf '[package]\nname = "samples"\nversion = "0.0.0"\nedition = "2024"\n[workspace]\n[dependencies]\ngatepost-sdk = { path = "%s" }\nserde_json = "1"\ntokio = { version = "1", features = ["macros", "rt-multi-thread"] }\n' "$root/sdk-rust" > "$crate/Cargo.toml"
  cp "$root/Cargo.lock" "$crate/Cargo.lock"
  cp "$work"/rust/*.rs "$crate/src/"
  { echo '#![allow(dead_code, non_snake_case)]'; for file in "$work"/rust/*.rs; do echo "mod $(basename "$file" .rs);"; done; } > "$crate/src/lib.rs"
  CARGO_TARGET_DIR="$root/target" cargo check --quiet --manifest-path "$crate/Cargo.toml"
fi
