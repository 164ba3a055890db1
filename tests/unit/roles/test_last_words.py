# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last sentence on the screen after a conductor node that failed."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES

try:
    from ansible.template import trust_as_template
except ImportError:  # before ansible-core 2.19 every text is a template
    trust_as_template = str

ROOT = Path(__file__).resolve().parents[3]
VARS = yaml.safe_load((ROOT / "roles/conductor_upgrade/vars/main.yml").read_text(encoding="utf-8"))
WORDS = (
    "__conductor_upgrade_last_words",
    "__conductor_upgrade_other_untouched",
    "__conductor_upgrade_revert_last_words",
    "__conductor_upgrade_message",
)
FIX = " Fix the cause, then run the same playbook again."


def last_words(message: str, name: str = WORDS[0], host: str = "c1", hosts=("c1", "c2"), vendor: bool = False) -> str:
    variables = {
        **{key: trust_as_template(VARS[key]) for key in WORDS},
        "__conductor_upgrade_vendor": vendor,
        "conductor_upgrade_revert_result": {"msg": message},
        "conductor_upgrade_result": {"msg": message},
        "inventory_hostname": host,
        "ansible_play_hosts_all": list(hosts),
    }
    return Templar(loader=DataLoader(), variables=variables).template(variables[name])


@pytest.mark.parametrize("message", ["The upgrade of c1 failed: it is bad", "The upgrade of c1 failed: it is bad."])
def test_the_message_ends_as_a_sentence_before_anything_else_is_said(message) -> None:
    assert last_words(message) == f"{message.rstrip('.')}. No other node is touched.{FIX}"


@pytest.mark.parametrize(
    "where", [{"hosts": ["c1"]}, {"host": "c2"}, {"vendor": True}], ids=["standalone", "second", "both moved"]
)
def test_where_no_other_node_was_left_alone_none_is_named(where) -> None:
    assert last_words("It is bad.", **where) == f"It is bad.{FIX}"


def test_a_message_with_its_own_advice_gets_no_second_one() -> None:
    assert last_words("It was refused. Fix the cause, then run again.").endswith("run again. No other node is touched.")


def test_a_task_that_ansible_has_ended_is_no_cause_to_be_fixed() -> None:
    words = "Remove that limit, and run the same again: it takes up what is running."
    assert last_words(words, host="c2") == words


def test_a_failed_revert_ends_with_a_sentence() -> None:
    assert last_words("It was refused", WORDS[2]) == "It was refused. No other node is touched."
    assert last_words("It was refused", WORDS[2], host="c2") == "It was refused."


def test_the_states_that_fail_no_host_are_those_of_the_results() -> None:
    assert set(VARS["__conductor_upgrade_good"]) == {name for name, state in STATES.items() if state.ok}
