# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of questions has every reading command of the product, and the report every assumption."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe import report
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.answers import JUDGES
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.assumptions import ASSUMPTIONS
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.questions import (
    LEFT_OUT,
    LIST,
    QUESTIONS,
    Scope,
    commands,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

from tests.unit.probe.seen import OWN

ROOT = Path(__file__).parents[3]
SOURCES = [
    path
    for folder in ("conductor", "checks", "snapshots", "rollout", "inventory", "actions")
    for path in sorted((ROOT / "plugins" / "plugin_utils" / folder).glob("*.py"))
] + sorted((ROOT / "plugins" / "action").glob("*.py"))

HOLE = "{}"
#: What is shown to people and never sent: sentences, and what stands in them.
_COMMAND = re.compile(r"show (?:[a-z][a-z\-]*|\{\})(?: (?:[a-z0-9][a-z0-9\-]*|\{\}))*(?:\{\})?")
#: Words of checks that users write themselves, which are never sent.
NEVER_SENT = {"show fib"}


def texts(tree: ast.AST) -> Iterator[str]:
    """Every text that may be a command, with a hole for what stands in braces."""
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and node.body
        if isinstance(node.body[0], ast.Expr)
    }
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else HOLE for part in node.values]
            yield "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings | inside:
            yield node.value


def reading_commands() -> set[str]:
    """Every reading command that the product sends, as a form."""
    found = set()
    for path in SOURCES:
        for text in texts(ast.parse(path.read_text(encoding="utf-8"))):
            if _COMMAND.fullmatch(text) and text not in NEVER_SENT:
                found.add(text)
    return found


SCOPE = Scope(OWN, ("r1",), (NodeId("r1", "n1"),), ("a1",))
ASKED = {LIST.words} | {command.words for command in commands(SCOPE)}


def test_the_product_has_reading_commands_to_compare_with() -> None:
    found = reading_commands()
    assert {"show assets", "show peers {} force", "show system software {}", "show config exports"} <= found
    assert len(found) > 25, sorted(found)


@pytest.mark.parametrize("form", sorted(reading_commands()))
def test_a_probe_asks_every_reading_command_of_the_product(form) -> None:
    if form in LEFT_OUT:
        return
    # What stands in a hole may be empty, one word, or the words that name a router or a node.
    pattern = re.escape(form).replace(re.escape(" {}"), r"(?: \S+)*").replace(re.escape("{}"), r"(?:\S+| \S+)*")
    pattern = pattern.replace(r"\{\}", r"(?:.*)")
    assert any(re.fullmatch(pattern, command) for command in ASKED), (
        f"'{form}' is sent by the product and not by a probe. Give it a row in QUESTIONS of probe/questions.py, or "
        "say in LEFT_OUT there why not"
    )


def test_what_is_left_out_is_sent_by_the_product() -> None:
    assert set(LEFT_OUT) <= reading_commands()


def test_the_list_of_assets_is_asked_in_several_widths() -> None:
    widths = {question.width for question in (LIST, *QUESTIONS) if question.words == "show assets"}
    assert len(widths) >= 4 and max(widths) == 512


def ids_of_page() -> list[str]:
    text = (ROOT / "docs" / "assumptions.md").read_text(encoding="utf-8")
    return re.findall(r"^\| ([A-Z]+[0-9]+) \|", text, re.MULTILINE)


def test_the_report_has_a_row_for_each_assumption_in_the_order_of_the_page() -> None:
    assert [assumption.id for assumption in ASSUMPTIONS] == ids_of_page()


def test_each_row_has_a_judge_or_says_why_looking_does_not_settle_it() -> None:
    assert report.FILES
    for assumption in ASSUMPTIONS:
        assert (assumption.id in JUDGES) != bool(assumption.why), assumption.id


def test_a_question_settles_assumptions_that_exist() -> None:
    known = set(ids_of_page())
    for question in (LIST, *QUESTIONS):
        assert question.settles and set(question.settles) <= known, question.words
