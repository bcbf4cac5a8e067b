# shellcheck shell=sh
# The folders of ops/dev and ops/test; needs tool.sh.

# make_open_folder PATH: others may pass through, not look (PostgreSQL may be another user).
make_open_folder() { [ -d "$1" ] || { mkdir -p "$1" && chmod 711 "$1"; }; }

# make_run_folder PARENT: $RUN, where the sockets are. A socket's path has 107 bytes at most, so
# below a deep PARENT it is a link to a short folder, which `remove_run_folder` takes away.
make_run_folder() {
    RUN=$1/run
    remove_run_folder "$1"
    if [ "${#RUN}" -gt 60 ]; then
        RUN=$(mktemp -d /tmp/syncstream.XXXXXX)
        chmod 711 "$RUN"
        ln -s "$RUN" "$1/run"
    else
        make_open_folder "$RUN"
    fi
}

remove_run_folder() {
    if [ -L "$1/run" ]; then rm -rf "$(readlink "$1/run")"; fi
    rm -rf "$1/run"
}
