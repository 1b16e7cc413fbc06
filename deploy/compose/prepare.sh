#!/bin/sh
# Makes what compose.yaml needs and nobody else should have, unless it is there: passwords (.env) and, in local/, the
# users of Redis, a token for Prometheus, and kaiku's configuration, which is yours to edit:
# sh deploy/compose/prepare.sh [DIRECTORY]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "${1:-$here}"

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
sum() { printf %s "$1" | sha256sum | cut -c1-64; }

umask 077
if [ ! -e .env ]; then
    for name in ADMIN_PASSWORD REDIS_PASSWORD GRAFANA_PASSWORD FEEDS_PASSWORD HTTP_TOKEN GRAFANA_ADMIN_PASSWORD; do
        echo "KAIKU_$name=$(random)"
    done >.env
fi
# shellcheck source=/dev/null
. ./.env
# Containers read these as users of their own; the directory keeps everybody else out.
mkdir -p local
umask 022
[ -e local/users.acl ] ||
    sed -e "s/#ADMIN_SHA256/#$(sum "$KAIKU_ADMIN_PASSWORD")/" \
        -e "s/#KAIKU_SHA256/#$(sum "$KAIKU_REDIS_PASSWORD")/" \
        -e "s/#GRAFANA_SHA256/#$(sum "$KAIKU_GRAFANA_PASSWORD")/" \
        -e "s/#FEEDS_SHA256/#$(sum "$KAIKU_FEEDS_PASSWORD")/" \
        "$here/../users.acl" >local/users.acl
[ -e local/prometheus.token ] || printf %s "$KAIKU_HTTP_TOKEN" >local/prometheus.token
[ -e local/kaiku.yaml ] || {
    # What stands in ${} is kaiku's to replace.
    # shellcheck disable=SC2016
    sed -e 's/localhost:9092/kafka:9092/' -e 's/localhost:6379/redis:6379/' -e 's/# user: kaiku .*/user: kaiku/' \
        -e 's/# password: \(${KAIKU_REDIS_PASSWORD}\)/password: \1/' "$here/../kaiku.yaml"
    # shellcheck disable=SC2016
    printf '\nhttp:\n  listen: 0.0.0.0:8080\n  token: ${KAIKU_HTTP_TOKEN}\n'
} >local/kaiku.yaml
