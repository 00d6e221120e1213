#!/usr/bin/env bash
# Runs a command with a PostgreSQL and a Redis of its own, on free ports, in a temporary folder; both end with it.
#   scripts/with-services.sh cargo nextest run -p gatepost
set -euo pipefail
[ $# -gt 0 ] || { echo "usage: $0 COMMAND [ARGUMENT …]" >&2; exit 2; }

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] && command -v redis-server >/dev/null || { echo "PostgreSQL or Redis is missing; run scripts/install.sh first." >&2; exit 1; }
free_ports() { python3 -c 'import socket
a=[socket.socket() for _ in range(2)]
for s in a: s.bind(("127.0.0.1",0))
print(*[s.getsockname()[1] for s in a])'; }
read -r pg_port redis_port < <(free_ports)

folder=$(mktemp -d "${TMPDIR:-/tmp}/gatepost-services.XXXXXX")
chmod 755 "$folder"
# PostgreSQL refuses to run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then setpriv --reuid postgres --regid postgres --clear-groups "$@"; else "$@"; fi; }
[ "$(id -u)" != 0 ] || { mkdir "$folder/pg" && chown postgres "$folder/pg" && chmod 700 "$folder/pg"; }

stop() {
  status=$?
  trap - EXIT INT TERM
  [ -z "${redis_pid:-}" ] || kill "$redis_pid" 2>/dev/null || true
  [ -z "${pg_pid:-}" ] || kill -INT "$pg_pid" 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf "$folder"
  exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# These hold test data that nobody will miss: no fsync.
(cd / && as_postgres "$bin/initdb" -D "$folder/pg" -U postgres --auth=trust --no-sync -E UTF8 --locale=C.UTF-8 >"$folder/initdb.log" 2>&1) || { cat "$folder/initdb.log" >&2; exit 1; }
(cd / && exec setpriv $([ "$(id -u)" = 0 ] && echo --reuid postgres --regid postgres --clear-groups) "$bin/postgres" -D "$folder/pg" -c listen_addresses=127.0.0.1 -c port="$pg_port" \
  -c unix_socket_directories= -c fsync=off -c full_page_writes=off -c max_connections=400 -c shared_buffers=128MB >"$folder/pg.log" 2>&1) &
pg_pid=$!
redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no --dir "$folder" >"$folder/redis.log" 2>&1 &
redis_pid=$!

for _ in $(seq 100); do
  "$bin/pg_isready" -q -h 127.0.0.1 -p "$pg_port" && break
  kill -0 "$pg_pid" 2>/dev/null || { cat "$folder/pg.log" >&2; exit 1; }
  sleep 0.1
done

export GATEPOST_TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$pg_port/postgres"
export GATEPOST_TEST_REDIS_URL="redis://127.0.0.1:$redis_port"
"$@"
