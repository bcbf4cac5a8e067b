# shellcheck shell=sh
# What every tool in ops/ does alike: its head comment is its --help, and it complains on stderr.

say() { printf '%s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# help "${1-}": prints the head comment of the tool when that is asked for, and ends.
help() {
    case "$1" in
    -h | --help) awk 'NR > 1 { if (!/^#/) exit; sub(/^# ?/, ""); print }' "$0"; exit 0 ;;
    esac
}
