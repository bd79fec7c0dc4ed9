#!/usr/bin/env bash
# Everything that must hold before a change goes in: lint, format, types, floors, tests.
#
#   scripts/check.sh                    all of it but the browser and what is slow
#   scripts/check.sh lint|fmt|types|floors|tests|slow|browser [pytest arguments]
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin

lint() { $bin/ruff check .; }
fmt() { $bin/ruff format --check .; }
types() { $bin/basedpyright; }
floors() { $bin/lint-imports --no-logo; }
# Two workers by default: most of our machines have two cores, and a worker loads numpy, duckdb, polars.
# Every commit of a shop waits for the disk. Tests kill processes, never the machine, so memory is disk enough for them.
# By file: what a file's tests share (a town that lived a day, a shop with a week behind it) is made once, not by each worker.
tests() {
    local room=() free
    free=$(df -Pk /dev/shm 2>/dev/null | awk 'NR==2 {print $4}')
    if [ -w /dev/shm ] && [ "${free:-0}" -gt 3000000 ]; then
        trap 'rm -rf "/dev/shm/linkloop-tests-$$"' EXIT
        export TMPDIR="/dev/shm/linkloop-tests-$$"
        mkdir -p "$TMPDIR"
        room=(--basetemp "$TMPDIR/pytest")
    fi
    $bin/python -m pytest -n "${WORKERS:-2}" --dist "${DIST:-loadfile}" "${room[@]}" "$@"
}
# Processes killed again and again, a fuzzed API, learners over many seeds: a minute each.
slow() { DIST=loadgroup tests -m "slow and not browser" "$@"; }
# What drives the console in Chromium takes minutes of its own.
browser() { DIST=loadgroup tests tests/console -m browser "$@"; }

broken=""
step() {
    local name=$1 began=$SECONDS
    shift
    echo "── $name"
    if ! "$name" "$@"; then
        broken="$broken $name"
        echo "── $name: FAILED ($((SECONDS - began)) s)" >&2
    fi
}

case ${1:-all} in
    lint | fmt | types | floors | tests | slow | browser) step "$@" ;;
    # A badly formatted file does not hide what the tests have to say; tests come last, so that a good
    # run ends with their closing line.
    all) [ $# -gt 0 ] && shift; for name in lint fmt types floors; do step "$name"; done; step tests -m "not browser and not slow" "$@" ;;
    *) sed -n '2,6p' "$0"; exit 2 ;;
esac
if [ -n "$broken" ]; then
    echo "check: broken:$broken" >&2
    exit 1
fi
