#!/bin/sh
# What the tests need from the system: installed when we are root on a Debian, named when we may not.
set -eu

missing=
need() {
    eval "$2" >/dev/null 2>&1 || missing="$missing $1"
}

need postgresql 'command -v initdb || ls /usr/lib/postgresql/*/bin/initdb'
need redis-server 'command -v redis-server'
need chromium 'command -v chromium || command -v chromium-browser || command -v google-chrome'
need fonts-noto-cjk 'fc-list :lang=zh | grep .'
need libpangoft2-1.0-0 'ldconfig -p | grep libpangoft2'
need libharfbuzz-subset0 'ldconfig -p | grep libharfbuzz-subset'
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "· system packages for the tests:$missing"
    export DEBIAN_FRONTEND=noninteractive
    log=$(mktemp)
    if { apt-get update && apt-get install --yes --no-install-recommends fontconfig $missing; } >"$log" 2>&1; then
        rm "$log"
        exit 0
    fi
    tail -n 5 "$log" >&2
fi
echo "· left out: tests that need$missing are skipped. To run them too, as root: apt-get install$missing"
