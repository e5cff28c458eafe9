#!/bin/sh
# Make this folder ready to run ("dev": also ready to test). Needs no root; a second run finds nothing to do.
# What is done already is remembered in .venv/done/, by the checksum of what it was done from.
set -eu
cd "$(dirname "$0")/.."

main() {
    virtual_environment
    python_packages "${1:-run}"
    pages
    words
    compiled
}

virtual_environment() {
    if ! .venv/bin/python -c '' 2>/dev/null; then
        echo "· virtual environment .venv"
        python=$(find_python) || fail "Python 3.11 or newer is needed and was not found; name one with PYTHON=/path/to/python3"
        rm -rf .venv
        "$python" -m venv .venv || fail "$python cannot make virtual environments; on Debian: apt-get install python3-venv"
    fi
    mkdir -p .venv/done
}

find_python() {
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

python_packages() {
    # Whoever has the packages for the tests has those for running, too.
    is_done python-dev deploy/requirements-dev.lock pyproject.toml && return
    if [ "$1" = dev ]; then mark=python-dev lock=deploy/requirements-dev.lock; else mark=python lock=deploy/requirements.lock; fi
    is_done $mark $lock pyproject.toml && return
    total=$(grep -c '==' $lock)
    echo "· $total Python packages"
    log=.venv/done/pip.log
    pip_install --require-hashes -r $lock >$log 2>&1 &
    show_progress $! "$total" || { tail -n 20 $log >&2; fail "the Python packages could not be installed"; }
    pip_install --quiet --no-deps --no-build-isolation --config-settings editable_mode=compat -e .
    remember $mark $lock pyproject.toml
}

pip_install() {
    PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore .venv/bin/python -m pip install --progress-bar off "$@"
}

# show_progress PID TOTAL: on a terminal, how many packages pip has looked at, until it ends; its exit status.
show_progress() {
    while kill -0 "$1" 2>/dev/null; do
        [ -t 1 ] && printf '\r  %s of %s' "$(grep -cE '^(Collecting|Requirement already)' $log)" "$2"
        sleep 0.3
    done
    [ -t 1 ] && printf '\r  installed          \n'
    wait "$1"
}

pages() {
    sources="$(find app/frontend -type f | LC_ALL=C sort) package.json package-lock.json"
    [ -f app/static/dist/manifest.json ] && [ -f publishers/mathjax/mathjax.bundle.js ] && is_done pages $sources && return
    echo "· scripts and styles of the pages, formulas"
    node_and_npm
    if [ ! -d node_modules ] || ! is_done npm package-lock.json; then
        # No install scripts: they would fetch from outside the registry.
        npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
        remember npm package-lock.json
    fi
    node app/frontend/build.mjs
    remember pages $sources
}

node_and_npm() {
    if command -v npm >/dev/null && node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' 2>/dev/null; then
        return
    fi
    echo "  no Node.js 20 here: taking it as a Python package"
    pip_install --quiet --require-hashes -r deploy/requirements-node.lock
    PATH="$PWD/.venv/bin:$PATH"
    export PATH
}

words() {
    sources="$(find app/translations -name '*.po' | LC_ALL=C sort) deploy/compile_words.py"
    [ -n "$(find app/translations -name '*.mo')" ] && is_done words $sources && return
    echo "· Chinese words"
    .venv/bin/python deploy/compile_words.py
    remember words $sources
}

# Once for all processes: several start at the same time, and where Python may not write beside its sources each would compile anew.
compiled() {
    .venv/bin/python -m compileall -q app editorial publishers
}

# is_done NAME FILE…: whether NAME was done from exactly these files.
is_done() {
    mark_file=.venv/done/$1
    shift
    [ -f "$mark_file" ] && [ "$(cat "$mark_file")" = "$(checksum "$@")" ]
}

remember() {
    mark_file=.venv/done/$1
    shift
    checksum "$@" >"$mark_file"
}

checksum() {
    cat "$@" | cksum
}

fail() {
    echo "setup: $1" >&2
    exit 1
}

main "$@"
