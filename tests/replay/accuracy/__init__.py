# SPDX-License-Identifier: GPL-2.0-or-later
"""What the verdicts are worth: running tests/replay/judge, comparing with the last commit, figures, and the page of them."""
