#!/usr/bin/env bash
# The Python target, all of it: the runtime's own tests and types, the odd document typed, used and run, and every document
# of the corpus (GATEPOST_CORPUS, or ../shared/corpus beside the workspace) generated, typed under mypy --strict, and each
# of its operations called, blocking and asynchronous.
#
# PYTHON names an interpreter with scripts/python/requirements.txt installed; SDK_GEN a built sdk-gen, else cargo builds it.
# DOCUMENTS="a.json b.yaml" takes only those of the corpus. About two minutes on two cores.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
root="$(cd "$here/../.." && pwd)"
runtime="$root/sdk-gen/runtime/python"
corpus="${GATEPOST_CORPUS:-$root/../shared/corpus}"
PYTHON="${PYTHON:-$root/.work/python/bin/python}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

[ -x "$PYTHON" ] || { echo "no Python at $PYTHON: set PYTHON, or run scripts/install.sh" >&2; exit 1; }
if [ -z "${SDK_GEN:-}" ]; then
  cargo build --quiet --manifest-path "$root/Cargo.toml" --package sdk-gen
  SDK_GEN="${CARGO_TARGET_DIR:-$root/target}/debug/sdk-gen"
fi
export SDK_GEN PYTHON here work corpus PYTHONDONTWRITEBYTECODE=1

echo "python: the runtime's types and tests"
(cd "$runtime" && "$PYTHON" -m mypy --cache-dir "$work/cache-runtime" && "$PYTHON" -m pytest -p no:cacheprovider)

echo "python: the odd document"
"$SDK_GEN" python "$here/golden/python/spec.yaml" --out "$work/odd" 2> "$work/odd.log" || { cat "$work/odd.log"; exit 1; }
MYPYPATH="$work/odd/src" "$PYTHON" -m mypy --strict --cache-dir "$work/cache-odd" "$work/odd/src" "$here/golden/python/usage.py"
(cd "$here/golden/python" && PYTHONPATH="$work/odd/src" "$PYTHON" -m pytest -q -p no:cacheprovider test_odd.py)

one() {
  local name=$1 out="$work/$1"
  if "$SDK_GEN" python "$corpus/$name" --out "$out" > "$out.log" 2>&1 \
    && (cd "$out" && "$PYTHON" -m mypy --strict --cache-dir "$work/cache-$SLOT" src) > "$out.log" 2>&1 \
    && PYTHONPATH="$here/python" "$PYTHON" "$here/python/walk.py" "$corpus/$name" "$out" > "$out.log" 2>&1; then
    echo "python: $(tail -1 "$out.log")"
    rm -rf "$out"
  else
    echo "FAILED $name"; tail -20 "$out.log"
    return 1
  fi
}
export -f one

[ -f "$corpus/INDEX.tsv" ] || { echo "no corpus at $corpus: set GATEPOST_CORPUS to a folder of OpenAPI documents with an INDEX.tsv" >&2; exit 1; }
names=${DOCUMENTS:-$(tail -n +2 "$corpus/INDEX.tsv" | cut -f1)}
# shellcheck disable=SC2086 # names hold no spaces
printf '%s\n' $names | xargs -P "$(nproc)" --process-slot-var=SLOT -I{} bash -c 'one {}'
