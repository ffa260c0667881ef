#!/usr/bin/env bash
# Group G (DTLS) at servers of other hands, each started here on loopback:
#   tests/bench/dtls_matrix.sh HANDFAST > matrices.md
# libcoap's coap-server with GnuTLS and with OpenSSL, and an echo on Erlang/OTP, all of Debian. openssl s_server and
# gnutls-serv are no peers for it: they serve one association at a time, and a half-open one is all they have.
# Prints one matrix after the other as Markdown; what was seen on the way goes to stderr. PEERS (all three) limits them.
set -euo pipefail

handfast=$(realpath "${1:?usage: dtls_matrix.sh HANDFAST}")
echo_server=$(realpath "$(dirname "$0")/../support/dtls_echo.escript")
peers=${PEERS:-coap-gnutls coap-openssl erlang}
folder=$(mktemp -d)
servers=()
trap 'kill "${servers[@]}" 2> /dev/null || true; wait; rm -rf "$folder"' EXIT
cd "$folder"
"$handfast" check --group dtls --slow --prepare lab > /dev/null 2>&1
fixtures=$folder/lab/material/fixtures
chain=$fixtures/server-chain-full.chain.pem key=$fixtures/server-chain-full.key
trust=$fixtures/fixtures.trust.pem
psk=$(sed -n 's/.*pre-shared key \([0-9a-f]*\) of dev-1,.*/\1/p' lab/target.yaml)

port=${DTLS_PORTS:-18900} # and up
start() { # COMMAND...: a server whose output nobody reads
  "$@" < /dev/null > /dev/null 2>&1 &
  servers+=($!)
}
begin() { # NAME VERSION SPEAKS
  file=lab/$1.yaml
  printf 'handfast-target: 1\nname: "%s"\nversion: "%s"\nmaterial: material\ncapabilities:\n  dtls: "%s"\n  psk: "yes"\nprofiles:\n' \
    "$1" "$2" "$3" > "$file"
}
profile() { # PROFILE: on the next port
  port=$((port + 2))
  printf '  "%s": dtls://127.0.0.1:%s\n' "$1" "$port" >> "$file"
}
version_of() { dpkg-query -W -f='${Version}' "$1" | sed 's/.*://; s/[-+].*//'; }

for peer in $peers; do
  case $peer in
    coap-gnutls | coap-openssl)
      begin "$peer" "$(version_of libcoap3-bin)" coap
      server=coap-server-${peer#coap-}
      profile dtls
      start "$server" -A 127.0.0.1 -p $((port - 1)) -c "$chain" -j "$key"
      profile dtls-mtls
      start "$server" -A 127.0.0.1 -p $((port - 1)) -c "$chain" -j "$key" -C "$trust"
      profile dtls-psk
      start "$server" -A 127.0.0.1 -p $((port - 1)) -k "$(printf %s "$psk" | xxd -r -p)"
      ;;
    erlang)
      begin "$peer" "$(version_of erlang-ssl)" echo
      profile dtls
      start escript "$echo_server" "$port" "$chain" "$key" none 100
      profile dtls-mtls
      start escript "$echo_server" "$port" "$chain" "$key" "$trust" 100
      ;;
    *) echo "dtls_matrix.sh: no peer $peer" >&2; exit 2 ;;
  esac
done
while read -r port; do
  for _ in {1..100}; do
    ! ss -Hlun "sport = :$port" | grep -q . || continue 2
    sleep 0.1
  done
  echo "dtls_matrix.sh: nobody listens on UDP port $port" >&2
  exit 1
done < <(for peer in $peers; do sed -n 's/.*127.0.0.1:\([0-9]*\)$/\1/p' "lab/$peer.yaml"; done)

sleep 2 # an Erlang that listens does not accept yet
checks=()
for peer in $peers; do
  "$handfast" check --group dtls --slow --target "lab/$peer.yaml" --out "out-$peer" --markdown "$peer.md" > "$peer.log" 2>&1 &
  checks+=($!)
done
for check in "${checks[@]}"; do wait "$check" || true; done # rows fail, which is what the matrix says
for peer in $peers; do
  tail -2 "$peer.log" >&2
  [ -s "$peer.md" ] || { cat "$peer.log" >&2; exit 1; }
  cat "$peer.md"
done
