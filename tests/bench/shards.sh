#!/usr/bin/env bash
# Several handfast processes hold one fleet on one machine, each part of it on a mosquitto of its own:
#   tests/bench/shards.sh PROGRAM
# SHARDS_CLIENTS (50000) clients, each with a certificate and a client identifier of its own, connect over two-way TLS at
# SHARDS_RATE (150) a second in all and stay for SHARDS_HOLD (120) seconds more, keep alive 30 s and answered. Afterwards
# the results of all SHARDS (3) are merged. BENCH_ENGINE chooses the TLS engine (libssl). SHARDS_READY: seconds until the
# load begins, more where the machine is busy. Prints a line for each figure and exits 1 when a client did not come about,
# was lost, shared its certificate, or fell between the shards.
set -euo pipefail

program=$(realpath "${1:?usage: shards.sh PROGRAM}")
clients=${SHARDS_CLIENTS:-50000}
rate=${SHARDS_RATE:-150}
shards=${SHARDS:-3}
hold_s=${SHARDS_HOLD:-120}
engine=${BENCH_ENGINE:-libssl}
ready_s=${SHARDS_READY:-$(( 14 + 2 * shards ))}

folder=$(mktemp -d)
chmod o+x "$folder" # mosquitto reaches its key after it gave up its rights
pids=()
stop() {
  for pid in "${pids[@]}"; do kill "$pid" 2> /dev/null || true; done
  for ((i = 0; i < shards; i++)); do
    "$program" broker down mosquitto --dir "$folder/broker$i" > /dev/null 2>&1 || true
  done
  rm -rf "$folder"
}
trap stop EXIT
cd "$folder"
ulimit -n "$(ulimit -Hn)" # the brokers inherit it

"$program" pki init . > /dev/null
sed -i "s/count: 2000/count: $clients/" pki.yaml
owner=()
[ "$(id -u)" -ne 0 ] || owner=(--key-owner mosquitto) # as whom mosquitto goes on when root starts it
"$program" pki apply "${owner[@]}" > /dev/null
urls=()
for ((i = 0; i < shards; i++)); do
  "$program" broker up mosquitto --dir "broker$i" --listeners tls-two-way --pki pki > "up$i"
  urls+=("$(grep -oE 'tls://[^ ]+' "up$i" | head -1)")
done

ramp=$(( (clients + rate - 1) / rate ))
exact=$(awk -v n="$clients" -v s="$ramp" 'BEGIN { printf "%.9f", n / s }') # each client once
cat > held.yaml <<YAML
handfast: 1
name: held
pki: {manifest: pki.yaml, home: $folder/pki}
target: {url: '${urls[0]}'}
fleets:
  held:
    listener: tls-two-way
    clients: $clients
    identity: devices
    tls: {engine: $engine, versions: [1.3], trust: root}
    mqtt: {keep_alive: 30s}
    behaviour: hold
    load: {stages: [{rate: $exact/s, for: ${ramp}s}, {rate: 0/s, for: ${hold_s}s}], deadline: 30s}
thresholds:
  - held.errors == 0
  - held.connections == $clients
  - held.distinct_certificates == $clients
reports: [json]
YAML

start=$(( $(date +%s) + ready_s ))
for ((i = 0; i < shards; i++)); do
  "$program" run held.yaml --shard "$i/$shards" --target "${urls[i]}" --start-at "$start" --workers 1 \
    --out "shard$i" > "run$i.log" 2>&1 &
  pids+=($!)
  sleep 2 # they share the PKI, which one at a time may open for changes
done
for ((i = 0; i < shards; i++)); do
  wait "${pids[i]}" || true # 5: a slow machine; what was held is what counts here
  [ -f "shard$i/result.json" ] || { cat "run$i.log" >&2; exit 1; }
done
pids=()

"$program" merge shard*/result.json --out merged.json > merge.log || true
python3 - "$clients" shard*/result.json merged.json <<'PYTHON'
import json, sys

clients = int(sys.argv[1])
*parts, whole = [json.load(open(path)) for path in sys.argv[2:]]
missed = 0


def line(name, value, wanted):
    global missed
    held = value == wanted
    missed |= not held
    print(f"{name:<34} {value:>10} {wanted:>10}  {'held' if held else 'missed'}")


def of(result, key):
    return sum(fleet[key] for fleet in result["load"]["fleets"])


for index, part in enumerate(parts):
    line(f"shard {index} connections", of(part, "succeeded"), (clients - index + len(parts) - 1) // len(parts))
line("merged started", of(whole, "started"), clients)
line("merged held to the end", of(whole, "succeeded"), clients)
line("merged lost", of(whole, "failed") + of(whole, "dropped") + of(whole, "interrupted"), 0)
line("merged certificates", of(whole, "distinct_certificates"), clients)
ready = [result["load"]["fleets"][0]["latency"]["ready"]["service"]["count"] for result in [*parts, whole]]
line("merged samples of ready", ready[-1], sum(ready[:-1]))
line("brokers", len(whole["broker"]["listeners"]), len(parts))
line("held at once", max(whole["load"]["series"]["fleets"][0]["in_flight"]), clients)
line("thresholds held", sum(threshold["passed"] for threshold in whole["thresholds"]), 3)
print(f"result: {whole['outcome']}, {'valid' if whole['valid'] else '; '.join(whole['invalid_reasons'])}")
sys.exit(missed)
PYTHON
