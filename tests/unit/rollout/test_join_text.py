# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reasons are one line, with one full stop between two sentences."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.action.run_review import _message
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.gate_decisions import never
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.join_text import in_short, listed, sentences
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.rollout_admission import RolloutAdmission
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.run_record import RunRecord

from tests.unit.fakes import VirtualClock


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (("it was refused", "Run again."), "it was refused. Run again."),
        (("it was refused.", "Run again"), "it was refused. Run again"),
        (("Starting 1/1 targets complete....", "Run again.."), "Starting 1/1 targets complete. Run again."),
        (("refused: 0 succeeded.\nx-node.x: Pre-check failed\n", "Mend it."),
         "refused: 0 succeeded. x-node.x: Pre-check failed. Mend it."),
        (("first line\n   second   line",), "first line; second line"),
        (("is it?", None, "", "Yes"), "is it? Yes"),
        ((), ""),
    ],
)  # fmt: skip
def test_parts_become_one_line(parts, line) -> None:
    assert sentences(*parts) == line


ENDED = "Ansible ended this task. Run the same again."


def test_an_objection_that_ends_in_a_stop_gets_no_second_one_before_its_advice() -> None:
    assert never(ENDED, "Wait.").reason == f"{ENDED} Wait."
    assert never("it runs", "Wait").reason == "it runs. Wait" and never("it runs").reason == "it runs"


def test_what_a_review_says_of_a_batch_has_one_stop_between_its_sentences() -> None:
    record = RunRecord(None, "night", VirtualClock())
    record.stopped, record.held_back, record.relapsed = ENDED, ["r2"], {"r1": ENDED}
    messages = [_message(record, hosts, why, {"done": 1}) for hosts, why in ((None, None), (["r2"], ENDED))]
    assert ".." not in "".join(messages) and messages[0].endswith(f"No other batch was begun: {ENDED}")
    assert f"{ENDED} Routers so far: 1 done. Fix the cause" in messages[1] and messages[1].endswith("left alone.")


def test_a_router_whose_download_alone_was_sent_has_one_stop_between_its_sentences() -> None:
    admission = SimpleNamespace(lane=SimpleNamespace(sent_to=lambda _router: "Its download goes on"))
    reason = RolloutAdmission.not_sent(admission, SimpleNamespace(router="r1"), ENDED)
    assert reason == f"its upgrade was not sent: {ENDED} Its download goes on"


def test_names_are_listed_as_people_do() -> None:
    assert [listed(names) for names in ([], ["a"], ["a", "b"], "abc")] == ["", "a", "a and b", "a, b and c"]


def test_a_command_that_the_sentence_is_about_stays_also_in_short() -> None:
    command = "'request system software upgrade router one force node node1 version SSR-6.3.5'"
    text = f"one: {command} would be sent, which was not approved. Nothing was sent. {'Because of it. ' * 5}"
    assert command in in_short(text, len(text) - 20)
    refused = f"one: The device refused {command}: % Error: no. {'Because of it. ' * 5}"
    assert command not in in_short(refused, len(refused) - 20)
