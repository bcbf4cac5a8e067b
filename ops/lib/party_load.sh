# shellcheck shell=sh
# The watch parties of ops/bench; needs tool.sh and load.sh. $build, $home, $results, $service, $https,
# $rooms, $rounds, $seconds and $peer are set.

# programs_of SERVICE: options of sockets_program for the programs that parties need.
programs_of() {
    processes "$1" | awk '
        $2 == "redis-server" { $2 = "redis" }
        $2 ~ /^(party|redis|nginx|postgres)$/ { pids[$2] = pids[$2] "," $1 }
        END { for (name in pids) printf "--watch %s=%s ", name, substr(pids[name], 2) }'
}

programs_of_peer() {
    for file in "$1"/*.pid; do
        name=${file##*/}
        read -r pid <"$file" || :
        [ ! -d "/proc/$pid" ] || printf -- '--watch %s=%s ' "${name%.pid}" "$pid"
    done
}

party_sockets() {
    printf 'unix:%s' "$(cd "$home/var/run" && pwd -P)/party-1.sock"
    node=2
    while [ "$node" -le "${PARTY_NODES:-2}" ]; do
        printf ',unix:%s' "$(cd "$home/var/run" && pwd -P)/party-$node.sock"
        node=$((node + 1))
    done
}

options_of() {
    case "$1" in
    calm) say --rooms "$rooms" --people 10 --seek-every 30 --chat-every 5 ;;
    busy) say --rooms "$rooms" --people 10 --seek-every 3 --chat-every 0.5 ;;
    hall) say --rooms 1 --people 250 --seek-every 1 --chat-every 0.005 ;;
    storm) say --rooms 1 --people 250 --seek-every 1 --chat-every 0 --storm 20 --threads 2 ;;
    esac
}

# meet WHO WAY CASE TOKENS TARGETS WATCHED: one measurement, as lines of $results.
meet() {
    # shellcheck disable=SC2046,SC2086  # lists of options
    timeout $((seconds + 200)) "$build/bin/sockets_program" --targets "$5" --tokens "$4" $6 \
        $(options_of "$3") --seconds "$seconds" >"$home/meeting.txt" || die "$1 fails at $3, $2"
    sed "s/^/$1 $2 $3 /" "$home/meeting.txt" >>"$results"
    awk -v name="$3, $2, $1" '
        { value[$1] = $2 }
        $1 == "fault" { faults = faults " " $0 ";" }
        END {
            printf "%s: %d sockets, %d deliveries/s, %d for a CPU second%s\n", name, value["sockets"],
                value["deliveries_per_s"], value["deliveries_per_cpu_s"], faults
        }' "$home/meeting.txt" >&2
}

measure_parties() {
    for _ in $(seq "$rounds"); do
        for case in calm busy hall storm; do
            meet service direct "$case" "$home/tokens.txt" "$(party_sockets)" "$(programs_of "$service")"
            meet service tls "$case" "$home/tokens.txt" "wss://127.0.0.1:$https/ws/connect" "$(programs_of "$service")"
            for address in $(say "${peer%,*}" | tr , ' '); do
                case "$address" in wss:*) way=tls ;; *) way=direct ;; esac
                meet peer "$way" "$case" "${peer##*,}/tokens.txt" "$address" "$(programs_of_peer "${peer##*,}")"
            done
        done
    done
    say "$rooms rooms of 10 people, $rounds x $seconds s each, $(nproc) cores."
    say
    print_parties "$results"
    say
    print_party_cpu "$results"
    say
    print_party_memory "$results"
}

# Over all rounds: rates are means, p50 a mean, p99 and the longest the worst.
print_parties() {
    awk '
        { k = $3 ", " $2; w = $1 " " k }
        $4 == "sockets" && !(w in rounds) { if (!(k in known)) { known[k] = 1; names[++count] = k } }
        $4 == "sockets" { rounds[w]++ }
        $4 ~ /_p50_ms$|^missing$|_deliveries$|_per_s$|^seconds$/ { sum[w, $4] += $5 }
        $4 ~ /_p99_ms$|_max_ms$/ && $5 > worst[w, $4] { worst[w, $4] = $5 }
        $4 ~ /^cpu_/ { if ($4 == "cpu_client_s") client[w] += $5; else cpu[w] += $5 }
        function efficiency(w) {
            return cpu[w] ? (sum[w, "seek_deliveries"] + sum[w, "chat_deliveries"]) / cpu[w] : 0
        }
        function row(who, k, ratio,    w) {
            w = who " " k
            printf "| %s | %s | %d | %.0f | %s | %.2f | %.2f | %.1f | %.2f | %.2f | %.1f | %d | %.0f | %.2f |\n", k, who,
                sum[w, "deliveries_per_s"] / rounds[w], efficiency(w), ratio,
                sum[w, "seek_p50_ms"] / rounds[w], worst[w, "seek_p99_ms"], worst[w, "seek_max_ms"],
                sum[w, "chat_p50_ms"] / rounds[w], worst[w, "chat_p99_ms"], worst[w, "chat_max_ms"],
                sum[w, "missing"], sum[w, "connects_per_s"] / rounds[w], client[w] / sum[w, "seconds"]
        }
        END {
            print "| case | | deliveries/s | for a CPU second | ratio | seek p50 ms | p99 | longest | chat p50 ms | p99 | longest | missing | connects/s | cores of the client |"
            print "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
            for (n = 1; n <= count; ++n) {
                k = names[n]; other = efficiency("peer " k)
                if (rounds["service " k]) row("service", k, other ? sprintf("%.2f", efficiency("service " k) / other) : "")
                if (rounds["peer " k]) row("peer", k, "")
            }
        }' "$1"
}

print_party_cpu() {
    awk '
        { w = $3 ", " $2 " | " $1 }
        $4 == "sockets" && !(w in known) { known[w] = 1; names[++count] = w }
        $4 ~ /_deliveries$/ && $4 !~ /^pong/ { deliveries[w] += $5 }
        $4 ~ /^cpu_/ { name = $4; gsub(/^cpu_|_s$/, "", name); if (!(name in seen)) { seen[name] = 1; programs[++many] = name }; cpu[w, name] += $5 }
        END {
            print "CPU of a delivery, in microseconds:"; print ""
            printf "| case | |"; for (i = 1; i <= many; ++i) printf " %s |", programs[i]; print ""
            printf "|---|---|"; for (i = 1; i <= many; ++i) printf "---:|"; print ""
            for (n = 1; n <= count; ++n) {
                printf "| %s |", names[n]
                for (i = 1; i <= many; ++i)
                    printf ((names[n], programs[i]) in cpu) && deliveries[names[n]] ? sprintf(" %.2f |", cpu[names[n], programs[i]] * 1e6 / deliveries[names[n]]) : " |"
                print ""
            }
        }' "$1"
}

# The first time that a program meets so many sockets counts: later it uses what it has.
print_party_memory() {
    awk '
        $3 != "calm" || $4 !~ /^kib_/ { next }
        {
            split($4, part, "_"); k = $1 " | " part[3] " | " $2
            if (!(k in order)) { order[k] = 1; names[++count] = k }
            if (!((k, part[2]) in first)) first[k, part[2]] = $5
        }
        END {
            print "Memory of a socket, in KiB, by program:"; print ""
            print "| | program | way | idle | in a room |"
            print "|---|---|---|---:|---:|"
            for (n = 1; n <= count; ++n) printf "| %s | %.1f | %.1f |\n", names[n], first[names[n], "idle"], first[names[n], "joined"]
        }' "$1"
}
