#!/usr/bin/env bash
# Real customer messages through the whole chain: imports two files of ../shared/data (beside the
# checkout, when they are there), lets the chain settle, and checks that every message is a ticket with
# exactly one decision and that events seen = events written. Prints the distribution.
#
#   tests/e2e/real_input.sh [FOLDER WITH THE PROGRAMS]     default: build/release/bin
#
# Starts services of its own, on free ports, with their data in a temporary folder. Exit status 77: the
# data is not there, nothing was tested.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

bin=$(realpath "${1:-build/release/bin}")
data=../shared/data
inputs=("$data/zh/zh_jddc_session_opening.tsv" "$data/en/en_hint3_curekart_test.tsv")
channels=(chat email)

for file in "${inputs[@]}"; do
  if [ ! -f "$file" ]; then
    echo "real_input: $file is not there, so nothing was tested (put the data folder beside the checkout)"
    exit 77
  fi
done

work=$(mktemp -d)
runner=""
finish() {
  [ -z "$runner" ] || { kill -TERM "$runner" 2>/dev/null && wait "$runner"; } || true
  rm -rf "$work"
}
trap finish EXIT

# A stretch of ports that nobody uses, below those that the kernel gives to connections (from 32768): one of those may
# be taken before the service listens on it.
free_base() {
  local base
  for ((base = 20000 + RANDOM % 12000; ; base += 100)); do
    if ! ss -Hltn | awk '{ sub(/.*:/, "", $4); print $4 }' |
      awk -v from="$base" '$1 >= from && $1 < from + 40 { found = 1 } END { exit !found }'; then
      echo "$base"
      return
    fi
  done
}

base=$(free_base)
DATA=$work PORT_BASE=$base DEMO=0 deploy/run "$bin" >"$work/run.log" 2>&1 &
runner=$!
export HUIYINCTL_CONFIG=$work/huiyinctl.yaml
ctl() { "$bin/huiyinctl" "$@"; }
for ((tick = 0; tick < 300; tick++)); do
  [ ! -f "$HUIYINCTL_CONFIG" ] || ! ctl health >/dev/null 2>&1 || break
  kill -0 "$runner" 2>/dev/null || { cat "$work/run.log"; exit 1; }
  sleep 0.1
done
ctl health --wait 10

fail() { printf 'real_input: FAILED: %s\n' "$*" >&2; exit 1; }
count_tickets() { ctl --json ticket list --limit 1000000 | wc -l; }

expected=0
for i in "${!inputs[@]}"; do
  lines=$(grep -c '[^[:space:]]' "${inputs[$i]}")
  expected=$((expected + lines))
  echo "== ${inputs[$i]}: $lines messages"
  ctl ticket import --file "${inputs[$i]}" --format tsv --text-column 2 --channel "${channels[$i]}"
done

echo "== settling"
ctl events --wait 300

tickets=$(count_tickets)
[ "$tickets" -eq "$expected" ] || fail "$expected messages, but $tickets tickets"

# One decision on every ticket: as many decisions as tickets, each on another ticket.
ctl --json triage list --limit 1000000 >"$work/decisions.jsonl"
decisions=$(wc -l <"$work/decisions.jsonl")
decided=$(grep -o '"ticketId": *"[^"]*"' "$work/decisions.jsonl" | sort -u | wc -l)
if [ "$decisions" -ne "$expected" ] || [ "$decided" -ne "$expected" ]; then
  fail "$expected tickets, but $decisions decisions on $decided of them"
fi
shown=$(ctl --json ticket list --limit 1000000 | grep -c '"decisionId"')
[ "$shown" -eq "$expected" ] || fail "only $shown of $expected tickets show their decision"

# Events seen = events written, nothing parked, for every reader of every topic.
ctl --json events | awk -F'[:,}]' '
  { if ($6 + 0 != $8 + 0 || $10 + 0 != 0) { print "not all seen: " $0; bad = 1 } }
  END { exit bad }' || fail "events seen differ from events written"

echo "== importing again stores nothing"
for i in "${!inputs[@]}"; do
  ctl ticket import --file "${inputs[$i]}" --format tsv --text-column 2 --channel "${channels[$i]}"
done
[ "$(count_tickets)" -eq "$expected" ] || fail "the second import stored tickets"

echo "== the distribution"
ctl report overview --from 1d
echo "real_input: $expected messages, $tickets tickets, $decisions decisions, events seen = events written"
