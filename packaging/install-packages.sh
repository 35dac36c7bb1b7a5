#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing of the named groups of debian-packages.txt:  install-packages.sh build runtime
set -euo pipefail
list="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)/debian-packages.txt"

if [ $# -eq 0 ]; then
    echo "usage: $0 GROUP…   groups: $(sed -n 's/^\[\(.*\)\]$/\1/p' "$list" | tr '\n' ' ')" >&2
    exit 2
fi
for group in "$@"; do
    grep -qx "\[$group\]" "$list" || { echo "$0: no group [$group] in $list" >&2; exit 2; }
done

# "package command" for each line of the groups asked for; command is "-" when none is named.
wanted() {
    awk -v groups=" $* " '
        /^\[/ { name = $0; gsub(/[][]/, "", name); on = index(groups, " " name " ") > 0; next }
        { sub(/#.*/, "") }
        on && NF { command = ($2 ~ /^\?/) ? substr($2, 2) : "-"; print $1, command }' "$list"
}

if ! command -v dpkg-query >/dev/null 2>&1; then
    echo "This is not a Debian system. Please install the counterparts of these packages yourself:" >&2
    wanted "$@" | awk '{ printf "  %s\n", $1 }' >&2
    echo "Trying to go on with what is there." >&2
    exit 0
fi

missing=()
while read -r package command; do
    if [ "$command" != - ] && command -v "$command" >/dev/null 2>&1; then
        continue
    fi
    status=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done < <(wanted "$@")

if [ ${#missing[@]} -eq 0 ]; then
    exit 0
fi
echo "Missing Debian packages: ${missing[*]}"

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "Cannot install them: not root, and there is no sudo. As root:" >&2
        echo "  apt-get update && apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
"${as_root[@]}" apt-get update -q
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
