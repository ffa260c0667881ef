#!/usr/bin/env bash
# Whether the memory of a long run stays flat:
#   tests/bench/soak.sh HANDFAST [MINUTES]
# Holds connections, publishes to subscribers and reconnects over TLS against a mosquitto of its own for MINUTES (30), in
# one scenario, and samples memory and descriptors of the handfast process every other second. Compares the median of
# the second tenth (of a long run: once its time series is full) with that of the last, prints a line for each, and exits
# 1 when one grew beyond its limit. Needs mosquitto. SOAK_LIMIT_KIB (1024).
set -euo pipefail

handfast=$(realpath "${1:?usage: soak.sh HANDFAST [MINUTES]}")
minutes=${2:-30}
limit_kib=${SOAK_LIMIT_KIB:-1024}
limit_files=8 # so many clients may just be between two connections
every_s=2
load_s=$((minutes * 60))
folder=$(mktemp -d)
chmod o+x "$folder" # where mosquitto gives up its rights it must still reach its key
run=
trap '[ -z "$run" ] || kill "$run" 2> /dev/null; wait; rm -rf "$folder"' EXIT
cd "$folder"

cat > soak.yaml <<YAML
handfast: 1
name: soak
pki: {preset: emqx-two-tier}
broker: {driver: mosquitto, listeners: [tls, wss]}
fleets:
  held:
    listener: tls
    clients: 400
    behaviour: hold
    on_drop: reconnect
    mqtt: {keep_alive: 20s}
    load: {stages: [{rate: 100/s, for: 4s}, {rate: 0/s, for: ${load_s}s}]}
  returning:
    listener: wss
    clients: 40
    behaviour: reconnect
    close: fin
    reconnect: {hold_for: 2s, initial: 100ms, max: 1s}
    load: {stages: [{rate: 40/s, for: 1s}, {rate: 0/s, for: ${load_s}s}]}
  resuming:
    listener: tls
    clients: 20
    tls: {resumption: tickets}
    load: {stages: [{rate: 10/s, for: ${load_s}s}]}
  dashboards:
    listener: tls
    clients: 2
    behaviour: subscribe
    messages: {subscribe: [{filter: 'meters/+', qos: 1}]}
    load: {stages: [{rate: 20/s, for: 100ms}]}
  meters:
    listener: tls
    clients: 20
    behaviour: publish
    messages: {topic: 'meters/{i}', qos: 1, payload: {size: 256B}, rate: 5/s, for: ${load_s}s}
    load: {stages: [{rate: 20/s, for: 1s}]}
thresholds:
  - dashboards.lost == 0
  - meters.unacked == 0
  - held.away == 0
YAML

"$handfast" run soak.yaml --out out > run.out 2> run.err &
run=$!
for _ in $(seq 600); do
  ! grep -q '^load ' run.err || break
  kill -0 "$run" 2> /dev/null || break
  sleep 0.1
done

sample() { # KiB and descriptors; fails when the process is gone
  local kib
  kib=$(awk '$1 == "VmRSS:" {print $2}' "/proc/$run/status" 2> /dev/null) && [ -n "$kib" ] || return 1
  echo "$kib $(find "/proc/$run/fd" -mindepth 1 2> /dev/null | wc -l)"
}
end=$((SECONDS + load_s))
: > samples
while [ "$SECONDS" -lt "$end" ] && sample >> samples; do sleep "$every_s"; done

exit_code=0
wait "$run" || exit_code=$?
run=
# 5: the generator was short of processor time, which says nothing about its memory.
if [ "$exit_code" -ne 0 ] && [ "$exit_code" -ne 5 ]; then
  cat run.out run.err >&2
  exit 1
fi

count=$(wc -l < samples)
tenth=$((count / 10))
if [ "$tenth" -lt 3 ]; then
  echo "only $count samples: too short to tell" >&2
  exit 1
fi
median() { # COLUMN FIRST-LINE
  tail -n "+$2" samples | head -n "$tenth" | cut -d ' ' -f "$1" | sort -n | sed -n "$((tenth / 2 + 1))p"
}
early=$((tenth + 1))
series_full=$((1000 / every_s + 1)) # `most_ticks` in core/stats/series.hpp: from there on ticks grow longer, not more
[ "$((series_full + 2 * tenth))" -gt "$count" ] || early=$series_full
for ((i = 0; i < 10; i++)); do
  echo "tenth $((i + 1)): RSS $(median 1 $((i * tenth + 1))) KiB, $(median 2 $((i * tenth + 1))) open descriptors"
done
missed=0
grew() { # NAME COLUMN UNIT LIMIT
  local growth=$(($(median "$2" $((count - tenth + 1))) - $(median "$2" "$early")))
  echo "$1 grew $growth$3 (limit $4$3) since minute $((early * every_s / 60)) of $minutes, from $(median "$2" "$early")$3"
  [ "$growth" -le "$4" ] || missed=1
}
grew RSS 1 " KiB" "$limit_kib"
grew "open descriptors" 2 "" "$limit_files"
exit "$missed"
