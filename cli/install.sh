# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs the plugin and the profile where Wireshark looks for them, and takes them away. Sourced
# by ./rstcause, after packages.sh; it has prepare.

PROFILE_NAME="Reset causes"

# Where Wireshark looks for plugins: in a folder for each of its versions. Root has only the global one.
global_plugins() { dirname "$(pkg-config --variable=plugindir wireshark)"; }
own_plugins() {
    if [ "$(id -u)" -eq 0 ]; then global_plugins; else echo "$HOME/.local/lib/wireshark/plugins"; fi
}

# install_plugin [--profile]: whoever wants the profile may have the plugin from root.
install_plugin() {
    local file global
    prepare
    file=$(own_plugins)/$(wireshark_abi)/epan/rstcause.so
    global=$(global_plugins)/$(wireshark_abi)/epan/rstcause.so
    if [ "$file" != "$global" ] && [ -e "$global" ]; then
        [ "${1:-}" = --profile ] || fail "already installed for all users: $global"
        echo "The plugin is installed for all users: $global"
        return
    fi
    { install -D -m 644 "$PLUGIN" "$file" &&
        install -m 644 "$ROOT/docs/causes.html" "${file%.so}.html"; } ||
        fail "cannot write to $(dirname "$file")."
    echo "Installed: $file"
    echo "Start Wireshark anew and type  rstcause  into its filter bar."
}

# tshark knows WIRESHARK_CONFIG_DIR, XDG_CONFIG_HOME, and the folder of old.
own_profile() {
    local settings
    settings=$(tshark -G folders 2>/dev/null | sed -n 's/^Personal configuration:[[:space:]]*//p')
    [ -n "$settings" ] || fail "needs tshark to find Wireshark's folder of settings."
    echo "$settings/profiles/$PROFILE_NAME"
}

# What a profile holds, but for the window sizes that Wireshark itself keeps in it.
fingerprint() {
    (cd "$1" && find . -type f ! -name recent ! -name .rstcause -exec sha256sum {} + | LC_ALL=C sort)
}

# As it was installed, perhaps by an earlier version, or as it was imported from the zip.
is_unchanged() {
    local now
    now=$(fingerprint "$1")
    [ "$now" = "$(cat "$1/.rstcause" 2>/dev/null)" ] ||
        [ "$now" = "$(fingerprint "$ROOT/profile/$PROFILE_NAME")" ]
}

# Over an unchanged one. The user's window sizes stay.
copy_profile() {
    local from=$1 to=$2 file
    [ ! -d "$to" ] || find "$to" -type f ! -name recent -delete || return 1
    for file in "$from"/*; do
        [ "${file##*/}" = recent ] && [ -e "$to/recent" ] && continue
        install -D -m 644 "$file" "$to/${file##*/}" || return 1
    done
    fingerprint "$from" >"$to/.rstcause"
}

install_profile() {
    local profile
    profile=$(own_profile) || exit 1
    if [ "${SUDO_USER:-root}" != root ] && [ ! -O "$HOME" ]; then
        fail "the profile is not installed: its folder is $SUDO_USER's; run './rstcause install --profile' without sudo."
    fi
    [ ! -e "$profile" ] || is_unchanged "$profile" ||
        fail "the profile is not installed: you have changed $profile; rename it in Wireshark, then try again."
    copy_profile "$ROOT/profile/$PROFILE_NAME" "$profile" 2>/dev/null || fail "cannot write to $profile."
    echo "Installed: $profile"
    [ "${SUDO_USER:-root}" = root ] ||
        echo "This is root's profile. For your own run './rstcause install --profile' without sudo."
    echo "Choose it in Wireshark (Edit, Configuration Profiles), or start  wireshark -C '$PROFILE_NAME'"
}

# Fails when no profile was removed.
uninstall_profile() {
    local profile
    profile=$(own_profile) || exit 1
    [ -d "$profile" ] || return 1
    if ! is_unchanged "$profile"; then
        echo "Kept, because you have changed it: $profile"
        return 1
    fi
    rm -rf "$profile" 2>/dev/null || fail "cannot remove $profile"
    echo "Removed: $profile"
}

# Also what was installed for earlier versions of Wireshark.
uninstall() {
    local own files profile_removed=no
    pkg-config --exists wireshark 2>/dev/null ||
        fail "needs wireshark-dev to find Wireshark's plugin folders."
    uninstall_profile && profile_removed=yes
    own=$(own_plugins)
    shopt -s nullglob
    files=("$own"/*/epan/rstcause.so)
    if [ ${#files[@]} -eq 0 ]; then
        [ $profile_removed = no ] || return 0
        files=("$(global_plugins)"/*/epan/rstcause.so)
        [ ${#files[@]} -eq 0 ] || fail "installed for all users; only root can remove ${files[*]}"
        fail "not installed: there is no rstcause.so in $own"
    fi
    rm -f "${files[@]}" "${files[@]/%.so/.html}" 2>/dev/null || fail "cannot remove ${files[*]}"
    printf 'Removed: %s\n' "${files[@]}"
}
