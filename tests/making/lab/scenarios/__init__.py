# SPDX-License-Identifier: GPL-2.0-or-later
"""One file per cause; each function is one story."""
