# SPDX-License-Identifier: GPL-2.0-or-later
#
# Installs the plugin where Wireshark loads it, and takes it away. Sourced by ./rstcause, which
# has wireshark_abi and prepare.

# Where Wireshark looks for plugins: in a folder for each of its versions. Root has only the global one.
global_plugins() { dirname "$(pkg-config --variable=plugindir wireshark)"; }
own_plugins() {
    if [ "$(id -u)" -eq 0 ]; then global_plugins; else echo "$HOME/.local/lib/wireshark/plugins"; fi
}

install_plugin() {
    local file global
    prepare
    file=$(own_plugins)/$(wireshark_abi)/epan/rstcause.so
    global=$(global_plugins)/$(wireshark_abi)/epan/rstcause.so
    [ "$file" = "$global" ] || [ ! -e "$global" ] ||
        fail "already installed for all users: $global"
    install -D -m 644 "$PLUGIN" "$file" || fail "cannot write to $(dirname "$file")."
    echo "Installed: $file"
    echo "Start Wireshark anew and type  rstcause  into its filter bar."
}

# Also what was installed for earlier versions of Wireshark.
uninstall_plugin() {
    local own files
    pkg-config --exists wireshark 2>/dev/null ||
        fail "needs wireshark-dev to find Wireshark's plugin folders."
    own=$(own_plugins)
    shopt -s nullglob
    files=("$own"/*/epan/rstcause.so)
    if [ ${#files[@]} -eq 0 ]; then
        files=("$(global_plugins)"/*/epan/rstcause.so)
        [ ${#files[@]} -eq 0 ] || fail "installed for all users; only root can remove ${files[*]}"
        fail "not installed: there is no rstcause.so in $own"
    fi
    rm -f "${files[@]}" 2>/dev/null || fail "cannot remove ${files[*]}"
    printf 'Removed: %s\n' "${files[@]}"
}
