# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A lifecycle request, before it is put into the words of a release (see grammar.py)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Request:
    """A lifecycle request with every argument that the vendor's commands know."""

    operation: str
    router: str | None = None
    resource_group: str | None = None
    node: str | None = None
    version: str | None = None
    simultaneous: bool = False
    skip_package_transfer: bool = False
    skip_pre_check: bool = False
    skip_health_check: bool = False
    no_revert: bool = False
    sequenced: bool = False
    skip_version_check: bool = False
    cohort_id: str | None = None
    force: bool = True
    target: str | None = None

    def means_own(self, router: str | None) -> bool:
        """True for a request to the router that the session itself is on."""
        return not self.resource_group and self.router in (None, router)
