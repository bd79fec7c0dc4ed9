#!/usr/bin/env bash
# Makes .venv ready to run (base) or to develop (dev), and builds the console; when nothing changed it returns at once.
#
#   scripts/setup.sh [base|dev]      PYTHON=/path/to/python3.12 chooses the interpreter
set -euo pipefail
cd -P "$(dirname "$0")/.."

kind=${1:-base}
case $kind in
    base) lock=requirements.lock ;;
    dev) lock=requirements-dev.lock ;;
    *) echo "usage: scripts/setup.sh [base|dev]" >&2; exit 2 ;;
esac
venv=.venv
python=$venv/bin/python

# say ENGLISH CHINESE
say() {
    case ${LC_ALL:-${LANG:-}} in
        zh*) echo "setup: $1 · $2" >&2 ;;
        *) echo "setup: $1" >&2 ;;
    esac
}
die() {
    say "$@"
    exit 1
}

hash256() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi; }
# key KIND: changes with the locks, the project file, this script and the place of the checkout (the
# scripts in .venv/bin carry its absolute path).
key() {
    local files=(requirements.lock pyproject.toml scripts/setup.sh)
    [ "$1" = base ] || files+=(requirements-dev.lock)
    { pwd; cat "${files[@]}"; } | hash256 | cut -c 1-64
}
# done_for KIND: was it set up, and from the same files?
done_for() {
    local stamp=$venv/.ready-$1 was=""
    [ -f "$stamp" ] && [ -x "$python" ] && [ -x "$venv/bin/linkloop" ] || return 1
    read -r was <"$stamp" || true
    [ "$was" = "$(key "$1")" ]
}
# What is ready to develop is ready to run: the dev lock holds every version of the base lock.
ready() { done_for "$kind" || { [ "$kind" = base ] && done_for dev; }; }

for file in requirements.lock requirements-dev.lock pyproject.toml; do
    [ -f "$file" ] || die "$file is missing; get it back: git checkout -- $file" \
        "缺少 $file，请恢复：git checkout -- $file"
done
if ready; then exec scripts/console.sh "$kind"; fi

# One set-up at a time; who comes second waits and then finds the work done.
mkdir -p .stamp
if command -v flock >/dev/null; then
    exec 9>.stamp/setup.lock
    if ! flock -n 9; then
        say "another set-up is running in this folder, waiting for it" "另一个安装正在进行，等待它完成"
        flock 9
    fi
else
    while ! mkdir .stamp/setup.dir 2>/dev/null; do
        if ! kill -0 "$(cat .stamp/setup.dir/pid 2>/dev/null || echo 0)" 2>/dev/null; then
            sleep 1
            kill -0 "$(cat .stamp/setup.dir/pid 2>/dev/null || echo 0)" 2>/dev/null || rm -rf .stamp/setup.dir
        else
            sleep 1
        fi
    done
    echo $$ >.stamp/setup.dir/pid
    trap 'rm -rf .stamp/setup.dir' EXIT
fi
if ready; then exec scripts/console.sh "$kind"; fi
trap 'say "stopped; run the same command again to go on from here" "已中断；重新运行同一命令即可继续"; exit 130' INT TERM

began=$SECONDS
quiet=""
[ -t 2 ] || quiet="--quiet"

# suits PYTHON: new enough?
suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
find_python() {
    local name without_venv=""
    for name in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python3.14 python; do
        command -v "$name" >/dev/null || continue
        suits "$name" || continue
        if "$name" -c 'import venv, ensurepip' >/dev/null 2>&1; then
            echo "$name"
            return
        fi
        without_venv=$name
    done
    if [ -n "$without_venv" ]; then
        die "$without_venv cannot make environments; run: sudo apt-get install python3-venv" \
            "$without_venv 缺少 venv 模块，请运行：sudo apt-get install python3-venv"
    fi
    die "Python 3.11 or newer not found (python3 is $(python3 --version 2>/dev/null || echo missing)). Debian, \
Ubuntu: sudo apt-get install python3 python3-venv; macOS: brew install python@3.12; or set PYTHON=/path/to/python3" \
        "需要 Python 3.11 或更高版本。Debian/Ubuntu：sudo apt-get install python3 python3-venv；macOS：brew install python@3.12；\
或设置 PYTHON=/路径/python3"
}

# An environment that was half made, that lost its interpreter or that was moved is made again.
whole() { suits "$python" && "$python" -c 'import pip' 2>/dev/null && grep -qF "$PWD/$venv/bin/python" "$venv/bin/pip"; }
if ! whole; then
    chosen=$(find_python)
    say "[1/5] environment $venv with $("$chosen" --version)" "[1/5] 创建 Python 环境 $venv"
    "$chosen" -m venv --clear "$venv" || die "failed: $chosen -m venv --clear $venv (is the disk full, is the folder writable?)" \
        "创建环境失败：$chosen -m venv --clear $venv（请检查磁盘空间和目录权限）"
fi

network="No network, or a mirror or proxy is needed? Look at: $python -m pip config list. What was downloaded is kept; run again to go on"
network_zh="网络不通，或需要镜像/代理？请检查：$python -m pip config list。已下载的内容会保留，重新运行即可继续"

if [ ! -x "$venv/bin/uv" ]; then
    say "[2/5] installer uv" "[2/5] 安装工具 uv"
    "$python" -m pip install -qq --disable-pip-version-check "uv>=0.9" ||
        say "uv could not be installed, going on with pip (slower)" "uv 安装失败，改用 pip（较慢）"
fi
. scripts/uv_env.sh
uv_env "$python"

# A run that was killed may have left half a package that looks installed: lay all of them down again.
again_uv="" again_pip=""
if [ -f "$venv/.installing" ]; then again_uv=--reinstall again_pip=--force-reinstall; fi
: >"$venv/.installing"

# install ARGUMENTS…: by uv, and where uv fails by pip.
install() {
    # shellcheck disable=SC2086  # each of these is one word or none
    if [ -x "$venv/bin/uv" ]; then
        "$venv/bin/uv" pip install $quiet $again_uv --python "$python" "$@" && return
        say "uv failed (above), trying pip" "uv 失败（见上），改用 pip"
    fi
    # shellcheck disable=SC2086
    "$python" -m pip install $quiet $again_pip --disable-pip-version-check "$@"
}

say "[3/5] $(grep -cE '^[a-z0-9].*==' "$lock") packages of $lock" "[3/5] 安装 $lock 中的依赖包"
install --require-hashes -r "$lock" || die "failed: packages of $lock. $network" "安装 $lock 失败。$network_zh"

say "[4/5] linkloop itself" "[4/5] 安装 linkloop"
install --no-deps --editable . || die "failed: linkloop from pyproject.toml (its build needs hatchling). $network" \
    "按 pyproject.toml 安装 linkloop 失败。$network_zh"

key "$kind" >"$venv/.ready-$kind.new"
mv "$venv/.ready-$kind.new" "$venv/.ready-$kind"
rm "$venv/.installing"

say "[5/5] the console" "[5/5] 网页控制台"
scripts/console.sh "$kind"
say "ready in $((SECONDS - began)) s" "完成，用时 $((SECONDS - began)) 秒"
