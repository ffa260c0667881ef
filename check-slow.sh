#!/usr/bin/env bash
# What takes too long for every change: all tests under both sanitizers, the slow label, and ten minutes for each fuzzer.
set -euo pipefail
cd "$(dirname "$0")"
.ci/install test
.ci/sanitize asan all
.ci/sanitize tsan all -L 'unit|loadgen'
.ci/fuzz "${FUZZ_SECONDS:-600}"
./check.sh
ctest --preset dev --no-tests=ignore -L slow
