# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where what the PCLI prints cannot be read, the web API is asked, and the run says from whom it knew."""

from __future__ import annotations

import pytest

from tests.integration.routers import NEW, PACE, authority, inventory, router, verdicts

WORLD = authority(router("hub", "hub-1", "hub-2"), router("one"))


def strange(command: str, text: str) -> dict[str, str]:
    return {"type": "strange_line", "command": command, "text": text}


LIST = strange("show assets", "1 asset could not be read")  # and what begins with the same words
OWN_ANSWERS = strange("show system router", "% Warning: partial answer")
ALARMS = strange("show alarms", "1 alarm could not be read")


def upgrade(b):
    inventory(b, hub={}, one={})
    return b.run("upgrade_routers", ssr_version=NEW, **PACE)


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (LIST, ("Until it can be, the list of assets of the web API counts.",)),
        (OWN_ANSWERS, ("The answer to 'show system' of hub-",)),
        (ALARMS, ("Until it can be, the alarms of the web API count.",)),
    ],
    ids=["list", "own answers", "alarms"],
)
def test_with_the_api_routers_are_upgraded_although_an_answer_cannot_be_read(bench, fault, said) -> None:
    b = bench(WORLD, faults=[fault], api={"enabled": True})
    run = upgrade(b)
    assert run.code == 0, run.output
    assert verdicts(run) == {"hub": "done", "one": "done"}
    assert all(words in run.output for words in said), run.output
    assert {b.truth(node)["version"] for node in ("hub-1", "hub-2", "one-node")} == {NEW}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (LIST, ("1 asset could not be read", "The web API does not help: ", "forwards no channels")),
        (OWN_ANSWERS, ("nobody knows how it is",)),
        (ALARMS, ("'show alarms' cannot be read", "forwards no channels")),
    ],
    ids=["list", "own answers", "alarms"],
)
def test_without_it_nothing_is_sent_and_both_are_quoted(bench, fault, said) -> None:
    b = bench(WORLD, faults=[fault])
    run = upgrade(b)
    assert run.code != 0 and all(words in run.output for words in said), run.output
    assert not [event for event in b.simulator.log if event["event"] == "request"]
