# shellcheck shell=sh
# Starts programs under ops/keep and ends them by id, for ops/dev and ops/test. Whoever sources
# this owns what it starts: when that shell dies, even by kill -9, its keepers end too, and with
# them the programs.

# keep NAME SIGNAL PROGRAM...: runs PROGRAM until `stop $!`, its output in $LOGS/NAME.log; SIGNAL
# ends it. Descriptor 9 is the caller's lock, which shall not outlive the caller.
keep() {
    log="$LOGS/$1.log"
    shift
    setpriv --pdeathsig TERM setsid ops/keep "$log" "$@" 9>&- &
}

is_alive() { grep -qs '^State:.[^Z]' "/proc/$1/status"; }

# stop PID...: ends keepers all at once and waits for them. They kill what will not end.
stop() {
    for pid in "$@"; do kill -s TERM "$pid" 2>/dev/null || :; done
    for pid in "$@"; do wait "$pid" 2>/dev/null || :; done
}

# wait_until SECONDS COMMAND...: whether the command succeeded in time.
wait_until() {
    tries=$(($1 * 20))
    shift
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.05
    done
}
