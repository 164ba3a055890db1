# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What pages say of which states stop a run is what the code does, wherever they say it."""

from __future__ import annotations

import re

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.planning.batches import BAD
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.results import STATES

from tests.unit.docs.blocks import ROOT

GUIDE = (ROOT / "docs" / "upgrading-routers.md").read_text(encoding="utf-8")
TABLE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")


def states_in(pattern: str, text: str) -> set[str]:
    found = re.search(pattern, text)
    assert found, f"no page says this any more: {pattern}"
    return set(re.findall(r"`(\w+)`", found[0]))


def test_the_guide_and_the_table_of_states_name_what_stops_the_next_batch() -> None:
    assert states_in(r"- a router ended .*\.", GUIDE) == set(BAD)
    assert states_in(r"(`\w+`,? (and )?)+stop no batch", GUIDE) == {"blocked", "skipped", "not_started"}
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| (.*) \|$", TABLE, re.M))
    assert {state for state in STATES if rows[state] == "stops"} == set(BAD)


def test_no_other_sentence_makes_a_rule_of_its_own_for_a_state_that_stops_no_batch() -> None:
    sentences = re.split(r"(?<=[.:;|])\s+", " ".join(GUIDE.split()))
    about = [text for text in sentences if re.search(r"(?:next|later|other) batch", text)]
    assert not [text for text in about if re.search(r"`(blocked|skipped)`|does not know", text)]
    assert not [text for text in about if "only if you allow" in text]
