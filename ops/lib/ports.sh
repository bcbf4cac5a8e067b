# shellcheck shell=sh
# Chooses the TCP ports of ops/dev; needs tool.sh.

claimed=' '

is_listened_on() {
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk -v port="$(printf ':%04X' "$1")" '
        $4 == "0A" && substr($2, length($2) - 4) == port { found = 1 } END { exit !found }'
}

is_free() {
    case "$claimed" in *" $1 "*) return 1 ;; esac
    ! is_listened_on "$1"
}

# claim_port NAME VALUE FALLBACK: $port is VALUE, or when that is empty the first free one from
# FALLBACK on. Ends the tool when VALUE is not a port or is taken.
claim_port() {
    port=${2:-$3}
    case "$port" in
    '' | *[!0-9]* | 0* | ??????*) die "$1=$port is not a port" ;;
    esac
    [ "$port" -le 65535 ] || die "$1=$port is not a port"
    while ! is_free "$port"; do
        [ -z "$2" ] || die "port $port is taken; free it or give another one in $1"
        port=$((port + 1))
    done
    claimed="$claimed$port "
}
