# SPDX-License-Identifier: GPL-2.0-or-later
"""TCP stacks other than the running kernel's, as hosts of the lab."""
