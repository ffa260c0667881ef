#!/usr/bin/env bash
# What takes too long for every change: all tests under the address sanitizer, the unit tests and the load engine under
# the thread sanitizer, ten minutes for each fuzzer, and the slow label (half an hour of soak, tests/bench/soak.sh).
set -euo pipefail
cd "$(dirname "$0")"
.ci/install test
.ci/sanitize asan all
.ci/sanitize tsan all -L unit
.ci/sanitize tsan all -R '^loadgen_integration: '
.ci/fuzz "${FUZZ_SECONDS:-600}"
./check.sh
ctest --preset dev --no-tests=ignore -L slow
