# shellcheck shell=sh
# A private PostgreSQL 15 and private Redis, reachable only through unix sockets below $RUN. For
# ops/dev and ops/test; needs tool.sh and processes.sh, and writes to $LOGS.

PATH=/usr/lib/postgresql/15/bin:$PATH # Debian's wrappers in /usr/bin take a tenth of a second

# PostgreSQL refuses to be root: then it runs as its own user. That user may lack the way to our
# folder (/root is closed), and gets the one capability that opens it.
postgres_identity=''
[ "$(id -u)" != 0 ] || postgres_identity='--reuid postgres --regid postgres --init-groups'

# shellcheck disable=SC2086  # a list of options
as_postgres() { setpriv --pdeathsig INT $postgres_identity "$@"; }

let_postgres_reach() {
    as_postgres ls -d "$1/." >/dev/null 2>&1 && return
    postgres_identity="$postgres_identity --inh-caps +dac_override --ambient-caps +dac_override"
    as_postgres ls -d "$1/." >/dev/null 2>&1 || die "the user postgres cannot reach $1"
}

postgres_folder() {
    mkdir -p "$1"
    chmod 700 "$1"
    [ "$(id -u)" != 0 ] || chown postgres: "$1"
}

make_cluster() {
    rm -rf "$1.new"
    postgres_folder "$1.new"
    let_postgres_reach "$1.new"
    as_postgres initdb --pgdata "$1.new" --username postgres --auth trust --encoding UTF8 \
        --locale C.UTF-8 --data-checksums --no-sync >>"$LOGS/postgres.log" 2>&1 ||
        die "PostgreSQL could not make its folder, see $LOGS/postgres.log"
    mv "$1.new" "$1"
}

# After a crash the process in the lock file is gone, or its number belongs to somebody else, or it
# is just ending because its keeper died.
clear_lock() {
    [ -e "$1/postmaster.pid" ] || return 0
    read -r old <"$1/postmaster.pid"
    if tr '\0' ' ' 2>/dev/null <"/proc/$old/cmdline" | grep -qF -- "-D $1 "; then
        kill -s INT "$old" 2>/dev/null || :
        wait_until 10 test ! -e "$1/postmaster.pid" || die "PostgreSQL ($old) still runs on $1"
    fi
    rm -f "$1/postmaster.pid"
}

# start_postgres FOLDER [OPTION...]: the keeper is $!; then `postgres_is_up` waits. Sets PGHOST and PGUSER.
start_postgres() {
    data=$1
    shift
    postgres_folder "$RUN/postgres"
    [ -e "$data/PG_VERSION" ] || make_cluster "$data"
    let_postgres_reach "$data"
    clear_lock "$data"
    # shellcheck disable=SC2086
    keep postgres INT setpriv --pdeathsig INT $postgres_identity postgres -D "$data" \
        -k "$RUN/postgres" -c listen_addresses= -c shared_buffers=128MB -c jit=off "$@"
    export PGHOST="$RUN/postgres" PGUSER=postgres PGDATABASE=postgres
}

postgres_is_up() {
    wait_until 30 psql -Xqc 'select 1' || die "PostgreSQL did not start, see $LOGS/postgres.log"
}

# start_redis NAME [OPTION...]: listens at $RUN/NAME.sock; the keeper's id is $!.
start_redis() {
    name=$1
    shift
    keep "$name" TERM redis-server --port 0 --unixsocket "$RUN/$name.sock" --unixsocketperm 700 \
        --daemonize no --save '' "$@"
}

redis_answers() { [ "$(redis-cli -s "$RUN/$1.sock" ping 2>/dev/null)" = PONG ]; }
