#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds the preset dev and runs every test. The last line is "N passed, N failed".
# Arguments go to ctest:  tests/run.sh -R net/
set -euo pipefail
root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"
source "$root/tests/junit_counts.sh"
heading() { printf '\n== %s %s\n' "$(date +%H:%M:%S)" "$*"; }

heading "packages"
"$root/packaging/install-packages.sh" build runtime test
cd -- "$root"

heading "configure"
warnings=OFF
[ "${CI:-}" = true ] && warnings=ON
cmake --preset dev -DSIGNALBOX_WARNINGS_AS_ERRORS=$warnings

heading "build"
cmake --build --preset dev -j "${SIGNALBOX_JOBS:-$(nproc)}"

heading "client libraries of the interop tests"
if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; then
    # Without them those tests skip themselves and say so, so a machine without a network can still run the rest.
    (cd tests/interop && npm ci --ignore-scripts --no-audit --no-fund) || echo "npm ci failed: the interop tests will be skipped"
else
    echo "node or npm is missing: the interop tests will be skipped"
fi

heading "tests"
mkdir -p build/dev/junit
rm -f build/dev/junit/ctest.xml
status=0
ctest --preset dev -j2 --output-junit "$root/build/dev/junit/ctest.xml" "$@" || status=$?

heading "result (details: build/dev/junit/ctest.xml)"
print_skip_reasons build/dev/junit/ctest.xml
read -r passed failed skipped < <(junit_counts build/dev/junit/ctest.xml "$status")
[ "$skipped" -eq 0 ] && echo "$passed passed, $failed failed" || echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
