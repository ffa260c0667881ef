#!/usr/bin/env bash
# Installs what the tests need, builds handfast with its tests and runs all of them; ends with CTest's summary.
# Idempotent. Further arguments go to ctest, for example: ./check.sh -R pki
set -euo pipefail
cd "$(dirname "$0")"
.ci/install test
echo "build: preset dev, into build/dev"
cmake --preset dev >/dev/null
cmake --build --preset dev
ctest --preset dev -j "$(nproc)" --no-tests=error -LE slow "$@"
