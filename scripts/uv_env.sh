# Sourced by setup.sh and lock.sh: tells uv what pip already knows.
# uv reads none of pip's configuration, so a mirror, a proxy's certificate or a folder of wheels that
# pip uses on this machine would be unknown to it. What is set for uv itself always wins.

# uv_env PYTHON: exports UV_* and SSL_CERT_FILE from `PYTHON -m pip config list` (which includes PIP_*).
uv_env() {
    local known
    known=$("$1" -m pip config list 2>/dev/null) || known=""

    # pip_value NAME: pip's own order is environment, then [install], then [global]. Lists come quoted
    # as one string with \n or spaces between the items; they leave here with single spaces.
    pip_value() {
        local where value
        for where in ":env:" "install" "global"; do
            value=$(printf '%s\n' "$known" | sed -n "s/^$where\.$1='\(.*\)'\$/\1/p" | head -n 1)
            if [ -n "$value" ]; then
                printf '%s' "$value" | sed 's/\\n/ /g' | tr -s ' ' | sed 's/^ //; s/ $//'
                return 0
            fi
        done
    }

    local index extra links cert hosts proxy seconds
    index=$(pip_value index-url)
    extra=$(pip_value extra-index-url)
    links=$(pip_value find-links)
    cert=$(pip_value cert)
    hosts=$(pip_value trusted-host)
    proxy=$(pip_value proxy)
    seconds=$(pip_value default-timeout)
    [ -n "$seconds" ] || seconds=$(pip_value timeout)

    if [ -n "$index" ]; then export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"; fi
    if [ -n "$links" ]; then export UV_FIND_LINKS="${UV_FIND_LINKS:-$(printf '%s' "$links" | tr ' ' ',')}"; fi
    if [ -n "$cert" ]; then export SSL_CERT_FILE="${SSL_CERT_FILE:-$cert}"; fi
    if [ -n "$hosts" ]; then export UV_INSECURE_HOST="${UV_INSECURE_HOST:-$hosts}"; fi
    if [ -n "$proxy" ]; then export HTTPS_PROXY="${HTTPS_PROXY:-$proxy}" HTTP_PROXY="${HTTP_PROXY:-$proxy}"; fi
    if [ -n "$seconds" ]; then export UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-$seconds}"; fi
    if [ -n "$extra" ]; then
        export UV_EXTRA_INDEX_URL="${UV_EXTRA_INDEX_URL:-$extra}"
        # pip takes the best version of all indexes; uv would stop at the first that knows the name.
        # The hashes in the lock keep a stranger's file of the same name out.
        export UV_INDEX_STRATEGY="${UV_INDEX_STRATEGY:-unsafe-best-match}"
    fi
    # A missing local folder is a warning to pip and an error to uv: drop what is not there.
    if [ -n "${UV_FIND_LINKS:-}" ]; then
        local kept="" item
        for item in $(printf '%s' "$UV_FIND_LINKS" | tr ',' ' '); do
            case $item in
                *://*) kept="$kept,$item" ;;
                *) if [ -e "$item" ]; then kept="$kept,$item"; fi ;;
            esac
        done
        if [ -n "$kept" ]; then export UV_FIND_LINKS="${kept#,}"; else unset UV_FIND_LINKS; fi
    fi
    # The cache and the checkout often lie on two disks, where hard links fail: copy without the warning.
    export UV_LINK_MODE="${UV_LINK_MODE:-copy}"
}
