#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Writes pictures of every page of the console, with the demo's figures, to build/pictures/NAME/PAGE.png: light and
# dark, at 100 % and 200 %, in a small window, and in a language of longer texts, also from right to left. Look at them
# after a change of the console.  tests/pictures.sh [NAME…]   names: light dark contrast light-200 dark-200 small long rtl
set -euo pipefail
root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"
program="${SIGNALBOX:-$root/build/dev/bin/signalbox}"
out="${PICTURES:-$root/build/pictures}"

one() { # one NAME THEME SCALE WIDTH HEIGHT [ARGUMENT…]
    local name=$1 theme=$2 scale=$3 width=$4 height=$5
    shift 5
    local home
    home=$(mktemp -d)
    mkdir -p "$home/config/signalbox"
    printf '[ui]\ntheme=%s\n' "$theme" > "$home/config/signalbox/signalbox.conf"
    rm -rf "${out:?}/$name"
    XDG_CONFIG_HOME="$home/config" XDG_DATA_HOME="$home/data" XDG_RUNTIME_DIR="$home" QT_SCALE_FACTOR="$scale" LC_ALL=C.UTF-8 \
        timeout 120 xvfb-run -a -s "-screen 0 $((width * scale))x$((height * scale))x24" \
        "$program" --demo --listen 127.0.0.1:0 --data-dir "$home/data" --pictures "$out/$name" "$@" < /dev/null
    rm -rf "$home"
    local pages
    pages=$(find "$out/$name" -name '*.png' -size +4k | wc -l)
    echo "$out/$name: $pages pages"
    [ "$pages" -ge 22 ] || { echo "pages are missing" >&2; return 1; }
}

names=("$@")
[ ${#names[@]} -gt 0 ] || names=(light dark contrast light-200 dark-200 small long rtl)
for name in "${names[@]}"; do
    case $name in
        light | dark) one "$name" "$name" 1 1440 900 ;;
        light-200 | dark-200) one "$name" "${name%-200}" 2 1440 900 ;;
        small) one small light 1 1024 700 ;;
        long) one long light 1 1440 900 --pseudo-language ltr ;;
        contrast) one contrast high-contrast 1 1440 900 ;;
        rtl) one rtl light 1 1440 900 --pseudo-language rtl ;;
        *) echo "$0: no set named $name" >&2; exit 2 ;;
    esac
done
