#!/usr/bin/env bash
# Writes console/src/api/schema.ts, the types of the API, from the API's own code.
#
#   scripts/types.sh            writes it
#   scripts/types.sh FILE       writes it elsewhere (a test compares the two)
set -euo pipefail
cd -P "$(dirname "$0")/.."

. scripts/node.sh
use_node .venv/bin/python || { echo "types: no Node here; run: scripts/setup.sh dev" >&2; exit 1; }
[ -f console/node_modules/openapi-typescript/bin/cli.js ] || {
    echo "types: console/node_modules is missing; run: scripts/console.sh" >&2
    exit 1
}
out=${1:-console/src/api/schema.ts}
document=$(mktemp "${TMPDIR:-/tmp}/linkloop-openapi.XXXXXX.json")
fresh=$(mktemp "${TMPDIR:-/tmp}/linkloop-schema.XXXXXX.ts")
trap 'rm -f "$document" "$fresh"' EXIT
.venv/bin/python scripts/openapi.py >"$document"
node console/node_modules/openapi-typescript/bin/cli.js "$document" --output "$fresh" >/dev/null
{
    echo "// Made by scripts/types.sh from the API's OpenAPI document; do not edit."
    cat "$fresh"
} >"$out"
