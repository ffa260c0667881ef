#!/usr/bin/env bash
# The rate of bulk minting against what this machine's OpenSSL signs:
#   tests/bench/mint.sh PROGRAM [COUNT] [THREADS]
# PROGRAM is handfast (or the tests' pki_cli). Mints COUNT (100,000) P-256 client identities into a pack and prints
# certificates per CPU-second of the whole process, and how many P-256 signatures of `openssl speed ecdsap256` (before
# and after, the mean) one certificate costs. Exit 1 below 15,000 per CPU-second or above 2.5 signatures.
set -euo pipefail

program=$(realpath "${1:?usage: mint.sh PROGRAM [COUNT] [THREADS]}")
count=${2:-100000}
threads=${3:-1}
least_rate=15000
most_signatures=2.5

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days 3650 -subj "/CN=bench CA" \
  -addext keyUsage=critical,keyCertSign,cRLSign -keyout ca.key -out ca.pem 2>/dev/null

# P-256 signatures per CPU-second.
signatures() {
  openssl speed -seconds 3 ecdsap256 2>/dev/null | awk '/256 bits ecdsa/ { print $(NF - 1) }'
}

before=$(signatures)
python3 - "$program" "$count" "$threads" > cpu <<'PYTHON'
import resource, subprocess, sys

def children():  # the interpreter may have had some of its own
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime

program, count, threads = sys.argv[1:]
start = children()
subprocess.run([program, "pki", "fleet", "mint", "--ca", "ca.pem", "--ca-key", "ca.key", "--count", count, "--out", "bench.pack",
                "--threads", threads], check=True, stdout=sys.stderr)
print(children() - start)
PYTHON
after=$(signatures)

awk -v count="$count" -v cpu="$(cat cpu)" -v before="$before" -v after="$after" \
    -v least="$least_rate" -v most="$most_signatures" 'BEGIN {
  rate = count / cpu
  speed = (before + after) / 2
  worth = speed / rate
  printf "openssl speed ecdsap256: %.0f and %.0f signatures per CPU-second\n", before, after
  printf "%d certificates, %.2f CPU-seconds: %.0f per CPU-second, %.2f signatures each\n", count, cpu, rate, worth
  if (rate < least) { printf "missed: at least %d per CPU-second\n", least; bad = 1 }
  if (worth > most) { printf "missed: at most %.1f signatures each\n", most; bad = 1 }
  exit bad
}'
