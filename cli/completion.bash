# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completes the arguments of rstcause in bash:  source cli/completion.bash

_rstcause() {
    local words="" files=(-f)
    case $3,$2 in
    --live,*)
        files=()
        words="any $(sed -n 's/^ *\([^ ]*\):.*/\1/p' /proc/net/dev)"
        ;;
    install,*)
        files=()
        words="--profile"
        ;;
    *,-*)
        files=()
        words="--both --help --json --live --resets --version -h"
        ;;
    *) [ "$COMP_CWORD" -ne 1 ] || words="install uninstall" ;;
    esac
    mapfile -t COMPREPLY < <(compgen "${files[@]}" -W "$words" -- "$2")
}
complete -o filenames -F _rstcause rstcause
