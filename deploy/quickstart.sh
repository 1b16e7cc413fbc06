#!/bin/sh
# Builds kaiku on a fresh Debian 12 and runs its demo: sh deploy/quickstart.sh
set -eu
cd "$(dirname "$0")/.."

packages="cmake ninja-build gcc libc6-dev pkg-config
          librdkafka-dev libhiredis-dev libfyaml-dev libxxhash-dev zlib1g-dev libzstd-dev libjemalloc-dev
          redis-server tzdata"

missing=
for package in $packages; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing="$missing $package"
done

if [ -n "$missing" ]; then
    root=
    [ "$(id -u)" -eq 0 ] || root=sudo
    echo "installing:$missing"
    log=$(mktemp)
    # shellcheck disable=SC2086 # a list of words
    if ! { $root apt-get update && $root env DEBIAN_FRONTEND=noninteractive \
           apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1 </dev/null; then
        cat "$log" >&2
        rm -f "$log"
        exit 1
    fi
    rm -f "$log"
fi

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
