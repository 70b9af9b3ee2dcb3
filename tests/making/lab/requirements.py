# SPDX-License-Identifier: GPL-2.0-or-later
"""What a machine must have before anything can be staged on it."""

import os
import shutil
import sys

from .trace import mount

TOOLS = ("ip", "ss", "nft", "ethtool", "tcpdump", "tshark", "editcap", "mergecap")


def obstacle(*more):
    """Why nothing can be staged here; empty when it can. `more`: tools beside those that everything needs."""
    if os.geteuid() != 0:
        return "needs root (network namespaces, captures, tracefs)"
    missing = [tool for tool in (*TOOLS, *more) if not shutil.which(tool)]
    if missing:
        return f"missing tools: {' '.join(missing)}"
    try:
        mount()
    except OSError as error:
        return str(error)
    return ""


def complain_if_impossible(name, *more):
    """End the program with one line when nothing can be staged here."""
    if why := obstacle(*more):
        sys.exit(f"{name}: {why}")
