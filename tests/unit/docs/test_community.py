# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody meets who opens an issue, and the sections that certification wants in the README."""

from __future__ import annotations

import re

import pytest
import yaml

from tests.unit.docs.blocks import ROOT

FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
PARTS = {"markdown", "textarea", "input", "dropdown", "checkboxes"}

each_form = pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)


@each_form
def test_a_form_is_one_that_the_host_takes(path):
    form = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert form["name"] and form["description"] and form["labels"]
    assert {part["type"] for part in form["body"]} <= PARTS
    names = [part["id"] for part in form["body"] if part["type"] != "markdown"]
    assert len(names) == len(set(names))
    for part in form["body"]:
        assert part["attributes"]["value" if part["type"] == "markdown" else "label"]


@pytest.mark.parametrize("name", ["bug", "device"])
def test_who_attaches_something_is_asked_to_redact_it_first(name):
    form = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / f"{name}.yml").read_text(encoding="utf-8"))
    first, last = form["body"][0], form["body"][-1]
    assert first["type"] == "markdown" and "eplace" in first["attributes"]["value"]
    assert last["type"] == "checkboxes" and last["attributes"]["options"][0]["required"] is True


def test_a_weakness_is_not_told_in_public():
    config = yaml.safe_load((ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml").read_text(encoding="utf-8"))
    private = "https://github.com/sessionsmart/sessionsmart.ssr/security/advisories/new"
    assert private in [link["url"] for link in config["contact_links"]]
    assert private in (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def sections() -> dict[str, str]:
    """The text of each section of the README."""
    parts = re.split(r"^## (.*)$", README, flags=re.M)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_readme_has_the_sections_of_certification_in_their_order():
    wanted = "Description, Requirements, Installation, Use cases, Testing, Contributing, Support, Release notes"
    order = [*wanted.split(", "), "Related information", "License"]
    assert [name for name in sections() if name in order] == order


def test_the_readme_shows_three_use_cases_and_more():
    assert len(re.findall(r"^\*\*[A-Z]", sections()["Use cases"], re.M)) >= 3


def test_the_readme_tells_of_every_playbook():
    listed = set(re.findall(r"^\| `sessionsmart\.ssr\.(\w+)` \|", sections()["Description"], re.M))
    assert listed == {path.stem for path in (ROOT / "playbooks").glob("[!_]*.yml")}


def test_the_readme_has_no_relative_link():
    for link in re.findall(r"\]\(([^)\s]+)\)", README):
        assert link.startswith("https://"), link
