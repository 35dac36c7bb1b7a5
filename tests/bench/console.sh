#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the window costs: RSS and stalls of `signalbox` with CONSOLE_ROWS requests in its ledger while CONSOLE_RATE more
# come each second and somebody leafs through all pages; then throughput beside signalboxd's. README.md says what to
# read from it. Ends only the processes that it started, by their ids.
set -euo pipefail
here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd -- "$here/../.." && pwd)"
rows="${CONSOLE_ROWS:-10000000}"
rate="${CONSOLE_RATE-2000}" # empty: as many as come
duration="${CONSOLE_SECONDS:-120}"
rounds="${CONSOLE_ROUNDS:-3}"
theme="${CONSOLE_THEME:-dark}"
before="${CONSOLE_BEFORE:-0}" # seconds of all that goes, first: hours of requests in minutes
stay="${CONSOLE_STAY:-}" # the number of a page that is left open all the time instead
out="$root/build/bench"
bin="${CONSOLE_PROGRAMS:-$root/build/release/bin}" # programs that are there are not built

pids=()
cleanup() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
}
trap cleanup EXIT
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
wait_for_port() { # wait_for_port PORT PID
    for _ in $(seq 600); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
        kill -0 "$2" 2>/dev/null || break
        sleep 0.05
    done
    echo "nothing listens on port $1" >&2
    return 1
}
rss_mb() { awk '/^VmRSS:/ { printf "%.0f", $2 / 1024 }' "/proc/$1/status"; }

prepare() {
    "$root/packaging/install-packages.sh" build test bench
    mkdir -p "$out/console/home" "$out/ledger"
    g++ -std=c++20 -O2 -o "$out/load" "$here/load.cpp"
    g++ -std=c++20 -O2 -o "$out/upstream" "$here/upstream.cpp"
    python3 "$here/bodies.py" "$out/bodies"
    [ -n "${CONSOLE_PROGRAMS:-}" ] || (cd "$root" && cmake --preset release -DSIGNALBOX_BUILD_UI=ON >/dev/null &&
        cmake --build --preset release --target signalbox signalboxd bench_ledger)
    [ -f "$out/ledger/signalbox.db" ] || "$bin/bench_ledger" "$out/ledger" "$rows" "$rows" | sed -n '/filled/p'
    upstream_port=$(free_port)
    "$out/upstream" "$upstream_port" &
    pids+=($!)
    wait_for_port "$upstream_port" $!
    key="sbx-bench-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
    local hash
    hash=$(printf %s "$key" | sha256sum | cut -d' ' -f1)
    cat > "$out/console/gateway.json" <<CONFIG
{ "version": 1,
  "listen": { "address": "127.0.0.1", "port": 0, "auth": "keys" },
  "store": { "bodies": "none", "keepDays": 36500, "maxMiB": 1000000 },
  "providers": [ { "id": "box", "dialect": "openai-chat", "baseUrl": "http://127.0.0.1:$upstream_port/v1", "credentials": [] } ],
  "projects": [ { "id": "default" } ],
  "clients": [ { "id": "bench", "project": "default", "keySha256": "$hash" } ],
  "prices": [ { "model": "box/*", "inputUsdPerMTok": 1.25, "outputUsdPerMTok": 10 } ],
  "routes": [ { "id": "default", "match": { "model": "*" }, "to": { "target": "box/*" } } ] }
CONFIG
    mkdir -p "$out/console/home/.config/signalbox"
    printf '[ui]\ntheme=%s\n' "$theme" > "$out/console/home/.config/signalbox/signalbox.conf"
}

start_screen() {
    display=":$((90 + RANDOM % 900))"
    Xvfb "$display" -screen 0 1440x900x24 >/dev/null 2>&1 &
    pids+=($!)
    export DISPLAY="$display" QT_QPA_PLATFORM=xcb
    for _ in $(seq 100); do
        xdotool getdisplaygeometry >/dev/null 2>&1 && return 0
        sleep 0.1
    done
    echo "Xvfb did not start" >&2
    return 1
}

start_program() { # start_program signalbox|signalboxd DATA_FOLDER [OPTION...]
    local options=("${@:3}")
    port=$(free_port)
    HOME="$out/console/home" XDG_CONFIG_HOME="$out/console/home/.config" "$bin/$1" --config "$out/console/gateway.json" \
        --data-dir "$2" --listen "127.0.0.1:$port" "${options[@]}" > "$out/console/$1.out" 2> "$out/console/$1.log" &
    program=$!
    pids+=("$program")
    wait_for_port "$port" "$program"
}
stop_program() {
    kill "$program"
    wait "$program" || true
}
load() { "$out/load" -p "$port" -P "$program" -H "Authorization: Bearer $key" -b "$out/bodies/body-1k.json" "$@"; }

# As somebody does who looks for something: every page, filters, scrolling.
leaf() {
    local page window
    window=$(xdotool search --onlyvisible --name Signalbox | head -n 1)
    xdotool windowfocus "$window" # there is no window manager to do it
    if [ -n "$stay" ]; then
        xdotool key "ctrl+$stay"
        return
    fi
    while sleep 2; do
        for page in 1 2 3 4 5 6 7 8 9; do
            xdotool key "ctrl+$page"
            sleep 1.5
            if [ "$page" = 2 ]; then
                xdotool key slash
                xdotool type --delay 40 'status:429 model:claude*'
                xdotool key Return
                sleep 2
                xdotool key Escape Page_Down Page_Down End Home
                sleep 1
                xdotool key slash ctrl+a BackSpace Return Escape
            fi
        done
    done
}

watch_window() {
    start_program signalbox "$out/ledger" --report-stalls 50
    sleep 5
    echo "window open over $rows requests: $(rss_mb "$program") MB"
    leaf 2>/dev/null &
    local leafing=$!
    pids+=("$leafing")
    if [ "$before" -gt 0 ]; then
        load -c 64 -w 1 -d "$before" -n "before"
        echo "  after those: $(rss_mb "$program") MB"
    fi
    load ${rate:+-r "$rate"} -c 64 -w 1 -d "$duration" -n "window" > "$out/console/load.txt" &
    local loading=$!
    for _ in $(seq $((duration / 15))); do
        sleep 15
        echo "  $(rss_mb "$program") MB"
    done
    wait "$loading" || true
    cat "$out/console/load.txt"
    kill "$leafing" 2>/dev/null || true
    stop_program
    grep -h '^gui:' "$out/console/signalbox.log" | tail -n 12
}

compare_throughput() {
    local round which
    [ "$rounds" -gt 0 ] || return 0
    : > "$out/console/throughput.txt"
    for round in $(seq "$rounds"); do
        for which in signalboxd signalbox; do
            rm -rf "$out/console/data" && mkdir "$out/console/data"
            start_program "$which" "$out/console/data"
            sleep 4
            load -c 64 -w 1 -d 8 -n "$which" | tee -a "$out/console/throughput.txt"
            stop_program
        done
    done
    python3 - "$out/console/throughput.txt" <<'REPORT'
import re, statistics, sys
rates = {}
for line in open(sys.argv[1]):
    rates.setdefault(line.split()[0], []).append(float(re.search(r'\brps=([0-9.]+)', line).group(1)))
ratios = [window / daemon for daemon, window in zip(rates['signalboxd'], rates['signalbox'])]
print('with the window open, of the requests a second without:', *(f'{one:.3f}' for one in ratios),
      f'median {statistics.median(ratios):.3f}')
REPORT
}

prepare
start_screen
watch_window
compare_throughput
