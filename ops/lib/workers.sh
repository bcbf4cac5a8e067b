# shellcheck shell=sh
# The database, the keys and the workers of a private run; needs stores.sh. $build, $VAR and $RUN are
# set.

hash_areas() { jq -r 'select(any(.routes[]; .pool == "hash")) | .area' "$build/workers.json"; }

websocket_areas() { jq -r 'select(any(.routes[]; .pool == "websocket")) | .area' "$build/workers.json"; }

pool_areas() { jq -r 'select(all(.routes[]; .pool != "websocket")) | .area' "$build/workers.json"; }

random_key() { openssl rand -base64 32 | tr '+/' '-_' | tr -d '=\n'; }

# make_keys FOLDER: once; a line `<id> <key>` each. `root` is the key from which others are derived.
make_keys() {
    mkdir -p "$1"
    [ -s "$1/token_keys" ] || printf 'k1 %s\n' "$(random_key)" >"$1/token_keys"
    [ -s "$1/data_keys" ] ||
        printf '1 %s\nroot %s\n' "$(random_key)" "$(random_key)" >"$1/data_keys"
}

# prepare_database: the newest schema, and the demonstration data if wanted.
prepare_database() {
    [ -n "$(psql -XAtc "select 1 from pg_database where datname = 'syncstream'")" ] ||
        psql -Xqc 'create database syncstream'
    PGDATABASE=syncstream ops/migrate
    [ "$SYNCSTREAM_DEMO" = 0 ] ||
        psql -Xq --dbname syncstream --set ON_ERROR_STOP=1 --file sql/seed/demo.sql >/dev/null ||
        die "the demonstration data could not be loaded"
}

# start_worker AREA NAME [ARGUMENT...]
start_worker() {
    area=$1
    name=$2
    shift 2
    keep "$name" TERM env DATABASE_URL="host=$PGHOST dbname=syncstream user=syncstream_$area" \
        "$build/bin/$area" "$@"
    note_keeper
}

# start_nodes AREA: programs with threads, each with a socket of its own and as many of its clients as
# this machine allows.
start_nodes() {
    files=$(awk '/^Max open files/ { print $5 }' /proc/self/limits)
    node=1
    while [ "$node" -le "$PARTY_NODES" ]; do
        keep "$1-$node" TERM prlimit --nofile="$files:" \
            env DATABASE_URL="host=$PGHOST dbname=syncstream user=syncstream_$1" \
            "$build/bin/$1" --node "$node"
        note_keeper
        node=$((node + 1))
    done
}

nodes_answer() {
    for area in $(websocket_areas); do
        node=1
        while [ "$node" -le "$PARTY_NODES" ]; do
            curl --silent --max-time 2 --output /dev/null \
                --unix-socket "$RUN/$area-$node.sock" http://localhost/ || return 1
            node=$((node + 1))
        done
    done
}

start_workers() {
    make_keys "$VAR/secrets"
    export RUN_FOLDER="$RUN" REDIS_DURABLE="$RUN/durable.sock" REDIS_CACHE="$RUN/cache.sock" \
        MESSAGES_FOLDER="$build/messages" MAIL_FOLDER="${MAIL_FOLDER:-$VAR/mail}" \
        TOKEN_KEYS_FILE="${TOKEN_KEYS_FILE:-$VAR/secrets/token_keys}" \
        DATA_KEYS_FILE="${DATA_KEYS_FILE:-$VAR/secrets/data_keys}" \
        PUBLIC_URL="${PUBLIC_URL:-https://localhost:$https}" \
        SHUTDOWN_TIMEOUT_S="${SHUTDOWN_TIMEOUT_S:-4}" SYNCSTREAM_DEMO \
        PARTY_NODES="${PARTY_NODES:-2}" PARTY_DRAIN_S="${PARTY_DRAIN_S:-2}"
    for area in $(pool_areas); do start_worker "$area" "$area"; done
    for area in $(hash_areas); do start_worker "$area" "$area-hash" --pool hash; done
    for area in $(websocket_areas); do start_nodes "$area"; done
}
