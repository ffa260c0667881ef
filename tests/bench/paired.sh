#!/usr/bin/env bash
# Client CPU of handfast against the tools that people use, on the same server in the same run:
#   tests/bench/paired.sh PROGRAM handshake|resumed|mtls|idle|publish ...
# The server is pinned to core 0, the client to core 1; both run by turns in BENCH_PAIRS (5) pairs of BENCH_SECONDS (3)
# each, and the median of the pairs' ratios counts. Prints a line "NAME ratio X limit Y" for each limit; exit 1 where one
# is missed. BENCH_ENGINE chooses the TLS engine (libssl, native).
set -euo pipefail
here=$(dirname "$(realpath "$0")")

usage="usage: paired.sh PROGRAM handshake|resumed|mtls|idle|publish ..."
program=$(realpath "${1:?$usage}")
shift
[ $# -gt 0 ] || { echo "$usage" >&2; exit 2; }
engine=${BENCH_ENGINE:-libssl}
case "$engine" in
  libssl|native) ;;
  *) echo "engine \"$engine\" is not known: libssl or native" >&2; exit 2 ;;
esac

missed=0
for name in "$@"; do
  case "$name" in
    handshake|resumed|mtls) python3 "$here/paired/handshakes.py" "$program" "$name" || missed=1 ;;
    publish) python3 "$here/paired/publish.py" "$program" || missed=1 ;;
    idle) "$here/paired/idle.sh" "$program" || missed=1 ;;
    *) echo "$usage" >&2; exit 2 ;;
  esac
done
exit $missed
