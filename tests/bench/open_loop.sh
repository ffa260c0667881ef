#!/usr/bin/env bash
# Whether an open loop keeps its schedule below the knee:
#   tests/bench/open_loop.sh HANDFAST [SECONDS]
# Searches for the knee of TLS connections to a mosquitto of its own, then offers 20, 40, 60 and 80 % of it for SECONDS
# (10) each: starts made and connections accepted within that time must be within 1 % of what was offered.
# Prints a line "NAME VALUE LIMIT" for each figure and exits 1 when one is missed. Needs mosquitto and python3.
# OPEN_LOOP_FROM (100) and OPEN_LOOP_TO (3200): the bounds of the search.
set -euo pipefail

handfast=$(realpath "${1:?usage: open_loop.sh HANDFAST [SECONDS]}")
seconds=${2:-10}
from=${OPEN_LOOP_FROM:-100}
to=${OPEN_LOOP_TO:-3200}
figures=$(realpath "$(dirname "$0")")/honesty/result.py
folder=$(mktemp -d)
chmod o+x "$folder"  # where mosquitto gives up its rights it must still reach its key
trap 'rm -rf "$folder"' EXIT
cd "$folder"
missed=0

scenario() { # LOAD
  cat <<YAML
handfast: 1
name: open-loop
pki: {preset: emqx-two-tier}
broker: {driver: mosquitto, listeners: [tls]}
fleets:
  storm: {listener: tls, clients: 2000, load: {$1}}
thresholds: [storm.ready.p99 < 250ms]
YAML
}

figure() { python3 "$figures" "$@"; }

scenario "model: search, from: $from/s, to: $to/s, step: 5s, precision: 10%" > search.yaml
"$handfast" run search.yaml --out search > search.out 2> search.err || true
knee=$(figure search/result.json searches.0.knee_per_s)
figure search/result.json searches.0.conclusion
if [ "$knee" = null ]; then
  cat search.err >&2
  exit 2
fi

printf '%-28s %12s %12s\n' figure value limit
for share in 20 40 60 80; do
  rate=$(awk -v knee="$knee" -v share="$share" 'BEGIN { printf "%.3f", knee * share / 100 }')
  scenario "stages: [{rate: $rate/s, for: ${seconds}s}]" > "$share.yaml"
  "$handfast" run "$share.yaml" --out "$share" > "$share.out" 2> "$share.err" || true
  for what in started ready; do
    planned=$(figure "$share/result.json" load.fleets.0.planned)
    made=$(figure "$share/result.json" "load.fleets.0.${what}_in_time")
    off=$(awk -v made="$made" -v planned="$planned" 'BEGIN { printf "%.3f", 100 * (planned - made) / planned }')
    verdict=held
    awk -v off="$off" 'BEGIN { exit !(off <= 1) }' || { verdict=missed; missed=1; }
    printf '%-28s %12s %12s  %s\n' "$what-at-$share%-of-knee" "$off%" "1%" "$verdict"
  done
done
exit "$missed"
