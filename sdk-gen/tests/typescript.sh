#!/usr/bin/env bash
# The TypeScript target, all of it: the runtime's own tests, the odd document compiled, used and run, and every
# document of the corpus (GATEPOST_CORPUS, or ../shared/corpus beside the workspace) compiled under the strictest options.
# Needs node and npm, and cargo unless SDK_GEN names a built sdk-gen. A minute or two on two cores.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
runtime="$root/sdk-gen/runtime/typescript"
corpus="${GATEPOST_CORPUS:-$root/../shared/corpus}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

[ -d "$runtime/node_modules/typescript" ] || npm install --prefix "$runtime" --no-audit --no-fund --no-package-lock --loglevel=error
tsc="$runtime/node_modules/.bin/tsc"
if [ -z "${SDK_GEN:-}" ]; then
  cargo build --quiet --manifest-path "$root/Cargo.toml" --package sdk-gen
  SDK_GEN="${CARGO_TARGET_DIR:-$root/target}/debug/sdk-gen"
fi

echo "typescript: the runtime's tests"
(cd "$runtime" && npm test --silent)

echo "typescript: the odd document"
"$SDK_GEN" typescript "$here/golden/typescript/spec.yaml" --out "$work/odd" 2> "$work/odd.log" || { cat "$work/odd.log"; exit 1; }
cp "$here/golden/typescript/usage.ts" "$work/odd/src/"
"$tsc" -p "$work/odd"
ODD_PACKAGE="$work/odd/dist/index.js" node --test "$here/golden/typescript/odd.test.mjs"

[ -f "$corpus/INDEX.tsv" ] || { echo "no corpus at $corpus: set GATEPOST_CORPUS to a folder of OpenAPI documents with an INDEX.tsv" >&2; exit 1; }
failed=0
while IFS=$'\t' read -r name _ _ _ _ _ operations _; do
  [ "$name" = file ] && continue
  out="$work/$name"
  if ! "$SDK_GEN" typescript "$corpus/$name" --out "$out" 2> "$work/log"; then
    echo "FAILED $name: sdk-gen"; cat "$work/log"; failed=1; continue
  fi
  methods=$(cat "$out"/src/resources/*.ts | grep -c 'return this.client\.' || true)
  if [ "$methods" != "$operations" ]; then
    echo "FAILED $name: $methods methods for $operations operations"; failed=1
  elif ! "$tsc" -p "$out" --noEmit > "$work/log"; then
    echo "FAILED $name: tsc"; head -20 "$work/log"; failed=1
  else
    echo "typescript: $name, $methods methods"
  fi
  rm -rf "$out"
done < "$corpus/INDEX.tsv"
exit "$failed"
