# shellcheck shell=sh
# What ops/bench looks at and how it prints it; needs tool.sh. $build is set.

# processes PARENT: `pid name ticks` of all that descend from it. Ticks include children that ended.
processes() {
    cat /proc/[0-9]*/stat 2>/dev/null | awk -v root="$1" '
        {
            pid = $1; name = $0
            sub(/^[^(]*\(/, "", name); sub(/\).*/, "", name)
            sub(/^.*\) /, "")
            parent[pid] = $2; names[pid] = name; ticks[pid] = $12 + $13 + $14 + $15
        }
        END {
            for (pid in parent) {
                for (above = pid; above > 1 && above != root; ) above = parent[above]
                if (above == root) print pid, names[pid], ticks[pid]
            }
        }'
}

# cpu_ticks SERVICE CLIENT: ticks of nginx, workers, PostgreSQL, Redis, and of what CLIENT has waited for.
cpu_ticks() {
    processes "$1" | awk -v areas=" $(jq -r .area "$build/workers.json" | tr '\n' ' ')jobs " \
        -v client="$(sed 's/^.*) //' "/proc/$2/stat" | awk '{ print $14 + $15 }')" '
        { kind = index(areas, " " $2 " ") ? "worker" : $2; sum[kind] += $3 }
        END { print sum["nginx"] + 0, sum["worker"] + 0, sum["postgres"] + 0, sum["redis-server"] + 0, client }'
}

# difference BEFORE AFTER: lists of the same length.
difference() { say "$1 $2" | awk '{ for (i = 1; i <= NF / 2; ++i) printf "%d ", $(i + NF / 2) - $i }'; }

has_floor() { [ "$1" = mix ] || awk -v case="$1" '$1 == case { found = 1 } END { exit !found }' tests/load/statements.txt; }

# floor_scripts CASE USERS FOLDER: writes the scripts, sets $scripts to pgbench's options and $role.
floor_scripts() {
    parts=$1
    [ "$1" != mix ] || parts='put_progress@6 favorites@2 profiles@1 playlists@1'
    scripts=''
    for part in $parts; do
        awk -v wanted="${part%@*}" -v people="$2" -f tests/load/pgbench.awk tests/load/statements.txt >"$3/${part%@*}.pgbench"
        scripts="$scripts -f $3/${part%@*}.pgbench${part#"${part%@*}"}"
    done
    role=$(awk -v case="${1#mix}" '$1 == case { print "syncstream_" $2; exit }' tests/load/statements.txt)
    role=${role:-postgres}
}

# memory_of_children SERVICE: `area resident own`, MiB, of one child of each; own is shared with no other.
memory_of_children() {
    for area in $(jq -r .area "$build/workers.json"); do
        pid=$(processes "$1" | awk -v area="$area" '$2 == area && $1 > last { last = $1 } END { print last }')
        awk -v area="$area" '
            /^Rss:/ { resident = $2 }
            /^Private_(Clean|Dirty):/ { own += $2 }
            END { printf "%s %.1f %.1f\n", area, resident / 1024, own / 1024 }' "/proc/$pid/smaps_rollup"
    done
}

# print_memory BEFORE AFTER
print_memory() {
    say '| memory of one child, MiB | idle: resident | own | after the load: resident | own |'
    say '|---|---:|---:|---:|---:|'
    printf '%s\n' "$1" "$2" | awk '
        $1 in before { printf "| %s | %s | %s | %s |\n", $1, before[$1], $2, $3; next }
        { before[$1] = $2 " | " $3 }'
}

# print_rates RESULTS, print_cpu RESULTS: tables over all rounds: rates are means, p50 a mean, p99 the worst.
print_rates() {
    awk '
        !($2 in order) { order[$2] = ++count; names[count] = $2 }
        { k = $1 " " $2; requests[k] += $3; seconds[k] += $4; p50[k] += $5; rounds[k]++; failed[k] += $7 }
        { if ($6 > p99[k]) p99[k] = $6; if ($1 == "peer") peer = 1 }
        function rate(k) { return requests[k] / seconds[k] }
        function ratio(k, other) { return other in requests ? sprintf("%.0f | %.2f", rate(other), rate(k) / rate(other)) : " | " }
        END {
            print "| case | requests/s | p50 ms | p99 ms | failed | floor/s | ratio |" (peer ? " peer/s | ratio | p50 ms | p99 ms | failed |" : "")
            print "|---|---:|---:|---:|---:|---:|---:|" (peer ? "---:|---:|---:|---:|---:|" : "")
            for (i = 1; i <= count; ++i) {
                k = "service " names[i]; p = "peer " names[i]
                printf "| %s | %.0f | %.2f | %.2f | %d | %s |", names[i], rate(k), p50[k] / rounds[k] / 1000, p99[k] / 1000, failed[k], ratio(k, "floor " names[i])
                if (peer) printf " %s | %.2f | %.2f | %d |", ratio(k, p), p50[p] / rounds[p] / 1000, p99[p] / 1000, failed[p]
                print ""
            }
        }' "$1"
}

print_cpu() {
    awk -v per_s="$(getconf CLK_TCK)" '
        $1 == "peer" { next }
        {
            k = $1 " " $2
            if (!(k in requests)) names[++count] = k
            requests[k] += $3; seconds[k] += $4
            for (i = 1; i <= 5; ++i) ticks[k, i] += $(7 + i)
        }
        END {
            print "| CPU, µs a request | nginx | workers | PostgreSQL | Redis | client | cores busy |"
            print "|---|---:|---:|---:|---:|---:|---:|"
            for (n = 1; n <= count; ++n) {
                k = names[n]; all = 0
                printf "| %s |", k
                for (i = 1; i <= 5; ++i) {
                    printf " %.0f |", ticks[k, i] / per_s * 1e6 / requests[k]
                    all += ticks[k, i]
                }
                printf " %.2f |\n", all / per_s / seconds[k]
            }
        }' "$1"
}
