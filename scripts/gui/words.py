# SPDX-License-Identifier: GPL-2.0-or-later
"""Usage: words.py names|place|edge ROLE=PATTERN...

What Wireshark's windows say, as a screen reader hears it (AT-SPI). Each ROLE=PATTERN, a regular
expression, is looked for below what the one before it has found. "names" prints the names of all
that the last one finds, "place" where the middle of the first is on the screen, "edge" where its
left edge is.
Fails when there is none.
"""
import itertools
import re
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402


def children(node):
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child:
            yield child


# What AT-SPI calls a button since version 2.56, and Qt 6 one with a menu.
BUTTONS = {"button", "push button menu"}


def role_of(node):
    name = node.get_role_name()
    return "push button" if name in BUTTONS else name


def below(node, role):
    """All nodes with this role, in the order of the windows' children."""
    for child in children(node):
        its_role = role_of(child)
        if its_role == role:
            yield child
        # A capture's packets are too many to be asked for what they cannot have.
        if its_role != "tree" or role.startswith("table"):
            yield from below(child, role)


def is_shown(node):
    return node.get_state_set().contains(Atspi.StateType.SHOWING)


def found(node, steps):
    if not steps:
        yield node
        return
    role, pattern = steps[0].split("=", 1)
    for candidate in below(node, role):
        if re.search(pattern, candidate.get_name()) and is_shown(candidate):
            yield from found(candidate, steps[1:])


def place(node, edge):
    box = Atspi.Component.get_extents(node, Atspi.CoordType.SCREEN)
    return f"{box.x + (0 if edge else box.width // 2)} {box.y + box.height // 2}"


def main():
    what, steps = sys.argv[1], sys.argv[2:]
    nodes = found(Atspi.get_desktop(0), steps)
    if what == "names":
        answers = [node.get_name() for node in nodes]
    else:
        answers = [place(node, what == "edge") for node in itertools.islice(nodes, 1)]
    print("\n".join(answers))
    return 0 if answers else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except GLib.Error:  # A window closed while we looked.
        sys.exit(1)
