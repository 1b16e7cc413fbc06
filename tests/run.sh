#!/bin/sh
# Installs what the tests need (Debian 12), builds, and runs them all: sh tests/run.sh
#
#   --quick           one build, small logs
#   --only PATTERN    only tests whose name holds it: unit.decode, replay, faults.killed ...
#   --campaign NAME [--rounds N] [--seed N]
#                     one of tests/campaign instead: kill9, redis, rebalance, failover, day
#
# Kafka tests need Java and Maven (which fetches the broker): without them they say that they are skipped; with
# CI=true both are installed. So it is with Node, which the tests of dashboards need. The last line is
# `N passed, N failed, N skipped`; exit code 0 only if none failed.
set -eu
cd "$(dirname "$0")/.."

# Debian's python3 by its path: the one that python3-yaml and python3-redis belong to.
java=
node=
if [ "${CI:-}" = true ]; then
    java="openjdk-17-jre-headless maven"
    # One from elsewhere does as well, and Debian's cannot be installed beside it.
    command -v npm >/dev/null || node="nodejs npm"
fi
# shellcheck disable=SC2086 # a list of words
sh deploy/require.sh cmake ninja-build gcc libc6-dev pkg-config \
    librdkafka-dev libhiredis-dev libfyaml-dev libmicrohttpd-dev libxxhash-dev zlib1g-dev libzstd-dev libjemalloc-dev \
    libyajl-dev libjs-chart.js libcriterion-dev redis-server tzdata python3 python3-yaml python3-redis zstd openssl tmux python3-venv \
    g++ libsimdjson-dev valgrind clang libclang-rt-14-dev prometheus \
    chromium chromium-driver python3-selenium \
    python3-markdown-it systemd systemd-container mmdebstrap binutils dpkg-dev lintian groff-base mandoc zsh fish $java $node

exec /usr/bin/python3 tests/run.py "$@"
