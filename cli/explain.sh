# SPDX-License-Identifier: GPL-2.0-or-later
#
# Explains captures: tshark with the plugin reads them and prints a report. Sourced by ./rstcause,
# which has prepare, and says in REPORT which report of the plugin (tshark -z) is wanted.

# A folder for what must not outlive the run.
make_scratch() {
    SCRATCH=$(mktemp -d "${TMPDIR:-/tmp}/rstcause.XXXXXX") || exit 1
    trap 'rm -rf "$SCRATCH"' EXIT
}

# What is wrong with a capture that tshark did not read to its end, in the reader's words.
complaint() {
    case $1 in
    *"cut short"*) echo "ends in the middle of a packet; only what comes before is explained" ;;
    *"isn't a capture file"* | *"not a capture file"*) echo "not a capture file" ;;
    *"appears to be damaged or corrupt"*) echo "is damaged; only what could be read is explained" ;;
    *'argument "rstcause,'*)
        echo "tshark could not load the plugin from ${TMPDIR:-/tmp}; set TMPDIR to a folder that" \
            "everyone may enter and that is not mounted noexec" ;;
    *) echo "tshark says: $(tail -n 1 <<<"$1")" ;;
    esac
}

# tshark takes pictures, web answers and stumps of a few bytes for captures of one packet.
is_no_capture() {
    [ ! -s "$1" ] || captype "$1" 2>/dev/null |
        grep -qE ': (ber|json|mime|mp2t|mp4|mpeg|rfc7468|ruby_marshal|tnef)$'
}

# Why a file cannot be explained; fails when it can.
unreadable() {
    if [ ! -e "$1" ]; then echo "no such file"
    elif [ -d "$1" ]; then echo "is a folder"
    elif [ ! -r "$1" ]; then echo "no permission to read it"
    elif [ -f "$1" ] && [ ! -s "$1" ]; then echo "is empty"
    elif [ -f "$1" ] && is_no_capture "$1"; then echo "not a capture file"
    else return 1
    fi
}

# Writes out what comes in. tshark and printf would not stop at a full disk.
put() {
    local why status
    { why=$(cat 2>&1 >&3); } 3>&1
    status=$?
    [ $status -le 128 ] || exit $status # The reader has seen enough (| head).
    [ $status -eq 0 ] || fail "cannot write the explanations: ${why##*: }"
}

# A heading for people; a program wants nothing but JSON.
heading() { [ "$REPORT" = rstcause,json ] || put <<<"$*"; }

# Opens a capture as CAPTURE_FD, or says in PROBLEM why not.
open_capture() {
    PROBLEM=
    if [ "$1" != - ]; then
        PROBLEM=$(unreadable "$1") || exec {CAPTURE_FD}<"$1"
    elif [ -f /dev/stdin ]; then
        if is_no_capture /dev/stdin; then PROBLEM="not a capture file"; else exec {CAPTURE_FD}<&0; fi
    else
        # A pipe can be read only once, so the look is at a copy of its beginning.
        head -c 1M >"$SCRATCH/beginning"
        PROBLEM=$(unreadable "$SCRATCH/beginning") ||
            exec {CAPTURE_FD}< <(cat "$SCRATCH/beginning" -)
    fi
    [ -z "$PROBLEM" ]
}

# Lets a person who waits for more than two seconds see how far the reading has come.
show_progress() {
    local file=$CAPTURE_FD
    [ -t 2 ] || return
    exec {CAPTURE_FD}< <(progress <&"$file") {file}<&-
}

# Wipes away the line that pv leaves. tshark, and so the report, waits for that.
progress() {
    local bar
    exec {bar}> >([ -z "$(tee /dev/fd/2)" ] || printf '\e[A\e[K' >&2)
    pv --force --delay-start 2 --width "$(terminal_width 2)" --name Reading \
        --bytes --timer --progress --eta 2>&"$bar"
    exec {bar}>&-
    wait $!
}

# terminal_width FD: how many characters fit on a line there; 100 where there is no terminal.
terminal_width() {
    local size
    size=$(stty size <&"$1" 2>/dev/null) || size="0 100"
    size=${size#* }
    [ "$size" -gt 0 ] || size=80
    echo "$size"
}

explain() {
    local name=$1 status errors
    [ "$1" != - ] || name="standard input"
    if ! open_capture "$1"; then
        printf 'rstcause: %s: %s\n' "$name" "$PROBLEM" >&2
        return 1
    fi
    show_progress
    "$ROOT/scripts/tshark-with-plugin" "$PLUGIN" -n -r - -q -z "$REPORT" \
        <&"$CAPTURE_FD" 2>"$SCRATCH/errors" | put
    status=("${PIPESTATUS[@]}")
    [ "${status[1]}" -eq 0 ] || exit "${status[1]}"
    exec {CAPTURE_FD}<&-
    errors=$(<"$SCRATCH/errors")
    if [ "${status[0]}" -ne 0 ]; then
        printf 'rstcause: %s: %s\n' "$name" "$(complaint "$errors")" >&2
    elif [ -n "$errors" ]; then
        printf '%s\n' "$errors" >&2
    fi
    return "${status[0]}"
}

explain_all() {
    local capture failed=0 problem
    # Say so before minutes of installing and building.
    if [ $# -eq 1 ] && [ "$1" != - ] && problem=$(unreadable "$1"); then
        fail "$1: $problem"
    fi
    prepare
    make_scratch
    for capture in "$@"; do
        [ $# -gt 1 ] && heading "== $capture"$'\n'
        explain "$capture" || failed=1
        [ $# -gt 1 ] && heading ""
    done
    return $failed
}

# With the interfaces kept apart, the plugin tells the two points from each other.
explain_both() {
    local capture problem first
    [ $# -eq 2 ] || fail "--both takes two captures: one from the client's side, one from the server's."
    for capture in "$@"; do
        problem=$(unreadable "$capture") && fail "$capture: $problem"
    done
    prepare
    make_scratch
    mergecap -I none -F pcapng -w "$SCRATCH/both.pcapng" "$1" "$2" 2>"$SCRATCH/errors" ||
        fail "cannot merge $1 and $2: $(tail -n 1 "$SCRATCH/errors")"
    first=$(capinfos "$1" 2>/dev/null | grep -c '^Interface #')
    heading "interface 0: $1
interface ${first/#0/1}: $2
Frame numbers count in the merged capture: mergecap -I none -w both.pcapng $1 $2
"
    explain "$SCRATCH/both.pcapng"
}
