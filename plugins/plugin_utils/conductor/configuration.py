# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands on the conductor's configuration: exports, and the candidate of this user."""

from __future__ import annotations

import re

from ..pcli.errors import Unreadable
from ..pcli.question_answers import expecting
from ..pcli.response import Response
from ..pcli.session import Session
from ..software import system
from ..software.empty_answers import why_unreadable
from ..software.names import check_word

#: Words of an answer that there is nothing to show ("All routers are in sync").
_NOTHING = re.compile(r"\b(?:no|none|nothing|0)\b|\ball\b.*\bin sync\b", re.IGNORECASE)
_HINTS = ("show user activity", "show config out-of-sync", "show config locally-modified")


class Configuration:
    """What changes, exports or compares configurations. Every method raises the errors of the session."""

    def __init__(self, session: Session):
        self._session = session

    def export(self, name: str) -> Response:
        """Export the running configuration on the conductor (CLI-6.0)."""
        return self._session.run(f"export config running {check_word(name, 'name')}", timeout=300)

    def exports(self) -> list[str]:
        """The names of exported configurations, as the conductor lists them (with .gz). Raises Unreadable."""
        response = self._session.run("show config exports")
        names = system.read_names(response, "Name")
        if names is None:
            why = why_unreadable(response, "it shows neither exports nor words that say that there are none")
            raise Unreadable("show config exports", f"{why}.")
        return names

    def delete_export(self, name: str) -> Response:
        """Delete an exported configuration."""
        questions = [expecting("sure (?:that )?you want to delete")]
        return self._session.run(f"delete config exported force {check_word(name, 'name')}", answers=questions)

    def import_export(self, name: str) -> Response:
        """Load an exported configuration into this user's candidate."""
        questions = [expecting("replace the existing candidate")]
        return self._session.run(f"import config force {check_word(name, 'name')}", timeout=300, answers=questions)

    def validate(self) -> Response:
        """Validate the candidate configuration."""
        return self._session.run("validate", timeout=600)

    def compare(self, old: str, new: str) -> Response:
        """The differences of two configurations: running, candidate, or the name of an export (since 5.1.0)."""
        command = f"compare config {check_word(old, 'old')} {check_word(new, 'new')}"
        return self._session.run(command, timeout=300)

    def commit(self) -> Response:
        """Commit the candidate configuration. Never called during an upgrade."""
        return self._session.run("commit force", timeout=900, answers=[expecting("sure you want to commit")])

    def discard(self) -> Response:
        """Discard this user's candidate."""
        questions = [expecting("sure you want to (?:discard|restore)")]
        return self._session.run("restore config running force", timeout=120, answers=questions)

    def hints(self) -> tuple[str, str]:
        """What the conductor shows of other users and of configurations out of sync, and what it does not show.

        Both are for people to read. The layouts are documented nowhere, so only names of other users and lines that
        are not plainly empty count.
        """
        own_user = self._session.prompt.user if self._session.prompt else None
        hints, unavailable = [], []
        for command in _HINTS:
            response = self._session.run(command, check=False)
            if response.error or response.usage or not (response.text.strip()):
                unavailable.append(f"{command}: {' '.join((response.error or 'no answer').split())}")
                continue
            rows = _rows_of(response)
            if command == "show user activity":
                rows = [row for row in rows if own_user not in row]
            hints += [f"{command}: " + ", ".join(row) for row in rows]
        return "\n".join(hints), "\n".join(unavailable)


def _rows_of(response: Response) -> list[list[str]]:
    """All that a response holds, row by row, without the words that there is nothing."""
    rows = [[cell for cell in row.values() if cell] for table in response.tables for row in table.rows]
    rows += [[f"{key}: {value}" for key, value in block.fields.items()] for block in response.blocks]
    return rows + ([] if _NOTHING.search(" ".join(response.messages)) else [[line] for line in response.messages])
