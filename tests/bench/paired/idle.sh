#!/usr/bin/env bash
# Resident memory of handfast for each idle one-way TLS 1.3 connection, libssl's included:
#   tests/bench/paired/idle.sh PROGRAM
# A mosquitto on loopback holds IDLE_CONNECTIONS (18000), opened at IDLE_RATE (300) a second, keep alive 30 s and answered.
# RSS is read from /proc before the first connection, when PKI, engine and workers stand ready, and again after all have
# been idle for a keep alive. Kernel buffers are no resident memory. Prints "idle ratio X limit 1.00" against 16 KiB, or
# with BENCH_ENGINE=native 1 KiB, and exits 1 above it, or when a connection did not come about or was lost.
set -euo pipefail

program=$(realpath "${1:?usage: idle.sh PROGRAM}")
connections=${IDLE_CONNECTIONS:-18000}
rate=${IDLE_RATE:-300}
engine=${BENCH_ENGINE:-libssl}
limit_kib=16
[ "$engine" = libssl ] || limit_kib=1
keep_alive=30
ready_s=15 # PKI, broker and engine stand ready by then

folder=$(mktemp -d)
chmod o+x "$folder" # mosquitto reaches its key after it gave up its rights
pid=
trap '[ -z "$pid" ] || kill "$pid" 2> /dev/null || true; [ -z "$pid" ] || wait "$pid" || true; rm -rf "$folder"' EXIT
cd "$folder"

ramp=$(( (connections + rate - 1) / rate ))
exact=$(awk -v n="$connections" -v s="$ramp" 'BEGIN { printf "%.9f", n / s }') # each client once
cat > idle.yaml <<YAML
handfast: 1
name: idle
pki: {preset: emqx-two-tier}
broker: {driver: mosquitto, listeners: [tls]}
fleets:
  idle:
    listener: tls
    clients: $connections
    tls: {engine: $engine, versions: [1.3], trust: root}
    mqtt: {keep_alive: ${keep_alive}s}
    behaviour: hold
    load: {stages: [{rate: $exact/s, for: ${ramp}s}, {rate: 0/s, for: $((2 * keep_alive + 15))s}]}
reports: [json]
YAML

start=$(( $(date +%s) + ready_s ))
"$program" run idle.yaml --out out --workers 1 --start-at "$start" > run.log 2>&1 &
pid=$!

wait_until() { # SECONDS since 1970
  while [ "$(date +%s)" -lt "$1" ]; do
    kill -0 "$pid" 2> /dev/null || { cat run.log >&2; exit 1; }
    sleep 0.5
  done
}
rss_kib() { awk '/^VmRSS:/ { print $2 }' "/proc/$pid/status"; }

wait_until $(( start - 1 ))
before=$(rss_kib)
wait_until $(( start + ramp + keep_alive + 10 ))
after=$(rss_kib)
descriptors=$(find "/proc/$pid/fd" -mindepth 1 | wc -l)
wait "$pid" || true # 5 on a machine that is too slow for the rate: what was held counts
pid=

python3 - out/result.json "$connections" "$before" "$after" "$limit_kib" "$descriptors" <<'PYTHON'
import json, sys

path, *numbers = sys.argv[1:]
wanted, before, after, limit, descriptors = map(float, numbers)
fleet = json.load(open(path))["load"]["fleets"][0]
lost = fleet["failed"] + fleet["dropped"]
each = (after - before) / min(wanted, descriptors)  # a slow machine may not have opened all yet
print(f"idle {wanted:.0f} connections, {descriptors:.0f} open files, RSS {before:.0f} to {after:.0f} KiB:"
      f" {each:.2f} KiB each; {fleet['succeeded']} held to the end, {lost} lost")
print(f"idle ratio {each / limit:.2f} limit 1.00")
sys.exit(0 if each <= limit and lost == 0 and fleet["succeeded"] == wanted else 1)
PYTHON
