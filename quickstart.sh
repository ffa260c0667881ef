#!/usr/bin/env bash
# From a fresh Debian 12 to a report: installs packages, builds handfast, mints a PKI, starts a local mosquitto, runs
# the main scenario and says where the HTML report lies. Idempotent: a second call only runs.
# Further arguments go to `handfast run`, for example: ./quickstart.sh --set fleets.devices.clients=500
set -euo pipefail
cd "$(dirname "$0")"
.ci/install build
echo "build: preset release, into build/release"
cmake --preset release >/dev/null
cmake --build --preset release
echo
out=out/quickstart
# Started by root, the broker runs as its own user, who cannot enter a folder such as /root.
if [ "$(id -u)" -eq 0 ] && ! runuser -u mosquitto -- test -x "$PWD"; then out=/var/tmp/handfast-quickstart; fi
exec build/release/handfast run scenarios/quickstart.yaml --out "$out" "$@"
