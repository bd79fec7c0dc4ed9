#!/usr/bin/env bash
# Builds the console (console/ → src/linkloop/faces/console/built) when its sources have changed.
#
#   scripts/console.sh [base|dev]   dev also keeps console/node_modules for the tests that need it
#
# Interrupted anywhere, the same command goes on: npm's cache keeps what was downloaded, the pages appear in one step.
set -euo pipefail
cd -P "$(dirname "$0")/.."

kind=${1:-base}
python=.venv/bin/python
built=src/linkloop/faces/console/built
stamp=$built/.built-from
modules=console/node_modules
installed=$modules/.installed-from

say() {
    case ${LC_ALL:-${LANG:-}} in
        zh*) echo "console: $1 · $2" >&2 ;;
        *) echo "console: $1" >&2 ;;
    esac
}
die() {
    say "$@"
    exit 1
}
hasher=$(command -v sha256sum || echo "shasum -a 256")
# shellcheck disable=SC2086  # the command and its option
hash256() { $hasher | cut -c 1-64; }

# sources: one line for everything that a build reads, whatever git knows of it.
sources() {
    # shellcheck disable=SC2086
    (
        cd console
        find src public index.html package.json package-lock.json tsconfig.json vite.config.ts .npmrc ../scripts/pack.mjs \
            -type f | LC_ALL=C sort | tr '\n' '\0' | xargs -0 $hasher
    ) | hash256
}
locked() { cat console/package.json console/package-lock.json | hash256; }
same() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }
is_built() { [ -f "$built/index.html" ] && same "$stamp" "$from"; }
is_installed() { [ "$kind" = base ] || same "$installed" "$(locked)"; }

# A source distribution carries the pages ready-made and may carry no sources.
if [ ! -f console/package.json ]; then
    if [ -f "$built/index.html" ]; then exit 0; fi
    die "console/ is missing; get it back: git checkout -- console" "缺少 console/ 目录，请恢复：git checkout -- console"
fi
from=$(sources)
if is_built && is_installed; then exit 0; fi

# One build at a time; who comes second waits and then finds the work done.
if command -v flock >/dev/null; then
    mkdir -p .stamp
    exec 8>.stamp/console.lock
    flock 8
    if is_built && is_installed; then exit 0; fi
fi

. scripts/node.sh
if ! use_node "$python"; then
    say "no Node >= $NODE_LEAST on this machine: taking it from PyPI (once, about 60 MB)" \
        "本机没有 Node >= $NODE_LEAST，从 PyPI 安装（仅一次，约 60 MB）"
    . scripts/uv_env.sh
    uv_env "$python"
    lock=requirements-node.lock
    { [ -x .venv/bin/uv ] && .venv/bin/uv pip install --quiet --python "$python" --require-hashes -r "$lock"; } ||
        "$python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" ||
        die "Node could not be installed. No network? Look at: $python -m pip config list; or install Node $NODE_LEAST or newer \
yourself (https://nodejs.org, Debian: nodejs npm of a newer release) and run the same command again" \
            "无法安装 Node。网络不通？请检查：$python -m pip config list；或自行安装 Node $NODE_LEAST 及以上版本后重新运行同一命令"
    use_node "$python" || die "Node from $lock does not run here; install Node $NODE_LEAST or newer yourself" \
        "$lock 中的 Node 无法在本机运行，请自行安装 Node $NODE_LEAST 及以上版本"
fi
began=$SECONDS

# npm ci empties the folder first, so a half-made one never lives on.
if ! same "$installed" "$(locked)"; then
    say "[1/2] packages of console/package-lock.json (node $(node --version))" "[1/2] 安装 console/package-lock.json 中的依赖"
    (cd console && npm ci --prefer-offline --no-audit --no-fund --loglevel=error >/dev/null) ||
        die "failed: npm ci in console/ (above). No network, or a mirror or proxy is needed? Look at: npm config get registry. \
What was downloaded is kept; run the same command again to go on" \
            "在 console/ 中执行 npm ci 失败（见上）。网络不通，或需要镜像/代理？请检查：npm config get registry。已下载的内容会保留，重新运行同一命令即可继续"
    locked >"$installed"
fi

if ! is_built; then
    say "[2/2] the pages" "[2/2] 构建页面"
    fresh=$PWD/src/linkloop/faces/console/.built.$$
    trap 'rm -rf "$fresh"' EXIT
    trap 'exit 130' INT TERM
    log=$(cd console && node node_modules/vite/bin/vite.js build --outDir "$fresh" --emptyOutDir --logLevel warn 2>&1) || {
        printf '%s\n' "$log" >&2
        die "the build failed (above)" "构建失败（见上）"
    }
    [ -f "$fresh/index.html" ] || die "the build made no index.html" "构建结果缺少 index.html"
    node scripts/pack.mjs "$fresh"
    printf '%s\n' "$from" >"$fresh/.built-from"
    rm -rf "$built"
    mv "$fresh" "$built"
    trap - EXIT
fi
say "ready in $((SECONDS - began)) s" "完成，用时 $((SECONDS - began)) 秒"
