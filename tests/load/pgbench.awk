# Makes a pgbench script of the statements that statements.txt names for one case:
#   awk -v wanted=favorites -v people=500 -f tests/load/pgbench.awk tests/load/statements.txt
# The text of a statement comes from its .sql file as it is; only $1, $2, ... become the arguments.
# `user`, `profile`, `item` and `seconds` are drawn anew for each transaction.

BEGIN {
    value["user"] = id(0, "000")
    value["profile"] = id(2, "001")
    value["item"] = "('movie_' || lpad(:item, 4, '0'))"
    value["seconds"] = ":seconds"
    print "\\set person random(1, " people ")"
    print "\\set item random(1, 100)"
    print "\\set seconds random(1000, 7200)"
    print "\\startpipeline"
}

# What people.sql calls load_id.
function id(kind, number) {
    return "('00000000-0000-7000-800" kind "-' || lpad(:person, 9, '0') || '" number "')::uuid"
}

function fail(why) { print FILENAME ":" FNR ": " why > "/dev/stderr"; failed = 1; exit 1 }

function statement(file, name,    line, text, inside) {
    while ((getline line < file) > 0) {
        if (line ~ /^-- name: /) inside = line == "-- name: " name
        else if (inside && line !~ /^--/) text = text line "\n"
    }
    close(file)
    if (text == "") fail("no statement " name " in " file)
    return text
}

function filled(text,    out, number) {
    while (match(text, /\$[0-9]+/)) {
        number = substr(text, RSTART + 1, RLENGTH - 1)
        if (!((number + 4) in argument)) fail("statement " $4 " has no argument for $" number)
        out = out substr(text, 1, RSTART - 1) argument[number + 4]
        text = substr(text, RSTART + RLENGTH)
    }
    return out text
}

$1 == wanted {
    split("", argument)
    for (i = 5; i <= NF; ++i) argument[i] = $i in value ? value[$i] : $i
    printf "%s", filled(statement($3, $4))
}

END { if (!failed) print "\\endpipeline" }
