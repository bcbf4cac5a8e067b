# The comparison that ops/check-messages asks for. Reads the required keys, then catalogues as
# msgunfmt writes them (file name = language, English before all others; met again, it is skipped).
# Prints one line for each fault and ends with 1 if there are any.

function fault(text) {
    print "check-messages: " text
    faults++
}

# The placeholders of a text, each once, sorted: "{max}{min}". `loose` tells of other braces.
function placeholders(text,    found, count, i, j, name, list) {
    count = 0
    while (match(text, /[{][a-z_]+[}]/)) {
        name = substr(text, RSTART, RLENGTH)
        text = substr(text, 1, RSTART - 1) substr(text, RSTART + RLENGTH)
        for (i = 1; i <= count && found[i] < name; i++) continue
        if (i <= count && found[i] == name) continue
        for (j = count++; j >= i; j--) found[j + 1] = found[j]
        found[i] = name
    }
    loose = text ~ /[{}]/
    list = ""
    for (i = 1; i <= count; i++) list = list found[i]
    return list
}

function quoted(line) {
    sub(/^[^"]*"/, "", line)
    sub(/"$/, "", line)
    return line
}

# One form of an entry is complete: keeps what is to be compared.
function close_form(    names) {
    if (!in_form || key == "") return
    in_form = 0
    keys[key] = 1
    forms[language, key]++
    if (text == "") fault(language ": " key " has an empty form")
    names = placeholders(text)
    if (loose) fault(language ": " key " has a brace that is no placeholder")
    if (plural) counts[language, key] = gsub(/[{]count[}]/, "", names)
    if (!((language, key) in wanted)) wanted[language, key] = names
    if (wanted[language, key] != names)
        fault(language ": " key " has forms with different placeholders")
    is_plural[language, key] = plural
}

FILENAME == "required" { if ($0 != "") required[$0] = 1; next }

FNR == 1 {
    close_form()
    key = ""
    language = FILENAME
    sub(/^.*\//, "", language)
    sub(/\.po$/, "", language)
    skipped = FILENAME != "en.po" && language == "en"
    if (!skipped) languages[language] = 1
}
skipped { next }

/^msgid / { close_form(); key = quoted($0); plural = 0; target = "key"; next }
/^msgid_plural / { plural = 1; target = ""; next }
/^msgstr/ { close_form(); text = quoted($0); in_form = 1; target = "text"; next }
/^"/ && target == "key" { key = key quoted($0) }
/^"/ && target == "text" { text = text quoted($0) }

END {
    close_form()
    for (key in keys) {
        if (key !~ /^[a-z][a-z0-9_.]*$/) fault("\"" key "\" is not a symbolic key")
        for (language in languages) {
            if (!((language, key) in forms)) fault(language ": " key " has no words")
            else if (!(("en", key) in forms)) continue
            else if (is_plural[language, key] != is_plural["en", key])
                fault(language ": " key (is_plural["en", key] ? " lacks" : " has") \
                    " plural forms, unlike English")
            else if (wanted[language, key] != wanted["en", key])
                fault(language ": " key " has the placeholders '" wanted[language, key] \
                    "', English has '" wanted["en", key] "'")
            else if (counts[language, key] != counts["en", key])
                fault(language ": " key " differs from English in {count} in its last form")
        }
    }
    for (key in required) if (!(key in keys)) fault(key " is required and has no words")
    exit faults > 0
}
