# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every code block of our pages says whether a test runs it, and what is data is well-formed."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.unit.docs.blocks import ROOT, blocks_of, commands, is_printed, read_blocks
from tests.unit.docs.pages import PAGES

each_page = pytest.mark.parametrize("page", PAGES)


@each_page
def test_every_block_has_a_mark(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = blocks_of(page)
    assert sum(line.lstrip().startswith("```") for line in text.splitlines()) == 2 * len(blocks)
    assert [str(block) for block in blocks if block.kind is None] == []


@each_page
def test_output_follows_what_is_run(page):
    last = None
    for block in blocks_of(page):
        if block.kind == "output":
            assert last == (block.section, True) or last == (block.section, None), f"{block} belongs to nothing"
            last = (block.section, None)
        else:
            last = (block.section, block.runs)


@each_page
def test_a_block_that_is_run_elsewhere_stands_there(page):
    for block in blocks_of(page):
        if block.kind == "elsewhere":
            there = [line for other in blocks_of(block.values["page"]) if other.runs for line in commands(other)]
            assert [line for line in commands(block) if line not in there] == [], block


@each_page
def test_output_of_another_page_belongs_to_a_command_that_is_run_there(page):
    for block in blocks_of(page):
        if block.kind == "output elsewhere":
            there = [
                line for other in blocks_of(block.values["page"]) if other.kind == "run" for line in commands(other)
            ]
            assert block.values["command"] in there, block


@each_page
def test_data_is_well_formed(page):
    for block in blocks_of(page):
        if block.language in ("yaml", "yml"):
            yaml.safe_load(block.text)
        elif block.language == "json":
            json.loads(block.text)
        elif block.language == "python":
            compile(block.text, str(block), "exec")


def test_a_block_without_a_mark_is_seen():
    text = "## A\n\ntext <!-- run -->\n\nmore\n```console\nls\n```\n\n<!-- run -->\n```console\nls\n```\n"
    assert [block.kind for block in read_blocks("page", text)] == [None, "run"]


@pytest.mark.parametrize("mark", ["ran", "run: ls", "not run", "not run: no", "run, ends with two"])
def test_a_mark_that_is_none_is_seen(mark):
    (block,) = read_blocks("page", f"<!-- {mark} -->\n```console\nls\n```\n")
    assert block.kind is None


@pytest.mark.parametrize(
    ("mark", "kind", "values"),
    [
        ("run", "run", {"new": None, "code": None}),
        ("run, ends with 2", "run", {"new": None, "code": "2"}),
        ("run in a new terminal", "run", {"new": " in a new terminal", "code": None}),
        ('run until "It listens."', "until", {"text": "It listens."}),
        ("run in docs/quickstart.md", "elsewhere", {"page": "docs/quickstart.md"}),
        ('output of "make" in docs/a.md', "output elsewhere", {"command": "make", "page": "docs/a.md"}),
        ("not run: needs the net", "not run", {"why": "needs the net"}),
    ],
)
def test_marks(mark, kind, values):
    (block,) = read_blocks("page", f"## Here\n\n- item\n\n  <!-- {mark} -->\n  ```console\n  ls\n  ```\n")
    assert (block.kind, block.values, block.text, block.section) == (kind, values, "ls\n", "Here")


def test_a_comment_in_a_block_is_no_heading():
    blocks = read_blocks("page", "## Here\n```sh\n## no heading\n```\n```sh\nls\n```\n")
    assert [block.section for block in blocks] == ["Here", "Here"]


def test_lines_of_an_expected_output():
    printed = "\x1b[32mok: [a]\x1b[0m\nNAME   STATE\nb      done\n"
    assert is_printed("ok: [a]\nNAME … STATE\nb … done\n", printed) == []
    assert is_printed("b … done\nok: [a]\n", printed) == ["ok: [a]"], "the order counts"
    assert is_printed("NAME … done", printed) == ["NAME … done"], "an ellipsis does not go over a line"
