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

#: These have the words of a refusal about something else: what shows the operation, another node, what does not matter.
OF_SOMETHING_ELSE = {
    "a right that is missing to follow it": "% Error: cannot follow the upgrade: user admin lacks the config-read "
    "capability",
    "events that must not be read": "% Error: failed to authorize user admin: you do not have access to the events of "
    "this operation",
    "a right for its progress": "% Error: the config-read capability is required to show the progress",
    "a progress that the conductor has": "% Error: the progress can only be used from the conductor",
    "a pre-check that is not fatal": "% Error: pre-check failed: non-fatal",
    "a pre-check that is advisory": "% Error: pre-check failed (advisory)",
    "a release that another node lacks": "% Error: Version 7.1.3-29.r2.el9 is not present on standby node",
    "a release that the peer does not know": "% Error: Version 7.1.3-29.r2.el9 is not available on the peer",
}
#: Answers without an error, in which something beside the upgrade has failed.
FAILED_BESIDE = {
    "a progress that could not be fetched": "\u26a0 Failed to fetch progress",
    "a fail-over": "Upgrade failed over to c2",
    "telemetry that failed": "Request accepted\nUpload of statistics failed",
    "a notification that failed": "\u26a0 Mail to noc@example.org failed",
}
#: Questions of an upgrade that has begun, to which the answer is no, and what is printed then.
ASKED = {
    "whether to follow it": ("The upgrade was started. Follow its progress?", ""),
    "and began it all the same": ("Are you sure?", "\u2714 Starting software upgrade 1/1 targets complete..."),
    "and ran out of time": ("Are you sure?", "% Error: Request timed out"),
    "and says something of its own": ("Are you sure?", "ok"),
    "beside which a right is missing": ("The upgrade was started. Show it?", "% Error: Permission denied"),
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


def _taken(**more: object) -> dict:
    """The same, without an error in the answer; nothing shows the operation."""
    return {
        "routers": ONE,
        "courses": {"a.r1": [{**QUICK, "write": 1500.0}]},
        "runs": [
            {"args": {**PLAINLY, "journal": True}},
            {"args": {**PLAINLY, "journal": True, "run_id": "again"}, "pause": 30.0},
        ],
        "sent": 1,
        **more,
    }


def _asked(question: str, says: str) -> dict:
    asks = {"nth": 1, "how": "asks", "words": question, "says": says, "begins": True}
    return _taken(habits={"status": "refused"}, answers=[asks])


BEGUN_WORDS: dict[str, tuple[str | None, dict]] = {
    f"an upgrade that has begun is answered with {name}{', with downloads' * download}": (None, _begun(words, download))
    for name, words in ANSWERS.items()
    for download in (False, True)
}
BEGUN_WORDS |= {
    f"an upgrade that has begun is answered with {name}": (None, _begun(words, False))
    for name, words in OF_SOMETHING_ELSE.items()
}
BEGUN_WORDS |= {
    f"an upgrade that has begun is answered with {name}": (
        None,
        _taken(habits={"status": "silent", "accepted": words}),
    )
    for name, words in FAILED_BESIDE.items()
}
BEGUN_WORDS |= {f"an upgrade that asks {name} has begun": (None, _asked(*words)) for name, words in ASKED.items()}
