# SPDX-License-Identifier: GPL-2.0-or-later
"""Where kept captures are, each with its label beside it: in the folder that the first word of their name names."""

from pathlib import Path

CAPTURES = Path(__file__).resolve().parent / "captures"


def capture_path(name, folder=CAPTURES):
    """The capture of that name."""
    return folder / name.partition("-")[0] / f"{name}.pcapng"


def new_capture_path(name, folder=CAPTURES):
    """The same, for whoever is going to write it."""
    path = capture_path(name, folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def label_paths(folder=CAPTURES):
    """All labels."""
    return sorted(folder.glob("*/*.json"))
