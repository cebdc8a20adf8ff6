#!/usr/bin/env bash
# The local runner (deploy/run) with the real programs: starts, serves, exposes every metric that dashboard
# and rules ask for, stops cleanly on Ctrl-C, starts again quickly, and says plainly why it cannot start.
#
#   runner_test.sh BIN_DIR
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
bin=$(realpath "$1")

work=$(mktemp -d)
runner=""
cleanup() {
  if [ -n "$runner" ]; then
    kill -TERM "$runner" 2>/dev/null || true
    wait "$runner" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap cleanup EXIT

failures=0
check() {  # check WHAT COMMAND…
  local what=$1
  shift
  if "$@"; then echo "ok      $what"; else echo "FAILED  $what"; failures=$((failures + 1)); fi
}

# A hundred ports in a row of which none is used now.
free_base() {
  local base port
  for _ in $(seq 100); do
    base=$((20000 + RANDOM % 12000))  # below the ports that the kernel gives to connections
    for port in $(seq $((base + 1)) $((base + 30))); do
      ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || continue 2
    done
    echo "$base"
    return
  done
  return 1
}
PORT_BASE=$(free_base)
export PORT_BASE DATA=$work/data DEMO=0

ctl() { "$bin/huiyinctl" --config "$DATA/huiyinctl.yaml" "$@"; }

# Waits until the file $1 holds $2 or the runner ends; at most 60 s.
wait_for_line() {
  local tick
  for ((tick = 0; tick < 600; tick++)); do
    ! grep -q "$2" "$1" 2>/dev/null || return 0
    kill -0 "$runner" 2>/dev/null || break
    sleep 0.1
  done
  echo "--- $1"
  cat "$1"
  tail -n 3 "$DATA"/log/*.log || true
  return 1
}

start_runner() {
  # A background command of a script ignores SIGINT; a terminal's does not.
  env --default-signal=INT setsid deploy/run "$bin" >"$work/out" 2>&1 &
  runner=$!
  wait_for_line "$work/out" "Ctrl-C drains"
}

# As Ctrl-C does: SIGINT to the whole process group.
interrupt_runner() {
  local status=0
  kill -INT -- "-$runner"
  wait "$runner" || status=$?
  runner=""
  return "$status"
}

nothing_left() { ! pgrep -f -- "$DATA/" >/dev/null; }

metrics_exist() {
  local urls=() i
  for i in 11 12 13 14 15; do urls+=("http://127.0.0.1:$((PORT_BASE + i))/metrics"); done
  python3 -B tests/e2e/dashboard_metrics.py "${urls[@]}"
}

# A ticket that was decided: ingest published, triage asked ingest for the text and published, so that
# metrics of all that exist.
ticket_is_decided() {
  local tick
  for ((tick = 0; tick < 200; tick++)); do
    ! ctl --json ticket list | grep -q '"category"' || return 0
    sleep 0.1
  done
  ctl --json ticket list
  return 1
}

refused() {  # refused PATTERN COMMAND…: ends with an error that says PATTERN
  local pattern=$1 status=0
  shift
  "$@" >"$work/refused" 2>&1 || status=$?
  if [ "$status" -eq 0 ] || ! grep -q "$pattern" "$work/refused"; then
    echo "status $status:"
    cat "$work/refused"
    return 1
  fi
}

check "starts" start_runner
check "every service is SERVING" ctl health
check "a ticket is taken in" ctl ticket create --text "快递三天没动了，什么时候到？" --user wx_42 --channel wechat
check "and decided" ticket_is_decided
check "every metric of dashboard and rules exists" metrics_exist
check "a second one on the same data is refused" refused "already running" env PORT_BASE=$((PORT_BASE + 40)) deploy/run "$bin"
check "a busy port is named" refused "port .* is in use" env DATA="$work/other" deploy/run "$bin"
check "Ctrl-C stops with status 0" interrupt_runner
check "it says so" grep -q "Stopped" "$work/out"
check "no process is left" nothing_left

started_at=$SECONDS
check "starts again on the same data" start_runner
check "within 10 seconds" test $((SECONDS - started_at)) -le 10
check "with the ticket still there" ticket_is_decided

pkill -KILL -f -- "--config $DATA/survey.yaml" || true
check "a service that dies is named" wait_for_line "$work/out" "survey ended with status"
status=0
wait "$runner" || status=$?
runner=""
check "and ends the runner with an error" test "$status" -eq 1
check "which takes the rest along" nothing_left

check "a missing program is named" refused "huiyin-ingest is not there" deploy/run "$work"
mkdir "$work/stubs"
printf '#!/bin/sh\necho header; echo /dev/x 100 95 5 95%% /\n' >"$work/stubs/df"
chmod +x "$work/stubs/df"
check "a full disk is named" refused "only 5 MB free" env PATH="$work/stubs:$PATH" deploy/run "$bin"

echo "$failures failed"
[ "$failures" -eq 0 ]
