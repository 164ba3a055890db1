# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the table of alarms into docs/checks.md, from the table that the checks use.

``python -m tests.tools.alarm_docs`` after a row was added or changed; a unit test tells when that is due.
"""

from __future__ import annotations

from pathlib import Path

import tests.conftest  # noqa: F401  (lets the collection be imported)

# isort: split
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.alarm_table import ALARMS, AlarmRow

PAGE = Path(__file__).resolve().parents[2] / "docs" / "checks.md"

_BEGIN = "<!-- This table is written by tests/tools/alarm_docs.py, from the table that the checks use. -->\n"
_END = "<!-- End of the table of alarms. -->\n"
_HEADINGS = ("meaning", "text", "severity", "before", "after a node", "passes after a boot within", "source")


def page_table() -> str:
    """A row for each meaning, in the order of the table."""
    rows = [_HEADINGS, ("---",) * len(_HEADINGS), *(_row(row) for row in ALARMS)]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)


def _row(row: AlarmRow) -> tuple[str, ...]:
    texts = [f"`{text}`" for text in row.texts if not text.startswith("re:")]
    after = f"{row.after}; expected while half done" if row.half_done else row.after
    return (
        row.about,
        "<br>".join(texts) or "(by what it speaks of)",
        row.severity,
        row.before,
        after,
        _times(row),
        row.source,
    )


def _times(row: AlarmRow) -> str:
    if row.passes is None:
        return ""
    more = [("package-based or converted", row.slow), ("on a conductor", row.conductor)]
    longer = [f"{seconds / 60:g} min {where}" for where, seconds in more if seconds]
    return ", ".join([f"{row.passes / 60:g} min", *longer])


def with_table(text: str) -> str:
    """The text of the page with its table as it must be. Raises ValueError where there is no place for it."""
    before, begin, rest = text.partition(_BEGIN)
    _old, end, after = rest.partition(_END)
    if not begin or not end:
        raise ValueError(f"{PAGE.name} does not say where its table of alarms begins and ends.")
    return f"{before}{_BEGIN}\n{page_table()}\n{_END}{after}"


def main() -> None:
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
