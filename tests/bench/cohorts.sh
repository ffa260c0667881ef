#!/usr/bin/env bash
# What a run of very many cohorts weighs:
#   tests/bench/cohorts.sh HANDFAST
# COHORTS (1000) fleets connect and drop over TLS for COHORTS_SECONDS (600), together COHORTS_RATE (100) times a second,
# against a mosquitto of their own. Prints "NAME value X limit Y" for the resident memory of handfast at its highest, for
# the sizes of result.json and report.html, and for the time from the begin of the page's load until Chromium has drawn
# it; exits 1 where one is missed. Needs mosquitto and chromium.
set -euo pipefail

handfast=$(realpath "${1:?usage: cohorts.sh HANDFAST}")
cohorts=${COHORTS:-1000}
seconds=${COHORTS_SECONDS:-600}
rate=${COHORTS_RATE:-100}
folder=$(mktemp -d)
chmod o+x "$folder" # where mosquitto gives up its rights it must still reach its key
run=
trap '[ -z "$run" ] || kill "$run" 2> /dev/null; wait; rm -rf "$folder"' EXIT
cd "$folder"

each=$(awk -v r="$rate" -v n="$cohorts" 'BEGIN { printf "%.6f", r / n }')
{
  cat << YAML
handfast: 1
name: cohorts
pki: {preset: emqx-two-tier}
broker: {driver: mosquitto, listeners: [tls]}
reports: [json, html]
fleets:
YAML
  for ((i = 0; i < cohorts; i++)); do
    echo "  cohort-$i: {listener: tls, clients: 10, load: {stages: [{rate: $each/s, for: ${seconds}s}], max_in_flight: 4}}"
  done
} > cohorts.yaml

"$handfast" run cohorts.yaml --out out > run.log 2>&1 &
run=$!
most_kib=0
while kill -0 "$run" 2> /dev/null; do
  kib=$(awk '/^VmHWM:/ { print $2 }' "/proc/$run/status" 2> /dev/null || true)
  [ "${kib:-0}" -le "$most_kib" ] || most_kib=$kib
  sleep 1
done
wait "$run" || { status=$?; [ "$status" -eq 5 ] || { tail -20 run.log >&2; exit 1; }; } # 5: a slow machine
run=

missed=0
line() { # NAME VALUE LIMIT UNIT
  echo "$1 value $2 limit $3 $4"
  awk -v v="$2" -v l="$3" 'BEGIN { exit !(v <= l) }' || missed=1
}
line memory "$((most_kib / 1024))" 1024 MiB
line result.json "$(awk -v b="$(stat -c %s out/result.json)" 'BEGIN { printf "%.2f", b / 1e6 }')" 5 MB
line report.html "$(awk -v b="$(stat -c %s out/report.html)" 'BEGIN { printf "%.2f", b / 1e6 }')" 5 MB

# How much longer the browser takes for the report than for an empty page, until no script waits any more.
echo '<!doctype html><p>empty' > empty.html
takes() { # FILE: the least of three, in milliseconds
  local least=999999 begin took
  for _ in 1 2 3; do
    begin=$(date +%s%3N)
    chromium --headless --no-sandbox --disable-gpu --no-first-run --user-data-dir="$folder/profile" \
      --virtual-time-budget=60000 --dump-dom "file://$folder/$1" > "$1.dom" 2> /dev/null
    took=$(($(date +%s%3N) - begin))
    [ "$took" -ge "$least" ] || least=$took
  done
  echo "$least"
}
takes empty.html > /dev/null # makes the profile
empty_ms=$(takes empty.html)
cp out/report.html report.html
report_ms=$(takes report.html)
grep -q '<svg' report.html.dom || { echo "the report drew nothing" >&2; exit 1; }
line opened "$(awk -v m="$((report_ms - empty_ms))" 'BEGIN { printf "%.2f", m / 1000 }')" 2 s
exit "$missed"
