# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the result of ``request system software health-check`` from its words. Its layout is documented nowhere.

Messages were reworded and capitalised in 7.0.1 (I95-56168), so case is ignored. The only check known by name is
``System Processes Check`` (I95-64218). What cannot be interpreted is ``unknown``, never a pass (rule 17).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..pcli.response import Response
from .health_failures import failed_checks, speaks_of_failure
from .health_words import doubt
from .operation_status import gist, status_lines


@dataclass(frozen=True)
class Health:
    """The result of a health check. ``state``: pass, fail or unknown; ``failing``: the failed checks, if named.

    ``speaks_of_failure``: the result is unknown, but something failed. Such a node is neither reverted nor done.
    """

    state: str
    reason: str
    words: str
    failing: tuple[str, ...] = ()
    speaks_of_failure: bool = False

    @property
    def why_unknown(self) -> str:
        """What keeps a result that is unknown from counting, as a clause."""
        said = (
            "it speaks of a failure, and names no check that failed" if self.speaks_of_failure else "it cannot be read"
        )
        return f"{said}: {self.reason}"

    def holds(self, setting: str) -> bool:
        """Whether a result that is unknown keeps its node from being done. ``setting``: health_check_unknown."""
        return self.speaks_of_failure or setting == "hold"


def read_health(response: Response) -> Health:
    """Read the response. It is ``fail`` only if a check is named together with its own failing result.

    Such a failure takes a node back, so other words of errors and failures are ``unknown``. The mark in the request's
    own line of progress does not count: it is also printed if the check could not run.
    """
    lines = (
        status_lines(response)
        if not response.error
        else [line.strip() for line in response.text.splitlines() if line.strip()]
    )
    words = "\n".join(lines)
    if response.denied:
        return Health("unknown", f"it could not be run: {gist(response.error)}", words)
    failed = failed_checks(response, lines)
    if failed:
        return Health("fail", ", ".join(failed), words, failed)
    if response.error:
        return Health("unknown", gist(response.error), words)
    if response.counts and (response.counts.disconnected or not response.counts.succeeded):
        return Health("unknown", f"not everything was checked or passed: {lines[-1]}", words)
    if response.broken:  # what is missing may have failed
        return Health("unknown", f"its answer is incomplete: {response.broken}", words)
    why = doubt(response, lines)
    if why is None:
        return Health("pass", "passed", words)
    return Health("unknown", why, words, speaks_of_failure=any(map(speaks_of_failure, lines)))
