# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A look at a real conductor: what it is asked, what its answers prove, and the bundle in which nobody is named.

It only reads: whatever leaves comes through ``guard.py``.
"""
