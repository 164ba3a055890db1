# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The status of a node as one poll shows it, and whether the node runs a version. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from .versions import Version, fits, satisfies, spelled


@dataclass(frozen=True)
class NodeStatus:
    """What one poll shows of a node. ``state`` is the word of its asset as printed, where assets count."""

    reachable: bool = False
    version_text: str | None = None
    version: Version | None = None
    state: str = "not listed"
    settled: bool = False
    away: bool = True
    busy: bool = False
    service: bool | None = None
    service_text: str | None = None
    install_type: str | None = None
    #: Did the node itself answer, and not only the list of assets about it?
    answered: bool = False
    #: Whether the node has booted since the command; None where unknown (uptime is no proof before 6.3.0).
    booted_since: bool | None = None
    #: What the conductor itself has reported about the operation since the command: failed, running or ended.
    report: str | None = None
    report_words: str = ""
    #: Only the list of assets was read; the node itself was not queried.
    partial: bool = False
    #: What a second witness adds to it or denies, word by word, for people; empty where it agrees or is silent.
    second: str = ""

    def words(self) -> str:
        """A description for a reason or a line of progress."""
        if not self.reachable:
            return "it does not answer"
        service = f", service {self.service_text}" if self.service_text else ""
        return f"it runs {self.release or 'an unreadable version'}, {self.state}{service}{self.beside}"

    @property
    def beside(self) -> str:
        """The same as an addition to a sentence."""
        return f" ({self.second})" if self.second else ""

    @property
    def release(self) -> str:
        """The version for people, in the one spelling of all messages."""
        return spelled(self.version_text)


def runs(status: NodeStatus, wanted: Version, before: Version | None) -> bool:
    """Whether the node runs the requested version.

    If the printed version shows less than the requested one (`6.3.5`, or `SSR-7.1.0-50` for `7.1.0-50.r1.el9`), it
    counts if it certainly differs from the version before. At the start there is no version before. Then a matching
    build is enough: a node that already runs the version is not restarted because one list shows less than another.
    """
    if status.version is None:
        return False
    satisfied = satisfies(status.version, wanted)
    if satisfied is None:
        return fits(status.version, wanted) if before is None else satisfies(before, status.version) is False
    return satisfied


def not_shown(version: Version | None, wanted: Version) -> str:
    """What to add for a node that counts as running the requested version although not all of it is printed."""
    if version is None or satisfies(version, wanted) is not None:
        return ""
    return f"; the printed version does not show {'its rebuild' if version.build is not None else 'its build'}"
