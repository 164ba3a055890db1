# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small worlds in which an upgrade has begun, and the answer to its request has words of a refusal or a failure."""

from __future__ import annotations

from . import layout
from .known import ONE, PLAINLY, QUICK

_SUMMARY = "Failed to request upgrade. 0 targets failed, 1 target is disconnected, and 0 succeeded."


def _of_targets(message: str) -> str:
    """An upgrade that lost its only target, in the table that is documented for questions."""
    rows = layout.table(("Target", "Message"), [("a.r1", message)])
    return f"\u26a0 Requesting upgrade 0/1 targets complete...\n\n{rows}\n\n{_SUMMARY}\nCompleted in 41.3 seconds"


#: Each of them has the words of a refusal, and others.
ANSWERS = {
    "a release that is missing and comes": "% Error: Version 7.1.3-29.r2.el9 is not downloaded yet; it will be "
    "downloaded and installed",
    "a release that is missing and a queue": "% Error: Image is not on the node yet. The upgrade has been queued",
    "a failed pre-check and its other attempt": "% Error: Pre-check failed on second attempt, first attempt is "
    "installing",
    "a failed pre-check and a way back": "% Error: Preflight validation failed; rollback of image in progress",
    "an upgrade that is not found": "% Error: Upgrade not found",
    "a result that must not be read": "% Error: Not authorized to read the upgrade result",
    "a failed pre-check that was overridden": "\u2714 Upgrading 1/1 targets complete...\n\n"
    "Pre-upgrade health check failed, continuing since force was given",
    "a target that is disconnected": _of_targets("Disconnected"),
    "a target that was lost": _of_targets("Unreachable: lost during installation"),
    "a target of which nothing is said": _of_targets(""),
}


def _begun(words: str, download: bool) -> dict:
    """The node writes its image for ten minutes; what was begun is neither sent again nor called not begun."""
    return {
        "habits": {"status": "refused"},
        "routers": ONE,
        "courses": {"a.r1": [{**QUICK, "write": 600.0}]},
        "answers": [{"nth": 1, "how": "error", "words": words}],
        "runs": [
            {"args": {**PLAINLY, "download": download, "journal": True}},
            {"args": {**PLAINLY, "journal": True, "run_id": "again"}, "pause": 30.0},
        ],
        "sent": 1,
    }


BEGUN_WORDS: dict[str, tuple[str | None, dict]] = {
    f"an upgrade that has begun is answered with {name}{', with downloads' * download}": (None, _begun(words, download))
    for name, words in ANSWERS.items()
    for download in (False, True)
}
