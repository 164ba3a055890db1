# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""No page names a setting, a playbook, a module, a target of make or an option of a program that is not there."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.simulator.__main__ import _parser as simulator_options
from tests.simulator.rehearse import _parser as rehearsal_options
from tests.unit.docs.blocks import ROOT, blocks_of, commands
from tests.unit.docs.names import NAME, known_names

PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "roles/*/README.md", ".github/**/*.md", "tests/simulator/README.md")
    for path in ROOT.glob(pattern)
)
FILES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs" / "ci").glob("*.yml"))

#: Groups that the inventory plugin makes out of what a conductor shows.
GROUP = re.compile(r"ssr_(?:state|install_type|version|release)_\w+")

each_page = pytest.mark.parametrize("page", PAGES)


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("page", [*PAGES, *FILES])
def test_settings_exist(page):
    # What a page or a file makes up for its own example is none of ours.
    own = {"ssr_password", "ssr_conductor_password", "ssr_vault_password"}
    names = {name for name in NAME.findall(text_of(page)) if not GROUP.fullmatch(name)}
    assert names - known_names() - own == set()


@cache
def full_names() -> set[str]:
    """Modules, playbooks, roles and plugins by their short names."""
    names = {path.stem for path in (ROOT / "playbooks").glob("[!_]*.yml")}
    names |= {path.name for path in (ROOT / "roles").iterdir() if path.is_dir()}
    names |= {path.stem for path in (ROOT / "plugins").glob("*/*") if path.suffix in (".py", ".yml")}
    return names | {"all"}  # the action group


@each_page
def test_full_names_exist(page):
    names = set(re.findall(r"(?<![\w/.-])sessionsmart\.ssr\.([a-z]\w*)(?![\w/]|\.\w)", text_of(page)))
    assert names - full_names() - {"git"} == set()


@each_page
def test_targets_of_make_exist(page):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"(?:`|^)make ([a-z]+)", text_of(page), re.M):
        assert re.search(rf"^{target}:", makefile, re.M), target


@each_page
def test_options_of_the_simulator_exist(page):
    programs = {"tests.simulator.rehearse": rehearsal_options(), "tests.simulator": simulator_options()}
    for block in blocks_of(page):
        for command in commands(block):
            for name, parser in programs.items():
                if re.search(rf"-m {re.escape(name)}(?![\w.])", command):
                    given = re.findall(r"(?<=\s)--[a-z][\w-]*", command.partition(" -- ")[0])
                    assert set(given) <= set(parser._option_string_actions), command


@each_page
def test_options_of_ansible_playbook_exist(page):
    known = {
        "--check",
        "--diff",
        "--limit",
        "--ask-pass",
        "--ask-vault-pass",
        "--syntax-check",
        "--list-hosts",
        "--tags",
    }
    for block in blocks_of(page):
        for command in commands(block):
            if command.startswith("ansible-playbook "):
                plain = re.sub(r"\$\([^)]*\)", "", command)
                assert set(re.findall(r"(?<=\s)--[a-z][\w-]*", plain)) <= known, command


def test_every_setting_of_a_role_that_limits_a_night_is_in_the_guide():
    guide = text_of("docs/upgrading-routers.md")
    for name in ("max_failures", "start_deadline", "window_end", "stop_file", "in_flight", "on_regression"):
        assert f"router_upgrade_{name}" in guide


def test_a_setting_that_does_not_exist_is_seen():
    assert "router_upgrade_in_flight" in known_names() and "ansible_pcli_host_keys" in known_names()
    assert not {"router_upgrade_in_fligth", "ssr_nonsense"} & known_names()
