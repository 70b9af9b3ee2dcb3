# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a person does in front of Wireshark: keys, clicks, menus, looking. Sourced after session.sh.
# STEPs say what to click on: ROLE=PATTERN, one within the other, as words.py explains.

# patiently COMMAND…: after each try it waits twice as long, so that a slow machine is not asked again
# before it can have answered. Whoever tries sets PATIENCE first.
patiently() { within $((PATIENCE *= 2)) "$@"; }

keys() { xdotool key --clearmodifiers --delay 80 "$@"; }

type_text() { xdotool type --delay 20 "$1"; }

# Where it is, once it no longer moves.
stands_still() {
    local before=$PLACE
    PLACE=$(words place "$@") && [ "$PLACE" = "$before" ]
}

point_at() {
    PLACE=
    eventually "$*" stands_still "$@"
    # shellcheck disable=SC2086  # two numbers
    xdotool mousemove $PLACE
}

click_on() {
    point_at "$@"
    xdotool click 1
}

double_click_on() {
    point_at "$@"
    xdotool click --repeat 2 --delay 60 1
}

right_click_on() {
    point_at "$@"
    xdotool click 3
}

# choose ITEM…: through the menus that are open.
choose() {
    local item
    for item in "$@"; do click_on 'popup menu=' "menu item=^$item"; done
}

# A click beside a list that has just dropped down only puts that list away.
opens_menu() {
    PATIENCE=3
    click_on 'menu bar=' "menu item=^$1\$"
    patiently says 'popup menu=' "menu item=^$2"
}

# menu NAME ITEM…: of the menu bar.
menu() {
    PATIENCE=3
    eventually "the menu $1" opens_menu "$1" "$2"
    choose "${@:2}"
}

window() { xdotool search --onlyvisible --name "$1" 2>/dev/null | tail -n 1; }

# The list of earlier filters drops down as one types, on a busy machine also later, and would eat
# the next key or click.
puts_list_away() {
    [ -z "$(window '^Wireshark$')" ] || { keys Escape; false; }
}

filter() {
    keys ctrl+slash ctrl+a
    type_text "$1"
    # The first packet takes the keyboard over: while the filter's field has it, no click opens a menu.
    keys Escape Return ctrl+Home
    settle
    eventually "the end of the list of earlier filters" puts_list_away
}

looks_the_same() {
    local before=$LOOK
    LOOK=$(import -window root rgb:- | md5sum)
    [ "$LOOK" = "$before" ]
}

# Waits until the screen stands still.
settle() {
    LOOK=
    sleep 0.5
    eventually "a screen that stands still" looks_the_same
}

# place_window TITLE X Y WIDTH HEIGHT
place_window() {
    local id
    id=$(window "$1")
    xdotool windowsize "$id" "$4" "$5" windowmove "$id" "$2" "$3"
    settle
}
