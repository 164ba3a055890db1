# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the web API of a node is reached, as its host in the inventory says it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class WebSettings:
    """``user`` and ``password`` are those of the login by SSH where they are not given.

    ``use``: ``auto`` where it answers, ``required``, or ``off``. ``pins``: fingerprints of the
    certificate, see ``api/access.py``. ``run_folder`` is one that all tasks of this run share, and no other run.
    """

    use: str = "auto"
    port: int = 443
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)
    validate_certs: bool = True
    ca_path: str | None = None
    pins: tuple[str, ...] = ()
    run_folder: str | None = None
