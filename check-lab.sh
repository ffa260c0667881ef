#!/usr/bin/env bash
# Proves the labs: an engine, images of handfast for Debian 13 and 12, the compose lab with mosquitto, RabbitMQ, ejabberd
# and Prometheus (with docker-compose 1.29, and once more with the plugin), the quick start and the core checks inside it, a
# load from four generators of a Swarm job merged exactly, the same with one generator killed, and a hybrid post-quantum
# handshake. Takes an hour on two cores, most of it two compilations, and 12 GB of disk. Everything that it made is gone afterwards, the packages of the engine excepted.
#   ./check-lab.sh            all of it
#   LAB_WORK=DIR ./check-lab.sh   keeps the engine's images in DIR: a second call begins with what the first one built
#   LAB_DEBIANS="13" LAB_CORE="mosquitto"   which images and whose core checks (13 12, mosquitto rabbitmq ejabberd)
#   LAB_PROGRAM=build/dev/handfast   compiles nothing: an image for this machine's Debian 12 from a program that is there,
#                             so that the rest takes a quarter of an hour (.ci/run does that; mosquitto's core checks alone)
# Needs root, and a machine that reaches Debian's packages; no registry of images is asked for anything.
set -euo pipefail
cd "$(dirname "$0")"

program=${LAB_PROGRAM:+$(realpath -m "$LAB_PROGRAM")}
debians=${LAB_DEBIANS:-${program:+12}}
debians=${debians:-13 12}
core=mosquitto
[ -n "$program" ] || core="mosquitto rabbitmq ejabberd"
core=${LAB_CORE:-$core}
[ "$(id -u)" -eq 0 ] || { echo "run as root: an engine of its own is started" >&2; exit 3; }
[ -z "$program" ] || [ -x "$program" ] || { echo "LAB_PROGRAM: there is no program $program (cmake --build --preset dev)" >&2; exit 2; }
for debian in $debians; do
  case "$debian" in 12 | 13) ;; *) echo "LAB_DEBIANS: no image for Debian $debian (13, 12)" >&2; exit 2 ;; esac
done

keep=${LAB_WORK:-}
work=$(realpath -m "${LAB_WORK:-$(mktemp -d)}")
mkdir -p "$work"
export DOCKER_HOST=unix://$work/docker.sock COMPOSE_PROJECT_NAME=handfast-check-lab COMPOSE_FILE=docker/lab/compose.yaml
NOFILE=$(ulimit -Hn)
export NOFILE
[ "$NOFILE" != unlimited ] || NOFILE=65536
engine=
running=
forwarding=$(cat /proc/sys/net/ipv4/ip_forward)
failures=()
export work network=handfast-check-lab
mkdir -p "$work/logs"

say() { echo "== $* (after $SECONDS s)"; }

# step NAME SECONDS FUNCTION [ARGUMENT...]: with a limit and a log, which is shown when it fails, and how long it took.
step() {
  local name=$1 limit=$2 began=$SECONDS status=0 log
  log=$work/logs/${name//[^A-Za-z0-9]/-}.log
  shift 2
  say "$name"
  # In the background, so that a signal to this script is heeded at once; timeout passes it on to the whole group.
  timeout "$limit" bash -euo pipefail -c '"$@"' step "$@" >"$log" 2>&1 </dev/null &
  running=$!
  wait "$running" || status=$?
  running=
  if [ "$status" -ne 0 ]; then
    tail -n 40 "$log" | sed 's/^/   | /'
    echo "   failed with exit code $status after $((SECONDS - began)) s"
    return "$status"
  fi
  echo "   done in $((SECONDS - began)) s"
}

# expect WHAT COMMAND...: a statement that must be true; the run goes on, and fails in the end.
expect() {
  local what=$1
  shift
  if "$@"; then echo "   holds: $what"; else
    echo "   DOES NOT HOLD: $what" >&2
    failures+=("$what")
  fi
}

clean_up() {
  local status=$?
  trap - EXIT INT TERM
  set +e
  [ -z "$running" ] || kill "$running"
  if [ -n "$engine" ] && kill -0 "$engine" 2>/dev/null; then
    say "taking everything down"
    docker service ls -q --filter name=handfast- 2>/dev/null | xargs -r docker service rm >/dev/null 2>&1
    docker ps -aq 2>/dev/null | xargs -r docker rm -f -v >/dev/null 2>&1
    docker swarm leave --force >/dev/null 2>&1
    docker network prune -f >/dev/null 2>&1
    docker volume ls -q 2>/dev/null | xargs -r docker volume rm >/dev/null 2>&1
    kill "$engine"
    for _ in $(seq 60); do kill -0 "$engine" 2>/dev/null || break; sleep 0.5; done
    for name in docker0 docker_gwbridge; do ip link delete "$name" 2>/dev/null; done
    iptables-restore <"$work/iptables.before"
    echo "$forwarding" >/proc/sys/net/ipv4/ip_forward
    awk -v under="$work/" 'index($2, under) == 1 {print $2}' /proc/mounts | sort -r | xargs -r umount
  fi
  [ -n "$keep" ] || rm -rf "$work"
  echo "== everything is down (after $SECONDS s)"
  exit "$status"
}

install_engine() {
  local wanted=(docker.io docker-compose debootstrap iptables iproute2 python3 curl) missing=() package policy=/usr/sbin/policy-rc.d
  for package in "${wanted[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  # The engine of this script is its own, beside the system's, whose service must not come up.
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f /usr/sbin/policy-rc.d' RETURN
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# The rules as iptables-restore takes them. A table that nobody has used is not saved, so it is written down as empty.
packet_filter() {
  local rules table chains chain
  rules=$(iptables-save)
  [ -z "$rules" ] || printf '%s\n' "$rules"
  while read -r table chains; do
    grep -q "^\*$table" <<<"$rules" && continue
    printf '*%s\n' "$table"
    for chain in $chains; do printf ':%s ACCEPT [0:0]\n' "$chain"; done
    printf 'COMMIT\n'
  done <<<$'filter INPUT FORWARD OUTPUT\nnat PREROUTING INPUT OUTPUT POSTROUTING'
}

start_engine() {
  packet_filter >"$work/iptables.before" # the engine leaves its chains, and a policy that forwards nothing
  dockerd --data-root "$work/data" --exec-root "$work/exec" --pidfile "$work/dockerd.pid" -H "$DOCKER_HOST" \
    >"$work/dockerd.log" 2>&1 &
  engine=$!
  for _ in $(seq 60); do
    if docker info >/dev/null 2>&1; then return; fi
    kill -0 "$engine" 2>/dev/null || break
    sleep 0.5
  done
  tail -n 20 "$work/dockerd.log" >&2
  echo "the engine did not start: $work/dockerd.log" >&2
  exit 3
}

# The base images under the names that the Dockerfiles ask for, so that no registry is needed.
make_base() {
  local debian=$1 suite=$2 root=$work/root
  docker image inspect "debian:$debian-slim" >/dev/null 2>&1 && return
  rm -rf "$root"
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$root"
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  tar -C "$root" -c . | docker import -c 'CMD ["bash"]' - "debian:$debian-slim"
  rm -rf "$root"
}

proxies() { # the engine's predefined build arguments
  local name
  for name in http_proxy https_proxy no_proxy; do [ -z "${!name:-}" ] || printf -- '--build-arg\n%s=%s\n' "$name" "${!name}"; done
}

build_handfast() {
  local build_arguments
  mapfile -t build_arguments < <(proxies)
  if [ -n "$program" ]; then
    mkdir -p "$work/program"
    strip -o "$work/program/handfast" "$program"
    tar -c docker/Dockerfile scenarios -C "$work" program | docker build -t "handfast:debian$1" -f docker/Dockerfile \
      --build-arg "DEBIAN=$1" --build-arg PROGRAM=program/handfast "${build_arguments[@]}" -
    return
  fi
  docker build -t "handfast:debian$1" -f docker/Dockerfile --build-arg "DEBIAN=$1" --build-arg "JOBS=$(nproc)" \
    "${build_arguments[@]}" .
}

# The lab's images: mosquitto beside the newest handfast, RabbitMQ and ejabberd as the project knows them, of Debian 12.
build_lab() {
  local build_arguments
  mapfile -t build_arguments < <(proxies)
  docker-compose build "${build_arguments[@]}" pki rabbitmq ejabberd
  docker build -t handfast-lab:prometheus "${build_arguments[@]}" --build-arg "DEBIAN=${debians%% *}" docker/lab/prometheus
}

lab_up() {
  docker-compose --profile rabbitmq --profile ejabberd --profile prometheus up -d
  all_healthy mosquitto rabbitmq ejabberd
}

# in_lab SERVICE ARGUMENT...: handfast in a container of the lab's, which is removed afterwards.
in_lab() {
  local service=$1
  shift
  docker-compose run --rm -T --use-aliases "$service" "$@"
}

# Results are in the volume of that name; this copies it to where the judgement is made.
fetch_results() {
  local box
  rm -rf "$work/results"
  box=$(docker create -v "${COMPOSE_PROJECT_NAME}_results:/results" handfast-lab:mosquitto)
  docker cp "$box:/results" "$work/results" >/dev/null
  docker rm "$box" >/dev/null
}

# of FILE EXPRESSION: prints a Python expression over the JSON document `r`.
of() { python3 -c 'import json, sys; r = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"; }

all_healthy() {
  local box
  for box in "$@"; do
    until [ "$(docker inspect -f '{{.State.Health.Status}}' "${COMPOSE_PROJECT_NAME}_${box}_1" 2>/dev/null)" = healthy ]; do sleep 1; done
    echo "$box is healthy"
  done
}

quick_start() { # the name of its result, the broker
  local name=$1 broker=$2
  shift 2
  # A busy machine may make the measurement not valid (5): what is asked for here is that all connections came about.
  in_lab handfast run /lab/scenarios/quickstart.yaml --i-may-load-this-target --target "tls://$broker:8883" \
    --out "/results/$name" --metrics 0.0.0.0:9464 \
    --set 'fleets.devices.load.stages=[{rate: 10/s, for: 15s}]' --set 'thresholds=[devices.errors == 0]' "$@" || [ $? -eq 5 ]
}

core_checks() {
  local broker=$1 status=0
  docker-compose run --rm -T --user 0:0 --entrypoint handfast "$broker" check --broker "$broker" --core \
    --out "/results/check-$broker" || status=$?
  # 1: this broker has deviations, which its matrix tells; 4, 5: rows in error or inconclusive, which is judged from the matrix.
  case "$status" in 0 | 1 | 4 | 5) ;; *) return "$status" ;; esac
}

scraped() { # the connections of the quick start, as Prometheus saw them
  curl -fsS -G "http://127.0.0.1:$PROMETHEUS_PORT/api/v1/query" \
    --data-urlencode 'query=sum(max_over_time(handfast_connections_started_total[15m]))' >"$work/scraped.json"
  [ "$(of "$work/scraped.json" 'int(float(r["data"]["result"][0]["value"][1])) > 0')" = True ]
}

swarm_load() {
  HANDFAST_IMAGE=handfast-lab:mosquitto NETWORK=$network MOUNTS=type=volume,source=${COMPOSE_PROJECT_NAME}_pki,target=/pki \
    LEAD=${LAB_LEAD:-30} LIMIT=180 docker/swarm/run-shards 4 "$1" /lab/scenarios/storm.yaml --i-may-load-this-target || [ $? -eq 5 ]
}

# Kills the container of one shard while its load goes on.
kill_one_shard() {
  local box
  for _ in $(seq 120); do
    box=$(docker ps -q --filter label=com.docker.swarm.service.name --filter name=handfast-.*\\.2\\. | head -n 1)
    [ -z "$box" ] || break
    sleep 0.5
  done
  sleep $((${LAB_LEAD:-30} + 6))
  docker kill "$box"
}

killed_load() {
  kill_one_shard &
  local killer=$!
  swarm_load "$1"
  wait "$killer"
}

hybrid_handshakes() {
  quick_start hybrid mosquitto --set 'fleets.devices.tls.groups=[X25519MLKEM768]'
}

# A scenario of the library, beside a mosquitto of its own. A busy machine may miss its latency (1) or its rate (5).
library_run() { # the scenario, the name of its result
  local status=0 scenario=$1 name=$2
  shift 2
  in_lab handfast run "scenarios/$scenario.yaml" --out "/results/$name" "$@" || status=$?
  case "$status" in 0 | 1 | 5) ;; *) return "$status" ;; esac
}

compare_runs() { # two results that differ on purpose; a difference (1) is what was asked for
  local status=0
  in_lab handfast compare --base "/results/$1/result.json" --new "/results/$2/result.json" --accept machine --accept scenario \
    --accept tls --accept invalid || status=$?
  [ "$status" -le 1 ]
}

# The words of docs/labs.md with compose as a plugin, which Debian 13 has, in a project beside this one.
plugin_lab() {
  local name environment=(-e HANDFAST_IMAGE -e BROKERS_IMAGE -e NOFILE)
  for name in http_proxy https_proxy no_proxy; do [ -z "${!name:-}" ] || environment+=(-e "$name"); done
  docker run --rm -v "$work/docker.sock:/var/run/docker.sock" -v "$PWD/docker/lab:$PWD/docker/lab:ro" -w "$PWD/docker/lab" \
    "${environment[@]}" debian:13-slim bash -euc '
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker-compose docker-cli >/dev/null
    docker compose version
    docker compose --profile "*" config -q
    docker compose up -d
    docker compose run --rm -T handfast run /lab/scenarios/quickstart.yaml --i-may-load-this-target --out /results/quickstart \
      --set "fleets.devices.load.stages=[{rate: 10/s, for: 15s}]" --set "thresholds=[devices.errors == 0]" || [ $? -eq 5 ]
    docker compose --profile "*" down --volumes'
}

trap clean_up EXIT
trap 'exit 130' INT TERM

# Steps run in shells of their own, where they have a limit.
# shellcheck disable=SC2046
export -f $(compgen -A function | grep -v '^_')
export debians program
PROMETHEUS_PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export PROMETHEUS_PORT PROMETHEUS_IMAGE=handfast-lab:prometheus
newest=${debians%% *}
oldest=${debians##* }
export HANDFAST_IMAGE=handfast:debian$newest BROKERS_IMAGE=handfast:debian$oldest

step "packages of the engine" 1200 install_engine
say "an engine of our own"
start_engine
for debian in $debians; do
  case "$debian" in 13) suite=trixie ;; *) suite=bookworm ;; esac
  step "base image of Debian $debian" 1800 make_base "$debian" "$suite"
  step "handfast on Debian $debian" 7200 build_handfast "$debian"
done
step "images of the lab" 2400 build_lab
docker image ls --format '   {{.Repository}}:{{.Tag}} {{.Size}}' | sort

step "the lab comes up" 300 lab_up
step "quick start on mosquitto" 180 quick_start quickstart-mosquitto mosquitto
expect "Prometheus saw the quick start's connections" scraped
step "quick start on rabbitmq" 180 quick_start quickstart-rabbitmq rabbitmq --set fleets.devices.mqtt.version=4
step "quick start on ejabberd" 180 quick_start quickstart-ejabberd ejabberd --set fleets.devices.mqtt.user=dev --set fleets.devices.mqtt.password=any
fetch_results
for broker in mosquitto rabbitmq ejabberd; do
  expect "$broker: all 150 connections came about, each with a certificate of its own" test "$(
    of "$work/results/quickstart-$broker/result.json" \
      '[(f["succeeded"], f["distinct_certificates"]) for f in r["load"]["fleets"]]')" = "[(150, 150)]"
done

if [ "$newest" = 13 ]; then
  step "a hybrid post-quantum key exchange" 120 hybrid_handshakes
  fetch_results
  expect "mosquitto agreed on X25519MLKEM768 in every handshake" test "$(
    of "$work/results/hybrid/result.json" 'r["load"]["fleets"][0]["negotiated"]["group"]')" = "{'X25519MLKEM768': 150}"
fi

# Every connection came about, a report shows it, and what it says of keys and groups.
expect_complete() {
  local result=$work/results/$1/result.json
  expect "$1: every connection came about, and a report shows it" test "$(
    of "$result" 'sum(f["failed"] for f in r["load"]["fleets"])'):$(
    grep -c '<html' "$work/results/$1/report.html")" = 0:1
  of "$result" '"\n".join("   %s: %d with %s, %s" % (f["name"], f["succeeded"],
    ", ".join(f["negotiated"]["group"]), ", ".join(f["negotiated"]["signature"])) for f in r["load"]["fleets"])'
}

if [ "$newest" = 13 ]; then
  step "groups compared" 240 library_run key-exchange-groups key-exchange-groups
  step "client keys compared" 240 library_run client-key-types client-key-types
  keys="server server-rsa2048 server-rsa3072 server-p384 server-ed25519"
  for key in $keys; do
    step "server keys compared: $key" 120 library_run server-key-types "$key" --set "broker.certificate=$key"
  done
  step "server keys compared: ML-DSA-65" 120 library_run server-key-types mldsa65 --set pki.manifest=pki/ml-dsa.yaml
  step "what ML-DSA-65 costs beside P-256" 60 compare_runs server mldsa65
  fetch_results
  for name in key-exchange-groups client-key-types $keys mldsa65; do expect_complete "$name"; done
  expect "of the groups compared, post-quantum was the hybrid one in every handshake" test "$(
    of "$work/results/key-exchange-groups/result.json" \
      '[list(f["negotiated"]["group"]) for f in r["load"]["fleets"] if f["name"] == "post-quantum"]')" = "[['X25519MLKEM768']]"
  expect "the broker signed with ML-DSA-65 in every handshake" test "$(
    of "$work/results/mldsa65/result.json" 'list(r["load"]["fleets"][0]["negotiated"]["signature"])')" = "['mldsa65']"
fi

for broker in $core; do
  step "core checks of $broker" 1200 core_checks "$broker"
  fetch_results
  verdicts='[c["verdict"] for c in r["brokers"][0]["checks"]]'
  of "$work/results/check-$broker/matrix.json" "'   ' + ', '.join(f'{$verdicts.count(v)} {v}' for v in sorted(set($verdicts)))"
  expect "$broker: no core check is inconclusive or in error" test "$(
    of "$work/results/check-$broker/matrix.json" "[v for v in $verdicts if v in ('inconclusive', 'error')]")" = "[]"
done

[ "$newest" != 13 ] || step "the lab with compose as a plugin" 300 plugin_lab

docker swarm init --advertise-addr 127.0.0.1 >/dev/null
docker network create --driver overlay --attachable "$network" >/dev/null
docker network connect --alias mosquitto "$network" "${COMPOSE_PROJECT_NAME}_mosquitto_1"
step "four generators as a Swarm job" 300 swarm_load "$work/whole"
connections='sum(f["succeeded"] for f in r["load"]["fleets"])'
sum=0
for part in "$work"/whole/shard-?.json; do sum=$((sum + $(of "$part" "$connections"))); done
whole=$(of "$work/whole/merged.json" "$connections")
echo "   merged: $whole connections; sum of $(find "$work/whole" -name 'shard-?.json' | wc -l) shards: $sum"
expect "the whole is the sum of its four shards: 2000" test "$whole:$sum:$(find "$work/whole" -name 'shard-?.json' | wc -l)" = 2000:2000:4

step "the same with one generator killed" 300 killed_load "$work/killed"
of "$work/killed/merged.json" '"\n".join("   " + reason for reason in r["invalid_reasons"])'
expect "merge names the shard that is missing" grep -q 'shard 2 of 4 is missing' "$work/killed/merged.json"
expect "and marks the result" test "$(of "$work/killed/merged.json" 'r["valid"], r["outcome"]')" = "(False, 'NOT VALID')"

if [ ${#failures[@]} -gt 0 ]; then
  printf 'does not hold: %s\n' "${failures[@]}" >&2
  exit 1
fi
echo "== all of it holds"
