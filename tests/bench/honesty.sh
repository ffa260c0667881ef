#!/usr/bin/env bash
# Whether a run says who was the limit, on real processes:
#   tests/bench/honesty.sh HANDFAST [generator|broker|stall]...
# generator  handfast is held to 20 % of a core (cpulimit): the result must not be valid, exit code 5, and name lateness
#            that the processor time does not explain.
# broker     mosquitto is held to 20 % of a core: the result must be valid, and blame the broker.
# stall      mosquitto is stopped for a second under a concurrency cap: no more service samples show that than the cap,
#            while every start that was due in that second shows it in its response time, spread over the whole second.
# Prints a line "NAME VALUE LIMIT" for each figure and exits 1 when one is missed. Needs cpulimit, mosquitto, python3.
# HONESTY_RATE (600): TLS connections a second of the first two; more than a fifth of a core carries on either side.
set -euo pipefail

handfast=$(realpath "${1:?usage: honesty.sh HANDFAST [generator|broker|stall]...}")
shift
parts=("$@")
[ ${#parts[@]} -gt 0 ] || parts=(generator broker stall)
rate=${HONESTY_RATE:-600}
figures=$(realpath "$(dirname "$0")")/honesty/result.py
folder=$(mktemp -d)
chmod o+x "$folder"  # where mosquitto gives up its rights it must still reach its key
pids=()
trap 'kill -CONT "${pids[@]}" 2> /dev/null || true; kill "${pids[@]}" 2> /dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
missed=0

# line NAME VALUE LIMIT HOLDS: HOLDS is an awk condition on v and l
line() {
  local verdict=held
  awk -v v="$2" -v l="$3" "BEGIN { exit !($4) }" || { verdict=missed; missed=1; }
  printf '%-28s %12s %12s  %s\n' "$1" "$2" "$3" "$verdict"
}

figure() { python3 "$figures" "$@"; }

scenario() { # LISTENER RATE FOR CAP
  cat <<YAML
handfast: 1
name: honesty
pki: {preset: emqx-two-tier}
broker: {driver: mosquitto, listeners: [$1]}
fleets:
  storm:
    listener: $1
    clients: 2000
    load: {stages: [{rate: $2/s, for: $3}], max_in_flight: $4}
YAML
}

# Starts handfast and waits until it has told its broker's pid; sets $run and $broker.
start() { # NAME
  "$handfast" run "$1.yaml" --out "$1" > "$1.out" 2> "$1.err" &
  run=$!
  pids+=("$run")
  broker=
  for _ in $(seq 200); do
    broker=$(sed -n 's/.*broker: mosquitto .*pid \([0-9]*\)$/\1/p' "$1.err")
    [ -z "$broker" ] || return 0
    sleep 0.05
  done
  echo "handfast did not start its broker:" >&2
  cat "$1.err" >&2
  exit 2
}

finish() { # sets $code
  code=0
  wait "$run" || code=$?
}

# Holds process PID to a fifth of a core.
hold() {
  cpulimit -p "$1" -l 20 > /dev/null 2>&1 &
  pids+=("$!")
}

generator() {
  scenario tls "$rate" 8s 64 > generator.yaml
  start generator
  hold "$run"
  finish
  line generator-exit-code "$code" 5 'v == l'
  line generator-valid "$(figure generator/result.json valid)" false 'v == l'
  figure generator/result.json invalid_reasons | sed -n 's/^./  &/p'
  line generator-reason "$(figure generator/result.json invalid_reasons | grep -c 'kept it from running')" 1 'v >= l'
}

broker() {
  scenario tls "$rate" 8s 16 > broker.yaml
  start broker
  hold "$broker"
  finish
  line broker-valid "$(figure broker/result.json valid)" true 'v == l'
  figure broker/result.json invalid_reasons | sed -n 's/^./  &/p'
  figure broker/result.json broker_limits | sed -n 's/^./  &/p'
  line broker-blamed "$(figure broker/result.json broker_limits | grep -c 'the broker was slower')" 1 'v >= l'
  # 5 is for a result that is not valid; failed connections may make it 1.
  line broker-exit-code "$code" 1 'v <= l'
}

stall() {
  local cap=8
  scenario tcp 200 5s "$cap" > stall.yaml
  start stall
  sleep 2.5
  kill -STOP "$broker"
  sleep 1
  kill -CONT "$broker"
  finish
  line stall-exit-code "$code" 0 'v == l'
  # A twentieth of a second is far above what a connection takes and far below the stall.
  line stall-service-samples "$(figure stall/result.json above ready.service 50000000)" "$cap" 'v <= l && v > 0'
  line stall-response-samples "$(figure stall/result.json above ready.response 50000000)" 185 'v >= l'
  local bins least most
  bins=$(figure stall/result.json bins ready.response 50000000 950000000 9)
  echo "  response samples in tenths of a second from 0.05 s: $bins"
  least=$(tr ' ' '\n' <<< "$bins" | sort -n | head -1)
  most=$(tr ' ' '\n' <<< "$bins" | sort -n | tail -1)
  # 20 starts were due in each tenth of a second.
  line stall-fewest-in-a-tenth "$least" 15 'v >= l'
  line stall-most-in-a-tenth "$most" 25 'v <= l'
}

printf '%-28s %12s %12s\n' figure value limit
for part in "${parts[@]}"; do
  case $part in
    generator) generator ;;
    broker) broker ;;
    stall) stall ;;
    *) echo "no part \"$part\" (one of: generator, broker, stall)" >&2; exit 2 ;;
  esac
done
exit "$missed"
