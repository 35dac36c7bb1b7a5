#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs what is missing, builds the release and starts Signalbox; arguments go to the program:  packaging/run.sh --demo
set -euo pipefail
root="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)"

"$root/packaging/install-packages.sh" build runtime
cd -- "$root"
cmake --preset release >/dev/null
cmake --build --preset release --target signalbox signalboxd -j "${SIGNALBOX_JOBS:-$(nproc)}"
cd - >/dev/null

if [ -z "${DISPLAY:-}" ] && [ -z "${WAYLAND_DISPLAY:-}" ]; then
    echo "No display here (neither DISPLAY nor WAYLAND_DISPLAY is set): starting the daemon, signalboxd, without a window."
    exec "$root/build/release/bin/signalboxd" "$@"
fi
exec "$root/build/release/bin/signalbox" "$@"
