# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random worlds: whole nights in virtual time, each from a seed, judged by the world's own truth.

A world shares no code with the collection; see README.md.
"""
