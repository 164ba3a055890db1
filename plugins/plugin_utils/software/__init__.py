# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Readers of what devices print, and facts of releases.

A new release: ``path_rules``, ``path_defects``, ``asset_states`` and ``versions`` here, and ``conductor/grammar``.
"""
