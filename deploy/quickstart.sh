#!/bin/sh
# Builds kaiku on a fresh Debian 12 and runs its demo: sh deploy/quickstart.sh
set -eu
cd "$(dirname "$0")/.."

sh deploy/require.sh cmake ninja-build gcc libc6-dev pkg-config \
    librdkafka-dev libhiredis-dev libfyaml-dev libmicrohttpd-dev libxxhash-dev zlib1g-dev libzstd-dev libjemalloc-dev \
    libyajl-dev libjs-chart.js redis-server tzdata

echo "building: build/release"
log=$(mktemp)
if ! { cmake --preset release -DKAIKU_TESTS=OFF && cmake --build --preset release; } >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    exit 1
fi
rm -f "$log"

echo "running: build/release/kaiku demo"
exec build/release/kaiku demo
