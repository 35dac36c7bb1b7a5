# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by tests/run.sh and .ci/run.

# junit_counts FILE CTEST_EXIT_CODE → "passed failed skipped". A test that could not be started at all is a failure here,
# though the file calls it skipped; so is a ctest that failed without naming a test.
junit_counts() {
    local file=$1 status=$2 total=0 failed=0 skipped=0 disabled=0 unstarted=0
    if [ -s "$file" ]; then
        attribute() { sed -n "/<testsuite /,/>/p" "$file" | grep -oE "[[:space:]]$1=\"[0-9]+\"" | head -n 1 | grep -oE '[0-9]+' || echo 0; }
        total=$(attribute tests)
        failed=$(attribute failures)
        skipped=$(attribute skipped)
        disabled=$(attribute disabled)
        unstarted=$(grep -cE '<skipped message="(Unable|Failed|Fixture|Could not)' "$file" || true)
    fi
    failed=$((failed + unstarted))
    skipped=$((skipped - unstarted + disabled))
    if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
        failed=1
        total=$((total + 1))
    fi
    echo "$((total - failed - skipped)) $failed $skipped"
}

# The lines in which skipped tests say why.
print_skip_reasons() {
    [ -s "$1" ] || return 0
    grep -hoE 'SKIPPED: .*' "$1" | sed 's/&quot;/"/g; s/&apos;/'"'"'/g; s/^/  /' | sort -u || true
}
