# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the result of ``request system software health-check`` from its words. Its layout is documented nowhere.

Messages were reworded and capitalised in 7.0.1 (I95-56168), so case is ignored. The only check known by name is
``System Processes Check`` (I95-64218). What cannot be interpreted is ``unknown``, never a pass (rule 17).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..pcli.response import Response
from .health_failures import failed_checks, speaks_of_failure
from .health_lines import read_statements
from .health_names import Names
from .health_words import doubt, is_understood
from .operation_status import gist, status_lines


@dataclass(frozen=True)
class Health:
    """The result of a health check. ``state``: pass, fail or unknown; ``failing``: the failed checks, if named.

    ``speaks_of_failure``: the result is unknown, but something is bad: no named check, or perhaps one of another node
    or of another run. Such a node is neither reverted nor done.
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
            "it speaks of a failure, and names no check that has clearly failed on this node"
            if self.speaks_of_failure
            else "it cannot be read"
        )
        return f"{said}: {self.reason}"

    def holds(self, setting: str) -> bool:
        """Whether a result that is unknown keeps its node from being done. ``setting``: health_check_unknown."""
        return self.speaks_of_failure or setting == "hold"


def read_health(response: Response, command: str, nodes: Mapping[str, Sequence[str | None]]) -> Health:
    """Read the response to ``command``. ``nodes``: those of each router, as far as they are known.

    It is ``fail`` only if a check of the node in the command is named together with its own failing result, which is
    final and of this run. Such a failure takes a node back, so other words of errors and failures are ``unknown``. The
    mark in the request's own line of progress does not count: it is also printed if the check could not run.
    """
    lines = (
        status_lines(response)
        if not response.error
        else [line.strip() for line in response.text.splitlines() if line.strip()]
    )
    words = "\n".join(lines)
    if response.denied:
        return Health("unknown", f"it could not be run: {gist(response.error)}", words)
    names = Names.of(command, nodes)
    statements = read_statements(response, names) if lines else []
    failed = failed_checks(statements, names)
    if failed:
        return Health("fail", ", ".join(failed), words, failed)
    early = _why_no_pass(response, lines)
    why = early or doubt(response, statements, lines, names)
    if why is None:
        return Health("pass", "passed", words)
    good = {" ".join(one.shown.split()) for one in statements if is_understood(one, response, names)}
    bad = next((line for line in lines if " ".join(line.split()) not in good and speaks_of_failure(line)), None)
    counted = response.counts is not None and response.counts.failed > 0
    return Health("unknown", early or bad or why, words, speaks_of_failure=bad is not None or counted)


def _why_no_pass(response: Response, lines: list[str]) -> str | None:
    """What keeps an answer from being a pass, whatever else it says."""
    if response.error:
        return gist(response.error)
    if response.counts and (response.counts.disconnected or not response.counts.succeeded):
        return f"not everything was checked or passed: {lines[-1] if lines else response.counts}"
    if response.broken:  # what is missing may have failed
        return f"its answer is incomplete: {response.broken}"
    return None
