#!/usr/bin/env bash
# Installs what the tests need and the machine lacks: PostgreSQL, Redis, Chromium, iproute2 (Debian's packages), and the Node and
# Python tools in .work/ (by their lock files). Does nothing where all is there.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$PWD/.work
mkdir -p "$work"

packages=()
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || packages+=(postgresql)
command -v redis-server >/dev/null || packages+=(redis-server)
command -v chromium >/dev/null || packages+=(chromium)
command -v python3 >/dev/null || packages+=(python3)
python3 -c 'import venv, ensurepip' 2>/dev/null || packages+=(python3-venv)
command -v ip >/dev/null || packages+=(iproute2)
command -v node >/dev/null || packages+=(nodejs)
command -v npm >/dev/null || packages+=(npm)
if [ ${#packages[@]} -gt 0 ]; then
  if [ "$(id -u)" != 0 ]; then
    echo "The tests need these Debian packages: ${packages[*]}. Install them (as root: apt-get install ${packages[*]}) and run again." >&2
    exit 1
  fi
  echo "Installing Debian packages: ${packages[*]}"
  # The tests start their own servers; the packages must not start theirs.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' > $policy
    chmod +x $policy
    trap 'rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${packages[@]}" >"$work/apt.log" 2>&1 || { tail -20 "$work/apt.log" >&2; exit 1; }
fi

command -v cargo-nextest >/dev/null || { echo "Installing cargo-nextest"; cargo install --locked --quiet cargo-nextest; }

# A stamp beside each tool chain says which lock file it was made from.
stamp() { sha256sum "$@" | sha256sum | cut -d' ' -f1; }

node_stamp=$(stamp scripts/node/package-lock.json)
if [ "$(cat "$work/node/.stamp" 2>/dev/null)" != "$node_stamp" ]; then
  echo "Installing the Node tools"
  rm -rf "$work/node"
  mkdir -p "$work/node"
  cp scripts/node/package.json scripts/node/package-lock.json "$work/node/"
  (cd "$work/node" && npm ci --silent --no-audit --no-fund --ignore-scripts 2>"$work/npm.log" || { cat "$work/npm.log" >&2; exit 1; })
  echo "$node_stamp" > "$work/node/.stamp"
fi

python_stamp=$(stamp scripts/python/requirements.txt)
if [ "$(cat "$work/python/.stamp" 2>/dev/null)" != "$python_stamp" ]; then
  echo "Installing the Python tools"
  rm -rf "$work/python"
  python3 -m venv "$work/python"
  "$work/python/bin/pip" install --quiet --disable-pip-version-check -r scripts/python/requirements.txt
  echo "$python_stamp" > "$work/python/.stamp"
fi
