# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a command did nothing, after its question was answered with no."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.declined import did_nothing, said_after


@pytest.mark.parametrize(
    "question",
    [
        "Are you sure? [y/N]:",
        "Do you want to reboot? [y/N]",
        "The upgrade will be started. Traffic may be lost. Continue? [y/N]:",
        "Once started, this cannot be undone. Proceed? (y/n)",
        "The node is running 6.3.5. Convert it? [y/N]:",
        "This release has not been installed here. It will be installed. Continue? [y/N]:",
        "Node a was upgraded yesterday. Revert it? [y/N]:",
    ],
)
@pytest.mark.parametrize(
    "said",
    [
        (),
        ("Operation canceled",),
        ("% Error: Operation aborted",),
        ("Aborted.", "", "Completed in 0.1 seconds"),
        ("The upgrade was not started.",),
        ("Nothing was changed",),
    ],
)
def test_a_no_to_what_is_ahead_leaves_everything_as_it_is(question, said) -> None:
    assert did_nothing(question, said)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("The upgrade was started. Follow its progress? [y/N]:", ()),
        ("Request accepted. Wait for its end? [y/N]:", ()),
        ("Connection to the node was lost. Try again? [y/N]:", ()),
        ("An upgrade is in progress. Continue? [y/N]:", ()),
        ("Are you sure? [y/N]:", ("\u2714 Starting software upgrade 1/1 targets complete...",)),
        ("Are you sure? [y/N]:", ("% Error: Request timed out",)),
        ("Are you sure? [y/N]:", ("Operation canceled", "a.r1: ok")),
        ("Are you sure? [y/N]:", ("Upgrade aborted",)),
        ("Are you sure? [y/N]:", ("Completed in 3 steps, a.r1 upgraded",)),
        ("Are you sure? [y/N]:", ("Mon 2026-03-01 22:00:00 UTC a.r1 upgrading",)),
        ("The image has been installed. Activate it? [y/N]:", ()),
        ("Job 17 was created. Show it? [y/N]:", ()),
        ("The upgrade is on its way. Show it? [y/N]:", ()),
    ],
)
def test_what_may_have_been_begun_taken_or_lost_is_not_nothing(question, said) -> None:
    assert not did_nothing(question, said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Retrieving...\nAre you sure you want it? [y/N]: n\nOperation canceled\n\n", ("Operation canceled",)),
        ("Started\nDone", ("Started", "Done")),
        ("", ()),
    ],
)
def test_what_was_said_stands_below_the_question(text, said) -> None:
    assert said_after(text, "Are you sure you want it? [y/N]:") == said
