#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the gateway costs beside nginx as a plain reverse proxy; README.md says what to read from it. Ends only the
# processes that it started, by their ids.
set -euo pipefail
here="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd -- "$here/../.." && pwd)"
rounds="${BENCH_ROUNDS:-3}"
duration="${BENCH_SECONDS:-5}"
memory_requests="${BENCH_MEMORY_REQUESTS:-20000 200000}"
read -ra targets <<< "${BENCH_TARGETS:-nginx signalboxd}"
out="$root/build/bench"
gateway_core=0 # the process under test has it for itself; load and upstream share the other
other_core=1

pids=()
cleanup() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
}
trap cleanup EXIT
wants() { [[ " ${targets[*]} " == *" $1 "* ]]; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
wait_for_port() { # wait_for_port PORT PID
    for _ in $(seq 200); do
        if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
        kill -0 "$2" 2>/dev/null || break
        sleep 0.05
    done
    echo "nothing listens on port $1" >&2
    return 1
}

prepare() {
    "$root/packaging/install-packages.sh" build bench
    ulimit -n 16384 2>/dev/null || ulimit -n "$(ulimit -Hn)"
    rm -rf "$out/run"
    mkdir -p "$out/run/tmp" "$out/run/data"
    g++ -std=c++20 -O2 -o "$out/load" "$here/load.cpp"
    g++ -std=c++20 -O2 -o "$out/upstream" "$here/upstream.cpp"
    python3 "$here/bodies.py" "$out/bodies"
    if wants signalboxd; then
        (cd "$root" && cmake --preset release >/dev/null && cmake --build --preset release --target signalboxd)
    fi
}

start_upstream() {
    upstream_port=$(free_port)
    taskset -c $other_core "$out/upstream" "$upstream_port" &
    pids+=($!)
    wait_for_port "$upstream_port" $!
}

start_nginx() {
    nginx_port=$(free_port)
    sed "s/UPSTREAM_PORT/$upstream_port/; s/NGINX_PORT/$nginx_port/" "$here/nginx.conf" > "$out/run/nginx.conf"
    taskset -c $gateway_core nginx -p "$out/run" -c nginx.conf 2>"$out/run/nginx.stderr" &
    nginx_pid=$!
    pids+=("$nginx_pid")
    wait_for_port "$nginx_port" "$nginx_pid"
}

# As people run it: keys checked, a route, prices, ledger and JSON log on.
start_gateway() {
    key="sbx-bench-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')"
    local hash
    hash=$(printf %s "$key" | sha256sum | cut -d' ' -f1)
    cat > "$out/run/gateway.json" <<CONFIG
{ "version": 1,
  "listen": { "address": "127.0.0.1", "port": 0, "auth": "keys" },
  "providers": [ { "id": "box", "dialect": "openai-chat", "baseUrl": "http://127.0.0.1:$upstream_port/v1", "credentials": [] } ],
  "projects": [ { "id": "default" } ],
  "clients": [ { "id": "bench", "project": "default", "keySha256": "$hash" } ],
  "prices": [ { "model": "box/*", "inputUsdPerMTok": 1.25, "outputUsdPerMTok": 10 } ],
  "routes": [ { "id": "default", "match": { "model": "*" }, "to": { "target": "box/*" } } ] }
CONFIG
    : > "$out/run/gateway.stdout"
    taskset -c $gateway_core "$root/build/release/bin/signalboxd" --config "$out/run/gateway.json" --data-dir "$out/run/data" \
        --listen 127.0.0.1:0 > "$out/run/gateway.stdout" 2> "$out/run/gateway.log" &
    gateway_pid=$!
    pids+=("$gateway_pid")
    for _ in $(seq 200); do
        gateway_port=$(sed -n 's/^listening http:.*:\([0-9]*\)$/\1/p' "$out/run/gateway.stdout")
        [ -n "$gateway_port" ] && return 0
        kill -0 "$gateway_pid" 2>/dev/null || break
        sleep 0.05
    done
    echo "signalboxd did not start:" >&2
    cat "$out/run/gateway.log" >&2
    return 1
}

stop_gateway() {
    kill "$gateway_pid"
    wait "$gateway_pid" || true
}

measure() { # measure NAME TARGET LOAD_OPTIONS…  → one line in results.txt
    local name=$1 target=$2 port pid
    shift 2
    if [ "$target" = nginx ]; then port=$nginx_port pid=$nginx_pid; else port=$gateway_port pid=$gateway_pid; fi
    taskset -c $other_core "$out/load" -p "$port" -P "$pid" -H "Authorization: Bearer ${key:-none}" -n "$name/$target" "$@" \
        | tee -a "$out/results.txt" || echo "$name/$target FAILED" | tee -a "$out/results.txt"
}

value() { # value NAME/TARGET FIELD → median over the rounds
    grep -F "$1 " "$out/results.txt" | grep -oE "(^| )$2=[0-9.]+" | sed 's/.*=//' | sort -n \
        | awk '{ v[NR] = $1 } END { if (NR) print v[int((NR + 1) / 2)]; else print "-" }'
}
# event_delay has its own p50 and p99, behind those of the latency
delay_p99() {
    { grep -F "$1 " "$out/results.txt" || true; } | sed -n 's/.*event_delay_us p50=[0-9.]* p99=\([0-9.]*\).*/\1/p' | sort -n \
        | awk '{ v[NR] = $1 } END { if (NR) print v[int((NR + 1) / 2)]; else print "-" }'
}
total() { # total NAME/TARGET FIELD → sum over the rounds
    { grep -F "$1 " "$out/results.txt" || true; } | grep -oE " $2=[0-9]+" | sed 's/.*=//' | awk '{ s += $1 } END { print s + 0 }'
}
table_row() { # table_row TEXT NGINX GATEWAY
    local ratio=-
    if [[ $2 =~ ^[0-9.]+$ && $3 =~ ^[0-9.]+$ ]]; then ratio=$(awk -v n="$2" -v g="$3" 'BEGIN { if (n > 0) printf "%.2f", g / n; else print "-" }'); fi
    printf '| %-52s | %10s | %10s | %6s |\n' "$1" "$2" "$3" "$ratio"
}
dropped() { echo $(($(total "$1" errors) + $(total "$1" not200) + $(total "$1" short))); }
rss_kb() { awk '/^VmRSS:/ { print $2 }' "/proc/$1/status"; }
megabytes() { awk -v kb="$1" 'BEGIN { printf "%.1f", kb / 1024 }'; }

rounds_of_load() {
    for round in $(seq "$rounds"); do
        echo "-- round $round of $rounds"
        for target in "${targets[@]}"; do
            measure whole "$target" -b "$out/bodies/body-1k.json" -c 64 -d "$duration" -w 1
        done
        for target in "${targets[@]}"; do
            measure stream "$target" -b "$out/bodies/stream-m0.json" -c 64 -d "$duration" -w 1 -e 100
        done
        if wants signalboxd; then # an Anthropic client on the same provider, which speaks OpenAI's API
            measure translated signalboxd -u /v1/messages -b "$out/bodies/body-1k.json" -c 64 -d "$duration" -w 1
            measure translated-stream signalboxd -u /v1/messages -m content_block_delta -b "$out/bodies/stream-m0.json" \
                -c 64 -d "$duration" -w 1 -e 100
            measure large signalboxd -b "$out/bodies/body-100k.json" -c 16 -d "$duration" -w 1
            measure translated-large signalboxd -u /v1/messages -b "$out/bodies/body-100k.json" -c 16 -d "$duration" -w 1
        fi
        for target in "${targets[@]}"; do
            measure slow "$target" -b "$out/bodies/stream-m50000.json" -c 1000 -d $((duration + 5)) -w 2 -e 100
        done
    done
}

# A process of its own, so that the streams before do not count.
memory() {
    rm -rf "$out/run/data" && mkdir "$out/run/data"
    start_gateway
    sleep 1
    printf '| %-52s | %10s |\n' "idle" "$(megabytes "$(rss_kb "$gateway_pid")")"
    local done_so_far=0 wanted
    for wanted in $memory_requests; do
        taskset -c $other_core "$out/load" -p "$gateway_port" -P "$gateway_pid" -H "Authorization: Bearer $key" -b "$out/bodies/body-1k.json" \
            -c 64 -w 0 -d 600 -N $((wanted - done_so_far)) >> "$out/results.txt"
        done_so_far=$wanted
        sleep 1
        printf '| %-52s | %10s |\n' "after $wanted requests" "$(megabytes "$(rss_kb "$gateway_pid")")"
    done
    stop_gateway
}

prepare
: > "$out/results.txt"
start_upstream
if wants nginx; then start_nginx; fi
if wants signalboxd; then start_gateway; fi
rounds_of_load
if wants signalboxd; then stop_gateway; fi

echo
echo "$(date +%F) · $(nproc) cores · $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1) · median of $rounds rounds of $duration s · raw lines: build/bench/results.txt"
printf '| %-52s | %10s | %10s | %6s |\n| %s | ---: | ---: | ---: |\n' "" nginx signalboxd ratio ---
table_row "1 KB, not streamed, 64 connections: CPU µs/request" "$(value whole/nginx cpu_us/request)" "$(value whole/signalboxd cpu_us/request)"
table_row "the same: requests a second" "$(value whole/nginx rps)" "$(value whole/signalboxd rps)"
table_row "streams at full speed, 64: CPU µs/event" "$(value stream/nginx cpu_us/event)" "$(value stream/signalboxd cpu_us/event)"
table_row "translated, 1 KB, not streamed, 64: CPU µs/request" "$(value whole/nginx cpu_us/request)" "$(value translated/signalboxd cpu_us/request)"
table_row "translated streams at full speed, 64: CPU µs/event" "$(value stream/nginx cpu_us/event)" "$(value translated-stream/signalboxd cpu_us/event)"
table_row "100 KB passed (left) and translated (right): µs/request" "$(value large/signalboxd cpu_us/request)" "$(value translated-large/signalboxd cpu_us/request)"
table_row "1,000 streams × 20 events/s: CPU %" "$(value slow/nginx cpu%)" "$(value slow/signalboxd cpu%)"
table_row "the same: event delay p99, µs" "$(delay_p99 slow/nginx)" "$(delay_p99 slow/signalboxd)"
table_row "the same: events a second (20,000 are due)" "$(value slow/nginx events/s)" "$(value slow/signalboxd events/s)"
table_row "dropped in all runs: errors, not 200, cut streams" \
    "$(($(dropped whole/nginx) + $(dropped stream/nginx) + $(dropped slow/nginx)))" \
    "$(($(dropped whole/signalboxd) + $(dropped stream/signalboxd) + $(dropped slow/signalboxd)))"
if wants signalboxd; then
    echo
    printf '| %-52s | %10s |\n| %s | ---: |\n' "signalboxd, 1 KB requests: resident memory, MB" "RSS" ---
    memory
fi
