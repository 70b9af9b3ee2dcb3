# SPDX-License-Identifier: GPL-2.0-or-later
#
# Wireshark with this plugin on a screen that nobody sees, and a bus on which it tells the words
# that it shows. Sourced, after packages.sh, by scripts/screenshots and tests/gui/gui_test, which say in
# ROOT where the clone is and in PLUGIN which rstcause.so to load.

SCREEN=1280x800
PRIVATE=$(mktemp -d "${TMPDIR:-/tmp}/rstcause-gui.XXXXXX")
USER_HOME=$PRIVATE/home
AS_USER=(env -u XDG_CONFIG_HOME -u WIRESHARK_CONFIG_DIR LC_ALL=C.UTF-8 HOME="$USER_HOME"
    XDG_RUNTIME_DIR="$USER_HOME/run" DBUS_SESSION_BUS_ADDRESS="unix:path=$USER_HOME/run/bus")
give_home() { :; }
# Wireshark loads no private plugins for root, who becomes "nobody" for it.
if [ "$(id -u)" -eq 0 ]; then
    AS_USER=(setpriv --pdeathsig TERM --reuid=65534 --regid=65534 --clear-groups "${AS_USER[@]}")
    give_home() { chown -R 65534:65534 "$USER_HOME"; }
fi

FAILED_PICTURE=${TMPDIR:-/tmp}/rstcause-gui-failed.png
STARTED=()
clean_up() {
    local pid
    for pid in "${STARTED[@]}"; do stop "$pid"; done
    rm -rf "$PRIVATE"
}
trap clean_up EXIT
trap 'exit 143' HUP INT TERM

# start LOG COMMAND…: in a process group of its own, in which its children stay. It ends with this
# shell even when that is killed.
start() {
    local log=$PRIVATE/$1.log
    shift
    setsid setpriv --pdeathsig TERM "$@" </dev/null >"$log" 2>&1 &
    STARTED+=($!)
}

stop() {
    local try
    kill -- "-$1" 2>/dev/null
    for try in {1..30}; do
        kill -0 -- "-$1" 2>/dev/null || return 0
        sleep 0.1
        [ "$try" -lt 20 ] || kill -KILL -- "-$1" 2>/dev/null
    done
}

# within SECONDS COMMAND…: tries the command until it succeeds; fails when the time is up.
within() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.2
    done
}

# eventually WHAT COMMAND…: the same for what must come: a quarter of an hour, against what hangs, not
# against slow machines.
eventually() {
    local what=$1
    within 900 "${@:2}" && return
    grep . "$PRIVATE/wireshark.log" "$PRIVATE/words.log" | tail -n 5 >&2
    import -window root "$FAILED_PICTURE" 2>/dev/null && what+="; the screen: $FAILED_PICTURE"
    fail "waited in vain for $what"
}

# The main window has no frame of its own; dialogs have one, with their title.
configure_window_manager() {
    cat >"$PRIVATE/openbox.xml" <<'XML'
<openbox_config xmlns="http://openbox.org/3.4/rc">
  <theme><name>Clearlooks</name></theme>
  <applications>
    <application type="normal"><decor>no</decor></application>
    <application title="Wireshark · *"><decor>yes</decor></application>
  </applications>
</openbox_config>
XML
}

screen_or_ended() { [ -s "$PRIVATE/display" ] || ! kill -0 "${STARTED[-1]}"; } 2>/dev/null

# Fails when there can be no screen here.
start_screen() {
    chmod 711 "$PRIVATE"
    mkdir -p "$USER_HOME/run"
    chmod 700 "$USER_HOME/run"
    give_home
    start xvfb sh -c "exec Xvfb -displayfd 3 -screen 0 ${SCREEN}x24 -dpi 96 -nolisten tcp \
        3>'$PRIVATE/display'"
    within 300 screen_or_ended && [ -s "$PRIVATE/display" ] || return 1
    DISPLAY=:$(cat "$PRIVATE/display")
    export DISPLAY
    configure_window_manager
    start openbox openbox --config-file "$PRIVATE/openbox.xml"
    start bus "${AS_USER[@]}" dbus-daemon --session --nofork --address="unix:path=$USER_HOME/run/bus"
    # The bus of the words must be there before who is to speak on it.
    eventually "the accessibility bus" "${AS_USER[@]}" dbus-send --session --print-reply \
        --dest=org.a11y.Bus /org/a11y/bus org.a11y.Bus.GetAddress >"$PRIVATE/address.log" 2>&1
}

# make_home FILE…: a home with the plugin and its page of causes, the files, and settings without
# first-run dialogs.
make_home() {
    local abi settings=$USER_HOME/.config/wireshark
    abi=$(basename "$(dirname "$(dirname "$PLUGIN")")")
    install -D -m 644 -t "$USER_HOME/.local/lib/wireshark/plugins/$abi/epan" \
        "$PLUGIN" "${PLUGIN%.so}.html"
    install -m 644 -t "$USER_HOME" "$@"
    mkdir -p "$settings"
    cat >"$settings/preferences" <<'TEXT'
gui.qt.font_name: DejaVu Sans Mono,10,-1,5,50,0,0,0,0,0
gui.update.enabled: FALSE
gui.ask_unsaved: FALSE
TEXT
    cat >"$settings/recent" <<'TEXT'
gui.byte_view_show: FALSE
gui.geometry_main_upper_pane: 110
column.width: %m, 60, %t, 100, %s, 125, %d, 125, %p, 70, %L, 60, %i, 720
TEXT
    cat >"$settings/recent_common" <<TEXT
gui.geometry_main_x: 0
gui.geometry_main_y: 0
gui.geometry_main_width: ${SCREEN%x*}
gui.geometry_main_height: ${SCREEN#*x}
TEXT
    give_home
}

# words names|place STEP…: see words.py, which "nobody" may not be allowed to read.
words() {
    kill -0 "$WIRESHARK" 2>/dev/null || fail "Wireshark ended: $(tail -n 5 "$PRIVATE/wireshark.log")"
    "${AS_USER[@]}" timeout 300 /usr/bin/python3 - "$@" <"$ROOT/scripts/gui/words.py" 2>"$PRIVATE/words.log"
}

says() { words names "$@" >/dev/null; }

# start_wireshark TITLE ARGUMENT…: its window's title begins with TITLE. In the home, where the files
# lie.
start_wireshark() {
    start wireshark "${AS_USER[@]}" env -C "$USER_HOME" QT_QPA_PLATFORM=xcb \
        QT_LINUX_ACCESSIBILITY_ALWAYS_ON=1 wireshark "${@:2}"
    WIRESHARK=${STARTED[-1]}
    MAIN="frame=^$1"
    eventually "Wireshark's window" says "$MAIN" 'label=^Packets: '
}

stop_wireshark() {
    stop "$WIRESHARK"
    unset 'STARTED[-1]'
}
