# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the site is put together. Building it is a gate of its own (`make docs`), in which a warning is an error."""

from __future__ import annotations

import zlib

import pytest

from tests.tools.docs_site import (
    BLOB,
    ELSEWHERE,
    OF_ANSIBLE,
    VARIABLES,
    ansible_inventory,
    gather,
    linked,
    pages,
    unlisted,
)
from tests.unit.docs.blocks import ROOT

KNOWN = {"README.md": "readme.md", "docs/checks.md": "checks.md"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"[a]({BLOB}docs/checks.md)", "[a](checks.md)"),
        (f"[a]({BLOB}docs/checks.md#your-own-checks)", "[a](checks.md#your-own-checks)"),
        (f"[a\nb]({BLOB}README.md#testing).", "[a\nb](readme.md#testing)."),
        (f"[a]({BLOB}LICENSE)", f"[a]({BLOB}LICENSE)"),
        ("[a](#here) [b](https://docs.ansible.com/)", "[a](#here) [b](https://docs.ansible.com/)"),
    ],
)
def test_links_to_pages_become_links_in_the_site(text, wanted):
    assert linked(text, KNOWN) == wanted


def test_every_page_is_in_the_index_and_in_the_tree(tmp_path):
    assert unlisted() == set()
    gather(tmp_path / "source")
    for name in pages().values():
        assert (tmp_path / "source" / name).stat().st_size > 0


def test_pages_that_stand_elsewhere_exist():
    assert [path for path in ELSEWHERE if not (ROOT / path).is_file()] == []


def test_no_page_has_the_name_of_another():
    assert len(set(pages().values())) == len(pages())


def test_places_of_ansible_are_told_to_sphinx():
    head, _end, packed = ansible_inventory().partition(b"zlib.\n")
    assert head.startswith(b"# Sphinx inventory version 2\n")
    lines = zlib.decompress(packed).decode().splitlines()
    assert [line.split()[0] for line in lines] == [*OF_ANSIBLE, *VARIABLES]
    assert {line.split()[1] for line in lines} == {"std:label", "std:envvar"}
