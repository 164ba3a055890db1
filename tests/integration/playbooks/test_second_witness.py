# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where what the PCLI prints cannot be read, the web API is asked, and the run says from whom it knew."""

from __future__ import annotations

from tests.integration.routers import NEW, PACE, authority, inventory, router, verdicts

WORLD = authority(router("hub", "hub-1", "hub-2"), router("one"))
UNREADABLE = [{"type": "strange_line"}]
#: What each node says of itself.
OWN_ANSWERS = [{"type": "strange_line", "command": "show system router", "text": "% Warning: partial answer"}]
SAID = "Until it can be, the list of assets of the web API counts."


def upgrade(b):
    inventory(b, hub={}, one={})
    return b.run("upgrade_routers", ssr_version=NEW, **PACE)


def test_with_the_api_routers_are_upgraded_although_the_list_of_assets_cannot_be_read(bench):
    b = bench(WORLD, faults=UNREADABLE, api={"enabled": True})
    run = upgrade(b)
    assert run.code == 0, run.output
    assert verdicts(run) == {"hub": "done", "one": "done"}
    assert SAID in run.output and "1 asset could not be read" in run.output
    assert {b.truth(node)["version"] for node in ("hub-1", "hub-2", "one-node")} == {NEW}


def test_with_the_api_routers_are_upgraded_although_no_node_answers_readably_for_itself(bench):
    b = bench(WORLD, faults=OWN_ANSWERS, api={"enabled": True})
    run = upgrade(b)
    assert run.code == 0, run.output
    assert verdicts(run) == {"hub": "done", "one": "done"}
    assert "The answer to 'show system' of hub-" in run.output
    assert {b.truth(node)["version"] for node in ("hub-1", "hub-2", "one-node")} == {NEW}


def test_without_it_nothing_is_sent_beside_a_node_that_does_not_answer_readably(bench):
    b = bench(WORLD, faults=OWN_ANSWERS)
    run = upgrade(b)
    assert run.code != 0 and set(verdicts(run).values()) == {"not_started"}, run.output
    assert "nobody knows how it is" in run.output
    assert not [event for event in b.simulator.log if event["event"] == "request"]


def test_without_it_nothing_is_sent_and_both_are_quoted(bench):
    b = bench(WORLD, faults=UNREADABLE)
    run = upgrade(b)
    assert run.code != 0 and SAID not in run.output
    assert "1 asset could not be read" in run.output and "The web API does not help: " in run.output
    assert not [event for event in b.simulator.log if event["event"] == "request"]
