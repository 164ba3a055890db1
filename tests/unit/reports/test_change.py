# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The change document: its schema, its checksum, its pages, whatever the names and words in it are."""

from __future__ import annotations

import copy
import json
import re
import shlex
from pathlib import Path

import jsonschema
import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change import with_comparison
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change_compare import differences
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change_file import (
    BadPlan,
    change_json,
    read_change,
    sealed,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change_free import (
    FREE,
    FREE_AROUND,
    FREE_VARIABLES,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change_markdown import change_markdown
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change_routers import same_router
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change_rules import BOUND, OF_RUN
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change_words import handling

from tests.unit.plugin_docs import docs
from tests.unit.reports.changes import change
from tests.unit.roles.test_argument_specs import Role

SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "schemas" / "change-1.json").read_text(encoding="utf-8"))
HOSTILE = "<script>alert(1)</script>|x`y``\n# heading\n\u202e[a](javascript:1) \x07&amp; \u2028"


def hostile() -> dict:
    """A document in which every text that comes from outside is what nobody wants to see in a page."""
    document = copy.deepcopy(change(3))
    for entry in document["routers"]:
        entry.update(router=HOSTILE, reason=HOSTILE, notes=[HOSTILE], rollback=HOSTILE, group=HOSTILE)
        entry["checks"] = [{"name": HOSTILE, "target": HOSTILE, "state": "warn", "text": HOSTILE, "words": HOSTILE}]
        entry["commands"] = [{**entry["commands"][0], "command": HOSTILE, "when": HOSTILE}]
        for node in entry["nodes"]:
            node.update(node=HOSTILE, from_version=HOSTILE)
    document["run"].update(id=HOSTILE, reason=HOSTILE, inventory=HOSTILE, by=HOSTILE)
    document["settings"] = {HOSTILE: HOSTILE}
    document["compared"] = {
        "path": HOSTILE,
        "sha256": HOSTILE,
        "run": HOSTILE,
        "made": None,
        "differences": [{"router": HOSTILE, "text": HOSTILE, "more": True}],
    }
    return document


@pytest.mark.parametrize("routers", [0, 1, 12, 60])
def test_a_document_is_as_its_schema_says(routers) -> None:
    document = change(routers)
    jsonschema.validate(document, SCHEMA, cls=jsonschema.Draft202012Validator)
    compared = with_comparison(document, change(12), "/a", [one.as_data() for one in differences(change(12), document)])
    jsonschema.validate(compared, SCHEMA, cls=jsonschema.Draft202012Validator)


def test_a_document_is_read_back_as_it_was_and_any_change_shows() -> None:
    document = change(4)
    assert read_change(change_json(document)) == document
    edited = copy.deepcopy(document)
    edited["routers"][0]["commands"][0]["command"] += " force"
    with pytest.raises(BadPlan, match="somebody has changed it by hand"):
        read_change(change_json(edited))
    assert sealed(edited)["sha256"] != document["sha256"]


def test_the_checksum_does_not_depend_on_the_order_of_keys() -> None:
    document = change(2)
    assert sealed(dict(reversed(document.items())))["sha256"] == document["sha256"]


def test_every_option_of_the_upgrade_is_bound_or_free_with_a_reason() -> None:
    """A new option without a row would let a bound run do more than was approved."""
    bound = {rule.name for rule in BOUND}
    for module in ("software_upgrade", "software_downgrade"):
        options = set(docs(module)[0]["options"])
        assert options - bound - set(FREE) == set(), "decide what these do to a bound run"
    assert (bound | set(FREE)) - options == set() and bound & set(FREE) == set()
    assert all(len(reason) > 10 for reason in FREE.values())


@pytest.mark.parametrize("module", ["run_review", "precheck"])
def test_every_option_of_the_tasks_around_it_is_bound_or_free(module) -> None:
    names = {rule.name for rule in (*BOUND, *OF_RUN)} | set(FREE) | set(FREE_AROUND)
    assert set(docs(module)[0]["options"]) - names == set()


@pytest.mark.parametrize(("role", "tasks"), [("router_upgrade", "plan_or_upgrade"), ("conductor_upgrade", "node")])
def test_every_variable_of_a_role_is_an_option_that_is_known_a_setting_of_the_run_or_free(role, tasks) -> None:
    known = Role(role)
    options = known.given(tasks, "software_upgrade")
    rules = {rule.name for rule in (*BOUND, *OF_RUN)}
    settings = known.private[str(options.pop("run_settings")).strip("{ }")]
    assert set(settings) <= rules, "each has a row of its own"
    read = {
        variable
        for value in [*options.values(), *settings.values()]
        for variable in known.names_in(expand(known, value))
    }
    assert set(options) <= {rule.name for rule in BOUND} | set(FREE)
    variables = set(known.defaults) | set(known.specs["main"]["options"])
    assert variables - read - set(FREE_VARIABLES) == set(), "decide what these do to a bound run"
    assert {name for name in FREE_VARIABLES if name.startswith(role)} - variables == set()


def expand(role: Role, value: object) -> str:
    """A template with what stands behind the role's own names in it."""
    text, seen = str(value), set[str]()
    while more := set(re.findall(r"\b__\w+", text)) & set(role.private) - seen:
        seen |= more
        text += "".join(str(role.private[name]) for name in more)
    return text


def test_what_differs_is_more_or_less_and_an_equal_plan_differs_in_nothing() -> None:
    small, large = change(2), change(3)
    assert differences(small, change(2)) == []
    assert [one.words for one in differences(small, large) if one.more] == ["store-0002: is not in the approved plan"]
    assert [(one.router, one.more) for one in differences(large, small)] == [("store-0002", False)]


def test_the_nodes_of_a_conductor_come_together_from_their_own_tasks() -> None:
    first, second = copy.deepcopy(change(2)["routers"][1]), copy.deepcopy(change(2)["routers"][1])
    first.update(conductor=True, nodes=first["nodes"][:1], commands=first["commands"][1:2])
    second.update(conductor=True, nodes=second["nodes"][1:], commands=second["commands"][-1:])
    both = same_router(first, second)
    assert [node["node"] for node in both["nodes"]] == ["store-0001-a", "store-0001-b"]
    assert len(both["commands"]) == 2 and same_router(both, second) == both, "planned once more, it is the same"


def test_the_ways_back_are_commands_that_are_accepted_for_every_router_and_only_where_they_are_documented() -> None:
    back = change(120)["handling"]["back"]
    commands = [line for line in back if line.startswith("ansible-playbook")]
    limits = [shlex.split(line)[shlex.split(line).index("--limit") + 1] for line in commands]
    named = [name for limit in limits for name in limit.split(",")]
    planned = [entry for entry in change(120)["routers"] if entry["state"] == "planned"]
    converted = {entry["router"] for entry in planned if any(node["converts"] for node in entry["nodes"])}
    assert len(named) == len(set(named)) and set(named) == {entry["router"] for entry in planned} - converted
    assert converted and any(name in line and "not documented" in line for line in back for name in converted)
    assert "more" not in " ".join(commands)


def test_the_way_back_of_a_conductor_names_a_version_and_not_the_words_of_its_node() -> None:
    (entry,) = copy.deepcopy(change(1)["routers"])
    entry["conductor"] = True
    entry["nodes"][0]["from_version"] = "SSR-6.3.0-107.r1.el7 (image based)"
    back = handling([entry], {}, "/reports/plan-1")["back"]
    assert back[1] == "ansible-playbook sessionsmart.ssr.revert_conductor -e ssr_version=6.3.0-107.r1.el7"


def test_whoever_follows_is_sent_to_the_page_of_the_run_and_not_of_its_plan() -> None:
    follow = change(3)["handling"]["follow"][0]
    assert "night-47" not in follow and "/home/op/sessionsmart/reports/<run>/report.html" in follow


def test_a_plan_whose_begin_is_past_says_so() -> None:
    night = change(3, past=True)["forecast"]
    assert night["fits"] is False and "the planned begin is past" in night["words"]


def test_what_makes_a_way_worse_is_more() -> None:
    """A router that leaves its exclusive group, or goes dark, or to another wave."""
    for name, before, now in (
        ("group", "site", None),
        ("outage", 0.0, 420.0),
        ("wave", 1, 0),
        ("way_back", "documented", "undocumented"),
    ):
        approved, other = copy.deepcopy(change(3)), copy.deepcopy(change(3))
        approved["routers"][0][name], other["routers"][0][name] = before, now
        assert [one.more for one in differences(approved, other)] == [True], name


def test_each_rule_knows_what_is_more() -> None:
    """Whatever has a row is refused where it gets laxer: a row that says otherwise would let it pass."""
    laxer = {
        "sequencing": ("node", "vendor"),
        "reconnect_after": (0, 60),
        "allow_newer_routers": (False, True),
        "compare_areas": ([], ["assets"]),
        "newer": ("block", "skip"),
        "disconnected": ("block", "skip"),
        "assets_timeout": (60, 61),
    }
    for rule in (*BOUND, *OF_RUN):
        pairs = (
            [laxer[rule.name]] if rule.name in laxer else [(False, True), (True, False), (1, 9), (9, 1), (["a"], [])]
        )
        pairs += [] if rule.name in laxer else [([], ["a"]), ("hold", "warn"), ("refuse", "newest")]
        assert any(rule.more(*pair) for pair in pairs), rule.name
        assert not rule.more(pairs[0][0], pairs[0][0]), rule.name


# -- Markdown ---------------------------------------------------------------------------------------------------------


def test_markdown_has_all_that_a_board_asks_for() -> None:
    text = change_markdown(change(12))
    for title in ("Forecast", "Batches and canaries", "Routers in order", "What stops the night", "How to stop it"):
        assert f"## {title}" in text
    assert "\nrequest system software upgrade router store-0002 force node store-0002-node version 6.3.5" in text
    assert "CHG\\-4711" in text and "## Approvals" in text and change(12)["sha256"] in text
    assert "canary" in text and "could not be made" in text


def test_nothing_in_markdown_is_markup_but_its_own() -> None:
    text = change_markdown(hostile())
    assert "\u202e" not in text and "\x07" not in text and "\u2028" not in text
    outside = re.sub(r"^(`{3,})text\n.*?^\1$", "", text, flags=re.M | re.S)
    assert "<script" not in outside
    assert "](javascript" not in outside.replace("\\]\\(", "")
    assert not [line for line in outside.splitlines() if line.startswith("# heading")]
    rows = [line for line in outside.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in rows)
    for header, width in (("| Router | State |", 8), ("| Check | Of |", 4)):
        at = rows.index(next(row for row in rows if row.startswith(header)))
        assert len(re.findall(r"(?<!\\)\|", rows[at + 2])) == width + 1


# -- the page ---------------------------------------------------------------------------------------------------------


def page(document: dict) -> str:
    from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.reports.change_page import change_html

    return change_html(document)


def test_the_page_draws_a_bar_for_each_router_that_begins_and_lists_every_command() -> None:
    document = change(12)
    text = page(document)
    begun = [entry for entry in document["routers"] if entry["forecast"] and entry["forecast"]["begins"]]
    assert len(re.findall(r'<li title="\d\d:\d\d to', text)) == len(begun) == 10
    assert text.count('class="p-away"') >= len(begun) and 'class="window_end"' in text
    plain = text.replace("&#39;", "'")
    for entry in document["routers"]:
        for command in entry["commands"]:
            assert command["command"] in plain
    assert document["sha256"] in text and text.count("<td></td>") >= 12, "a place for approvals"


def test_nothing_in_the_page_is_markup_but_its_own_and_it_asks_nobody_for_anything() -> None:
    text = page(hostile())
    assert "<script>alert" not in text and "\u202e" not in text and "\x07" not in text
    assert not re.search(r'(?:src|href)="(?!#|data:)', text)


def test_two_thousand_routers_fit_into_three_megabytes() -> None:
    assert len(page(change(2000)).encode("utf-8")) < 3_000_000
