# SPDX-License-Identifier: GPL-2.0-or-later
#
# Explains resets as they happen. Sourced by ./rstcause, after explain.sh
# and live_view.sh.
#
#   dumpcap ─► tshark with the plugin ─► one line per reset, at the end the report ─► show_live
#
# The packets go through a pipe, never to a file. Only dumpcap needs the right to capture, and it
# alone is told to end: the others come to the end of what they read, as with a file.

# What dumpcap can listen on.
interfaces() {
    sed -n 's/^ *\([^ ]*\):.*/\1/p' /proc/net/dev | sort | xargs echo any
}

# explain_live INTERFACE CAPTURE-FILTER
explain_live() {
    prepare
    make_scratch
    CAPTURE_ENDED=
    trap end_live EXIT
    start_capture "$1" "$2"
    { trap '' INT TERM HUP; trap : PIPE; show_live; } & # PIPE: put() notices.
    VIEW=$!
    wait_for_view || exit
    wait "$TSHARK" || fail "$(complaint "$(<"$SCRATCH/tshark")")"
    say_what_was_missed
    [ -n "$CAPTURE_ENDED" ] || fail "$1: $(capture_complaint "$1")"
}

# Signals come here while nothing but wait runs: in the midst of a $(...) a trap can make bash 5.2
# fail ("unexpected EOF while looking for matching", "bad jump").
wait_for_view() {
    trap end_capture INT TERM HUP
    while kill -0 "$VIEW" 2>/dev/null; do
        wait "$VIEW"
    done
    trap '' INT TERM HUP
    wait "$VIEW"
}

# Sessions of their own: Ctrl-C on the terminal reaches this shell alone.
start_capture() {
    mkfifo "$SCRATCH/packets" "$SCRATCH/lines" "$SCRATCH/silence" || exit 1
    : >"$SCRATCH/dumpcap" # It is looked into before dumpcap may have begun.
    # 32 MiB of kernel buffer hold what comes while tshark is busy with a burst.
    setsid dumpcap -q -B 32 -i "$1" -f "$2" -w - >"$SCRATCH/packets" 2>"$SCRATCH/dumpcap" &
    DUMPCAP=$!
    # -t e: seconds since 1970. -l: each line at once.
    setsid "$ROOT/scripts/tshark-with-plugin" "$PLUGIN" -n -l -r - -Y rstcause.reason -t e -T tabs \
        -o "gui.column.format:$LIVE_COLUMNS" -z "$REPORT" \
        <"$SCRATCH/packets" >"$SCRATCH/lines" 2>"$SCRATCH/tshark" &
    TSHARK=$!
    exec {LINES_FD}<"$SCRATCH/lines" {SILENCE_FD}<>"$SCRATCH/silence"
    until grep -q '^File: ' "$SCRATCH/dumpcap"; do
        kill -0 $DUMPCAP 2>/dev/null || fail "$1: $(capture_complaint "$1")"
        sleep 0.1
    done
    CAPTURING_SINCE=$SECONDS
    printf 'Capturing on %s%s. Ctrl-C ends.\n' "$1" "${2:+ ($2)}" >&2
}

# Why there is nothing to read from an interface, or no more.
capture_complaint() {
    local said
    said=$(<"$SCRATCH/dumpcap")
    case $said in
    *[Pp]"ermission"* | *"not permitted"*)
        echo "not permitted to capture. Run ./rstcause with sudo, or join the group wireshark:" \
            "sudo dpkg-reconfigure wireshark-common && sudo adduser $(id -un) wireshark, then log in again." ;;
    *"No such device"* | *"no interface with"*) echo "no such interface; there are: $(interfaces)" ;;
    *"Invalid capture filter"*) sed -n 's/^That string/the filter/p' <<<"$said" ;;
    *"no longer attached"*) echo "the interface is gone; the capture has ended." ;;
    *) grep -m 1 '^dumpcap: ' <<<"$said" || echo "dumpcap ended unexpectedly" ;;
    esac
}

# Packets that came too fast make verdicts less sure than they look.
say_what_was_missed() {
    local missed
    missed=$(sed -n 's/^Packets received.*: [0-9]*\/\([0-9]*\) (.*/\1/p' "$SCRATCH/dumpcap")
    [ "${missed:-0}" -eq 0 ] ||
        echo "rstcause: $missed packets came too fast to be captured; a narrower capture filter helps." >&2
}

# On a signal. Who asks twice does not want to wait for the report.
end_capture() {
    [ -z "$CAPTURE_ENDED" ] || exit 130
    CAPTURE_ENDED=yes
    kill "$DUMPCAP" 2>/dev/null
}

# On the way out, whatever the reason.
end_live() {
    trap '' INT TERM HUP
    kill "${DUMPCAP-}" ${TSHARK:+"-$TSHARK"} 2>/dev/null
    kill -KILL "${VIEW-}" 2>/dev/null
    wait
    rm -rf "$SCRATCH"
}
