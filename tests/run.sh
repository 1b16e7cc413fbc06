#!/bin/sh
# Installs what the tests need (Debian 12), builds, and runs them all: sh tests/run.sh
#
#   --quick           one build, small logs
#   --only PATTERN    only tests whose name holds it: unit.decode, replay, faults.killed ...
#
# Kafka tests need Java and Maven (which fetches the broker): without them they say that they are skipped; with
# CI=true both are installed. The last line is `N passed, N failed, N skipped`; exit code 0 only if none failed.
set -eu
cd "$(dirname "$0")/.."

# Debian's python3 by its path: the one that python3-yaml and python3-redis belong to.
packages="cmake ninja-build gcc libc6-dev pkg-config
          librdkafka-dev libhiredis-dev libfyaml-dev libxxhash-dev zlib1g-dev libzstd-dev libjemalloc-dev
          libcriterion-dev redis-server tzdata python3 python3-yaml python3-redis zstd"
[ "${CI:-}" != true ] || packages="$packages openjdk-17-jre-headless maven"

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
        echo "cannot install:$missing" >&2
        exit 1
    fi
    rm -f "$log"
fi

exec /usr/bin/python3 tests/run.py "$@"
