# SPDX-License-Identifier: GPL-2.0-or-later
#
# What ./rstcause --live shows: a line per reset, below them on a terminal a status line that is
# drawn in place, at the end the report. Sourced by ./rstcause, after explain.sh.

# The columns of tshark's lines, separated by tabs: what show_reset reads.
LIVE_COLUMNS='"Time","%t","From","%us","Port","%uS","To","%ud","Port","%uD"'
LIVE_COLUMNS+=',"Reason","%Cus:rstcause.reason:1:R","Sure","%Cus:rstcause.confidence:1:R"'
LIVE_COLUMNS+=',"Why","%Cus:rstcause.explanation:1:R"'

# Reads from LINES_FD what tshark prints: a line for each reset, then the report.
show_live() {
    local LC_ALL=C.UTF-8 line drawn=$SECONDS resets=0 tally="" peers_width=0
    local line_width status_width
    local -A counts=()
    measure_terminal
    while :; do
        # Not "read -t 1" from the lines: it loses a character that comes as the time runs out.
        until read -r -t 0 -u "$LINES_FD"; do
            [ "$drawn" = "$SECONDS" ] || draw_status
            read -r -t 0.2 -u "$SILENCE_FD" # waits; a signal is heard at once
        done
        IFS= read -r -u "$LINES_FD" line || { wipe_status; return; } # tshark has failed
        [[ $line =~ ^[0-9.]+\ *$'\t' ]] || break # the report begins
        show_reset "$line"
        drawn=
    done
    wipe_status
    [ "$resets" -eq 0 ] || put <<<""
    put <<<"$line"
    put <&"$LINES_FD"
}

show_reset() {
    local time from from_port to to_port reason sure why peers text
    IFS=$' \t' read -r time from from_port to to_port reason sure why <<<"$1"
    resets=$((resets + 1))
    counts[$reason]=$((${counts[$reason]-0} + 1))
    tally=
    [[ $from != *:* ]] || from="[$from]" to="[$to]"
    peers="$from:$from_port → $to:$to_port"
    [ ${#peers} -le "$peers_width" ] || peers_width=${#peers}
    printf -v text '%(%H:%M:%S)T  %-*s  %s, %s: %s' \
        "${time%.*}" "$peers_width" "$peers" "$reason" "$sure" "$why"
    [ ${#text} -le "$line_width" ] || text=${text:0:line_width-1}…
    wipe_status
    printf '%s\n' "$text" 2>/dev/null || put <<<"$text"
}

measure_terminal() {
    line_width=$(terminal_width 3)
    status_width=$(terminal_width 2)
} 3>&1

# Between the lines of another command (| tee) it would only disturb.
has_status() { [ -t 2 ] && [ ! -p /dev/stdout ]; }
wipe_status() { ! has_status || printf '\r\e[K' >&2; }

# Such as: 12 resets in 3 min: 9 not_listening, 3 unread_data · Ctrl-C ends
draw_status() {
    local text
    drawn=$SECONDS
    measure_terminal # Each second: no trap for WINCH, see wait_for_view.
    has_status || return
    [ -n "$tally" ] || tally=$(count_reasons)
    text="$resets reset$([ "$resets" -eq 1 ] || echo s) in $(time_passed)${tally:+: $tally} · Ctrl-C ends"
    [ ${#text} -lt "$status_width" ] || text=${text:0:status_width-2}…
    printf '\r\e[K%s' "$text" >&2
}

# The most frequent reason first.
count_reasons() {
    local reason
    for reason in "${!counts[@]}"; do
        echo "${counts[$reason]} $reason"
    done | sort -k 1,1nr -k 2 | paste -sd , | sed 's/,/, /g'
}

time_passed() {
    local seconds=$((SECONDS - CAPTURING_SINCE))
    if [ $seconds -lt 60 ]; then echo "$seconds s"
    elif [ $seconds -lt 3600 ]; then echo "$((seconds / 60)) min"
    else echo "$((seconds / 3600)) h $((seconds % 3600 / 60)) min"
    fi
}
