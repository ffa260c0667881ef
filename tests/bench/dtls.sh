#!/usr/bin/env bash
# Client CPU and memory of handfast over DTLS 1.2:
#   tests/bench/dtls.sh PROGRAM [handshake|resumed|idle ...]
# handshake: full DTLS 1.2 handshakes with coap-server-gnutls against TLS 1.2 handshakes with nginx, the same chain verified
# anew in each. resumed: resumed DTLS 1.2 handshakes against full ones, both with Erlang/OTP. Client and server are pinned to
# cores of their own, and the median of BENCH_PAIRS (5) pairs of BENCH_SECONDS (3) each counts. idle: resident memory for
# each of IDLE_SESSIONS (1000) held sessions with a client certificate each, against 64 KiB. Prints a line "NAME ratio X
# limit Y" for each limit; exit 1 where one is missed. Needs libcoap3-bin, nginx with its TLS, erlang-ssl.
set -euo pipefail
here=$(dirname "$(realpath "$0")")

usage="usage: dtls.sh PROGRAM [handshake|resumed|idle ...]"
program=$(realpath "${1:?$usage}")
shift
[ $# -gt 0 ] || set -- handshake resumed idle
missed=0
for name in "$@"; do
  case "$name" in
    handshake|resumed|idle) python3 "$here/paired/dtls.py" "$program" "$name" || missed=1 ;;
    *) echo "$usage" >&2; exit 2 ;;
  esac
done
exit $missed
