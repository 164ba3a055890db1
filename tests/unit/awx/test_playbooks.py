# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks as products: a header that tells all, a check before anything else, and results for the next job."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.sessionsmart.ssr.plugins.filter.input import PLAYBOOK_VARIABLES

from tests.unit.awx.data import ROOT
from tests.unit.awx.test_objects import role_options, text_of

PLAYBOOKS = sorted(path for path in (ROOT / "playbooks").glob("*.yml") if not path.name.startswith("_"))
each_playbook = pytest.mark.parametrize("path", PLAYBOOKS, ids=lambda path: path.stem)
#: Variables of a host, and what the plays give to each other.
OF_HOSTS = {"ssr_router", "ssr_conductors", "ssr_routers"}


def header(path: Path) -> dict[str, str]:
    """The sections of the comment at the head of a playbook; what it does is under an empty name."""
    lines = path.read_text(encoding="utf-8").split("\n\n")[0].splitlines()
    sections: dict[str, str] = {"": ""}
    section = ""
    for line in (raw.removeprefix("#") for raw in lines[1:]):
        match = re.match(r" ([A-Z][a-z]+): +(.*)", line)
        if match and match[1] in ("Needs", "Variables", "Publishes", "Example"):
            section, line = match[1], match[2]
        sections[section] = f"{sections.get(section, '')}\n{line.strip()}".strip()
    return sections


@each_playbook
def test_the_header_says_what_needs_variables_results_and_an_example(path) -> None:
    sections = header(path)
    assert set(sections) == {"", "Needs", "Variables", "Publishes", "Example"}
    assert len(sections[""]) > 80 and sections[""].endswith(".")
    assert f"ansible-playbook sessionsmart.ssr.{path.stem} -i inventory.yml" in sections["Example"]


@each_playbook
def test_every_variable_of_the_header_exists_and_every_one_that_is_read_is_in_it(path) -> None:
    variables = header(path)["Variables"]
    named = set(re.findall(r"\b((?:ssr|conductor_upgrade|router_upgrade)_\w+)", variables.replace("_*", "_")))
    for name in named - OF_HOSTS:
        assert name in PLAYBOOK_VARIABLES or name in role_options() or name.endswith("_upgrade_"), name
    read = set(re.findall(r"\bssr_\w+", re.sub(r"(?m)^#.*$", "", path.read_text(encoding="utf-8"))))
    assert read & set(PLAYBOOK_VARIABLES) <= named, "a variable that is read is not told"


def test_every_variable_of_the_playbooks_is_told_by_one_of_them() -> None:
    documented = set().union(*(set(re.findall(r"ssr_\w+", header(path)["Variables"])) for path in PLAYBOOKS))
    assert set(PLAYBOOK_VARIABLES) <= documented


@each_playbook
def test_the_example_gives_a_release_where_one_is_needed(path) -> None:
    needs = "ssr_needs_version: true" in path.read_text(encoding="utf-8")
    assert not needs or "-e ssr_version=" in header(path)["Example"]


def plays(path: Path) -> list[dict[str, Any]]:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@each_playbook
def test_the_variables_are_checked_before_anything_else(path) -> None:
    assert plays(path)[0]["ansible.builtin.import_playbook"] == "_check_input.yml"


@each_playbook
def test_a_play_is_linear_gathers_nothing_and_is_never_fatal_for_all(path) -> None:
    for play in plays(path):
        if "hosts" in play:
            assert play["strategy"] == "linear" and play["gather_facts"] is False
            assert "any_errors_fatal" not in play


# -- what is handed on ------------------------------------------------------------------------------------------------


def stats_of(folder: Path) -> set[str]:
    """The names that set_stats hands on below a folder."""
    names = set()
    for path in folder.rglob("*.yml"):
        text = path.read_text(encoding="utf-8")
        for block in re.findall(r"set_stats:\n +data:\n +(\w+|\"[^\"]+\"):", text):
            names |= {block} if block.startswith("ssr_") else set(re.findall(r"__router_upgrade_stat: (\w+)", text))
        names |= set(re.findall(r"__router_upgrade_stat: (\w+)", text))
    return names


HANDED_ON = stats_of(ROOT / "playbooks") | stats_of(ROOT / "roles")


def test_each_playbook_hands_on_under_a_name_of_its_own() -> None:
    published = {path.stem: set(re.findall(r"ssr_\w+", header(path)["Publishes"])) for path in PLAYBOOKS}
    assert set().union(*published.values()) == HANDED_ON
    del published["upgrade_authority"]  # it is made of two others
    names = [name for names_of_playbook in published.values() for name in names_of_playbook]
    assert len(names) == len(set(names))


def test_what_is_handed_on_is_no_variable_of_a_later_job() -> None:
    """AWX hands it to the next job as an extra variable, which would win over a register or a fact of that name."""
    assert not HANDED_ON & (set(PLAYBOOK_VARIABLES) | set(role_options()) | OF_HOSTS)
    for path in [*(ROOT / "playbooks").glob("*.yml"), *(ROOT / "roles").rglob("tasks/*.yml")]:
        assert not set(made_by(plays(path))) & HANDED_ON, path.name


def made_by(value: Any) -> Iterator[str]:
    """Every variable that plays or tasks register, set as a fact, or give to others."""
    if isinstance(value, list):
        for member in value:
            yield from made_by(member)
    if isinstance(value, dict):
        if isinstance(value.get("register"), str):
            yield value["register"]
        for part in ("vars", "ansible.builtin.set_fact"):
            yield from value.get(part) or {}
        for member in value.values():
            yield from made_by(member)


def test_the_report_reads_what_others_hand_on() -> None:
    read = set(re.findall(r"ssr_\w+", text_of("report.yml")))
    assert {"ssr_conductor_upgrade", "ssr_router_download", "ssr_router_upgrade"} <= read & HANDED_ON
