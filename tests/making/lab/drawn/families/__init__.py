# SPDX-License-Identifier: GPL-2.0-or-later
"""The families, a file for each kind of happening. Each is a coroutine that plays one act."""
