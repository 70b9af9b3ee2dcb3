# SPDX-License-Identifier: GPL-2.0-or-later
"""Drawn traffic: everything about it comes from a seed, and its truth from what was done and the kernel's word."""
