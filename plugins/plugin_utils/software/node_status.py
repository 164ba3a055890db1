# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A node as one poll shows it, and whether it runs a version. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from .versions import Version, fits, satisfies


@dataclass(frozen=True)
class NodeStatus:
    """One look at a node. ``state`` is the raw word of its asset, where assets count."""

    reachable: bool = False
    version_text: str | None = None
    version: Version | None = None
    state: str = "not seen"
    settled: bool = False
    away: bool = True
    busy: bool = False
    service: bool | None = None
    service_text: str | None = None
    install_type: str | None = None
    #: Has the node booted since the command? None where it cannot be told (uptime is no proof before 6.3.0).
    booted_since: bool | None = None
    #: What the conductor itself reports of the operation since the command: failed, running or ended, if readable.
    report: str | None = None
    report_words: str = ""
    #: Only the list of assets was looked at; the node itself was not asked.
    glance: bool = False

    def words(self) -> str:
        """What was seen, for a reason or a line of progress."""
        if not self.reachable:
            return "it does not answer"
        service = f", service {self.service_text}" if self.service_text else ""
        return f"it runs {self.version_text or 'an unreadable version'}, {self.state}{service}"


def runs(seen: NodeStatus, wanted: Version, before: Version | None) -> bool:
    """Does the node run the wanted version?

    Where the running text shows less than was wanted (`6.3.5`, or `SSR-7.1.0-50` for `7.1.0-50.r1.el9`), it counts if
    it surely is not what ran before. At the beginning there is no before: then a build is enough, since a node that is
    there already is not restarted because one list tells less than another.
    """
    if seen.version is None:
        return False
    answer = satisfies(seen.version, wanted)
    if answer is None:
        return fits(seen.version, wanted) if before is None else satisfies(before, seen.version) is False
    return answer


def unseen(version: Version | None, wanted: Version) -> str:
    """What to add where a node counts as running the wanted version although its text does not show all of it."""
    if version is None or satisfies(version, wanted) is not None:
        return ""
    return f"; what is shown of it does not tell {'its rebuild' if version.build is not None else 'its build'}"
