# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A conductor with the answers of somebody's own: what a probe has recorded, played again.

`bundle.py` reads the file, `tables.py` and `authority.py` make the scenario of it, `recognise.py` finds the habits that
print the same (by `trial.py`, which asks a conductor in memory), `recorded.py` knows which answers still hold,
`playback.py` types them, `fixtures.py` writes them as texts.
"""
