# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts that are not whole: what a terminal has broken, and what ends before its end."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read

HEAD = "======== ======= =========\n Router   Node    Status\n======== ======= =========\n"
ROWS = " R1       n1      running\n R2       n2      running\n"


def whole(text: str) -> bool:
    response = read(text)
    assert (response.broken is None) == bool(response.tables or response.blocks), response
    return response.broken is None


@pytest.mark.parametrize(
    "text",
    [
        "======== ======= ===",
        "======== ======= =========\n Router   No",
        "======== ======= =========\n Router   Node    Status",
        "======== ======= =========\n Router   Node    Status\n======== ===",
        "======== ======= =========\n Router   Node    Status\n======== ======= ===",
        HEAD.rstrip(),
        f"{HEAD} R1",
        f"{HEAD} R1       n1",
        f"{HEAD}{ROWS} R3       n3",
        f"{HEAD}{ROWS} R",
        f"{HEAD}{ROWS} R3       n3      runn",
    ],
)
@pytest.mark.parametrize("above", ["", "Mon 2024-09-09 18:14:18 UTC\n✔ Retrieving assets...\n", "Node: n1\n"])
def test_a_table_that_ends_early_is_no_table(text: str, above: str) -> None:
    assert not whole(above + text)


@pytest.mark.parametrize("end", ["", "\n\nCompleted in 0.1 seconds", "\n\n2 nodes are shown.", "\n"])
def test_a_table_that_is_whole_is_one_with_and_without_an_end(end: str) -> None:
    assert whole(HEAD + ROWS.rstrip() + end)
    assert len(read(HEAD + ROWS.rstrip() + end).tables[0].rows) == 2


def test_an_empty_cell_at_the_end_of_the_last_row_is_one_where_the_answer_has_an_end() -> None:
    assert whole(f"{HEAD}{ROWS} R3       n3\n\nCompleted in 0.1 seconds")


def test_a_table_that_a_terminal_has_broken_is_no_table_and_nothing_of_it_is_a_sentence() -> None:
    rule = " ".join("=" * 30 for _column in range(4))
    row = "".join(f" {word:<30}" for word in ("Router", "Node", "Status", "Reason")).rstrip()
    failed = "".join(f" {word:<30}" for word in ("R1", "n1", "failed", "Unable to start: % Error")).rstrip()
    text = "\n".join(line[at : at + 80].rstrip() for line in (rule, row, rule, failed) for at in (0, 80) if line[at:])
    response = read(f"✔ Retrieving...\n{text}\n\nCompleted in 0.1 seconds")
    assert response.broken == "a table is broken at the edge of a terminal"
    assert (response.tables, response.blocks, response.messages, response.error) == ((), (), (), None)


def test_a_rule_that_closes_a_table_above_another_table_breaks_nothing() -> None:
    closed = "=" * 45 + " " + "=" * 20
    table = f"{closed}\n Name{' ' * 42}State\n{closed}\n a{' ' * 45}up\n{closed}\n"
    assert [len(table.rows) for table in read(table + table).tables] == [1, 1]


BLOCK = "=======\n n1.r1\n=======\n Status:    running\n"


@pytest.mark.parametrize(
    "text",
    [
        "=======",
        "=======\n n1",
        "=======\n n1.r1\n====",
        "=======\n n1.r1\n=======",
        f"{BLOCK} Vers",
        f"{BLOCK} Version:",
        f"{BLOCK}\n Vers",
        f"{BLOCK} ---> Volu",
        f"{BLOCK}\n --",
        f"{BLOCK}\n ------\n Err",
        f"{BLOCK}\n ------\n Errors\n ------",
    ],
)
def test_a_block_that_ends_early_is_no_block(text: str) -> None:
    assert not whole(text)


@pytest.mark.parametrize(
    "text",
    [
        BLOCK.rstrip(),
        f"{BLOCK}=======",
        f"{BLOCK}\nDone.",
        f"{BLOCK}Done",
        f"{BLOCK} Build User:\n\nCompleted in 0.1 seconds",
        f"{BLOCK}\n ------\n Errors\n ------\n one",
    ],
)
def test_a_block_that_is_whole_is_one(text: str) -> None:
    assert whole(text)
    assert read(text).blocks[0].fields["Status"] == "running"


@pytest.mark.parametrize(
    "text",
    [
        "usage: upgrade [{router <router> | resource-group",
        "usage: upgrade [force] version <ver",
        "usage: upgrade [force] version <version>\nkeyword arguments:\nfor",
        "usage: upgr",
    ],
)
def test_a_usage_that_ends_early_tells_no_arguments_for_certain(text: str) -> None:
    assert read(text).broken == "the usage of a command ends in the middle"
    assert read("usage: upgrade [force]\nkeyword arguments:\nforce    Skip the prompt.").broken is None


def test_a_usage_that_a_terminal_has_broken_in_a_word_keeps_its_names() -> None:
    choice = "[{router <router> | resource-group <resource-group>}]"
    line = f"usage: upgrade {choice} [simultaneous] [skip-package-transfer] [force]"
    usage = read(f"{line[:80]}\n{line[80:]}\nkeyword arguments:\nforce   Skip it.").usage
    assert usage.arguments == {"router", "resource-group", "simultaneous", "skip-package-transfer", "force"}
