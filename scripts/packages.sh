# SPDX-License-Identifier: GPL-2.0-or-later
#
# What the project needs from Debian, and how to get it. Sourced by ./rstcause and ./check.

# shellcheck disable=SC2034  # used by the scripts that source this
BUILD_PACKAGES=(cmake g++ libfmt-dev libglib2.0-dev ninja-build nlohmann-json3-dev
    pkg-config pv tshark wireshark-dev)
# shellcheck disable=SC2034
TEST_PACKAGES=(ethtool iproute2 jq libgtest-dev libpcap-dev mandoc miller nftables procps python3 python3-jsonschema sqlite3
    tcpdump
    wireshark-common zip)
# Wireshark's window on a screen that nobody sees, and what reads its words.
# shellcheck disable=SC2034
GUI_PACKAGES=(at-spi2-core dbus-bin dbus-daemon fonts-dejavu-core gir1.2-atspi-2.0 imagemagick openbox
    python3-gi wireshark xdotool xvfb)
# The kernel lab, which ./check does without: other TCP stacks as hosts (tests/making/lab/stacks).
# shellcheck disable=SC2034
LAB_PACKAGES=(conntrack ethtool g++ golang-go golang-gvisor-gvisor-dev iproute2 liblwip-dev nftables passt
    pkg-config python3 slirp4netns tcpdump tshark)
# Programs that drawn traffic (tests/making/lab/draw) puts on its hosts; ./check goes without those that are missing.
# shellcheck disable=SC2034
DRAW_PACKAGES=(apache2-bin beanstalkd ca-certificates conntrack curl dovecot-imapd dovecot-pop3d dropbear-bin dsniff
    exim4-daemon-light gcc git gunicorn haproxy hping3 icecast2 lftp libwww-perl lighttpd mariadb-server-core memcached
    micro-httpd mosquitto nats-server nginx-light ngircd nmap nodejs openssh-client openssh-server openssl perl php-cli
    postgresql python3-scapy redis-server rsync socat squid stunnel4 tinyproxy-bin util-linux varnish vsftpd wget
    xinetd)

fail() {
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

# need_packages PACKAGE…: installs those that are missing, saying so first.
need_packages() {
    local installed missing=() package as_root=() by_hand log
    command -v dpkg-query >/dev/null || fail "this script installs Debian packages and finds no dpkg; install by hand: $*"
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null)
    for package in "$@"; do
        grep -qxF "$package installed" <<<"$installed" || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return

    by_hand="run 'apt-get install ${missing[*]}' as root, then try again."
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "needs Debian packages and finds no sudo; $by_hand"
        as_root=(sudo)
    fi
    echo "Installing with apt-get${as_root:+ (sudo)}: ${missing[*]}" >&2
    # Asks for the password, if need be, on the terminal.
    [ ${#as_root[@]} -eq 0 ] || sudo -v 2>/dev/null || fail "sudo refuses; $by_hand"
    log=$(mktemp "${TMPDIR:-/tmp}/rstcause-apt.XXXXXX")
    # A broken foreign source must not stop us, and nothing here may eat a capture on standard input.
    if ! { { "${as_root[@]}" apt-get update || true; } &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y --no-install-recommends "${missing[@]}"; } </dev/null >"$log" 2>&1; then
        tail -n 5 "$log" >&2
        fail "apt-get could not install ${missing[*]} (whole log: $log)."
    fi
    rm -f "$log"
}

# build_in DIRECTORY TARGET WHAT CMAKE_OPTION…: configures once, then builds what has changed.
build_in() {
    local directory=$1 target=$2 what=$3 log=$1/build.log status=0
    shift 3
    # A moved or copied clone: CMake refuses another clone's build folder.
    grep -qsxF "CMAKE_HOME_DIRECTORY:INTERNAL=$ROOT" "$directory/CMakeCache.txt" ||
        rm -rf "$directory" 2>/dev/null
    mkdir -p "$directory" 2>/dev/null && [ -w "$directory" ] || fail "cannot write to $directory."
    [ -f "$directory/build.ninja" ] || echo "Building $what in $directory (a minute or two)" >&2
    { { [ -f "$directory/build.ninja" ] || cmake -S "$ROOT" -B "$directory" -G Ninja "$@"; } &&
        cmake --build "$directory" --target "$target"; } </dev/null >"$log" 2>&1 || status=$?
    # After "sudo ./rstcause", too, the clone's owner must be able to build.
    [ "$(id -u)" -ne 0 ] || chown -R --reference="$ROOT" "$ROOT/build" 2>/dev/null
    if [ $status -ne 0 ]; then
        tail -n 30 "$log" >&2
        fail "the build failed (whole log: $log)."
    fi
}

# After an upgrade of Wireshark the build folder holds the plugin for the older one, too.
wireshark_abi() { pkg-config --modversion wireshark | cut -d. -f1,2; }

# Builds the plugin for use, and says in PLUGIN where it is. The tests say in RSTCAUSE_BUILD where it
# has been built already.
build_plugin() {
    local directory=${RSTCAUSE_BUILD:-$ROOT/build/release}
    build_in "$directory" rstcause "the plugin" -DCMAKE_BUILD_TYPE=Release -DRSTCAUSE_TESTS=OFF
    # shellcheck disable=SC2034  # used by the scripts that source this
    PLUGIN=$directory/plugins/$(wireshark_abi)/epan/rstcause.so
}
