# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Versions in conditions and in lists: what is newer, what is the same release, and what is no version."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.sessionsmart.ssr.plugins.filter.versions import FilterModule, release_of, sort_versions
from ansible_collections.sessionsmart.ssr.plugins.test import versions as plugins
from ansible_collections.sessionsmart.ssr.plugins.test.versions import (
    newer_than,
    older_than,
    same_release_as,
)

ROOT = Path(__file__).resolve().parents[3]

NEWER = [
    ("6.3.5", "6.3.4-7.r1"),
    ("6.3.10", "6.3.9"),
    ("7.0.0", "6.10.12"),
    ("6.3.5-37.r1.el7", "6.3.5-7.r1.el7"),
    ("7.0.5-14-lts", "7.0.5-7-lts"),
    ("4.4.0-0.202004021313.release.el7", "4.4.0-0.20200326163206.snapshot"),
    ("SSR-7.1.0-50", "128T-6.2.3-14.r2.el7 (package based)"),
    ("7.0.5-7-lts", "7.0.4"),
    ("6.3", "6.2.9-1"),
    ("6.3.5", "6.3.5-beta1"),
    ("7.0", "6.3.5"),
]
ALIKE = [
    ("6.3.5", "6.3.5"),
    ("6.3.5-37.r1.el7", "6.3.5"),
    ("6.3.5-37.r2.el7", "6.3.5-37.r1.el7"),
    ("SSR-7.1.5-r2", "7.1.5-7r2"),
    ("6.3.5-37", "6.3.5-37.r2.el7"),
    ("6.3.5-37.r1.el7", "SSR-6.3.5-37.r1"),
    ("6.3", "6.3.5-37"),
    ("6.1.10-8.lts.el7", "6.1.10-8"),
]


@pytest.mark.parametrize(("newer", "older"), NEWER)
def test_newer_and_older_are_told_apart_by_numbers(newer, older) -> None:
    assert newer_than(newer, older) and older_than(older, newer)
    assert not newer_than(older, newer) and not older_than(newer, older)


@pytest.mark.parametrize(("version", "other_version"), ALIKE)
def test_what_both_do_not_tell_makes_neither_newer(version, other_version) -> None:
    for test in (newer_than, older_than):
        assert not test(version, other_version) and not test(other_version, version)


@pytest.mark.parametrize(
    ("version", "other_version", "same"),
    [
        ("6.3.5-37.r1.el7", "SSR-6.3.5-39", True),
        ("6.3.5", "6.3.5-37", True),
        ("6.3.5", "6.3.50", False),
        ("6.3.5", "6.3.4", False),
        ("6.3.5", "6.3.5-beta1", False),
    ],
)
def test_the_same_release_is_three_numbers_and_no_build(version, other_version, same) -> None:
    assert same_release_as(version, other_version) is same_release_as(other_version, version) is same


@pytest.mark.parametrize("test", [newer_than, older_than, same_release_as])
@pytest.mark.parametrize("bad", ["latest", "", "6", "none", 6.3, 7, None, True, ["6.3.5"]])
def test_what_is_no_version_is_an_error_that_names_the_test_and_the_text(test, bad) -> None:
    for pair in ((bad, "6.3.5"), ("6.3.5", bad)):
        with pytest.raises(AnsibleFilterError, match=rf"sessionsmart\.ssr\.{test.__name__}: .*version") as caught:
            test(*pair)
        assert repr(bad) in str(caught.value) and "Accepted: " in str(caught.value)


def test_two_numbers_are_no_release() -> None:
    for pair in (("6.3", "6.3.5"), ("6.3.5", "6.3")):
        with pytest.raises(AnsibleFilterError, match=r"'6\.3' names no release.*6\.3\.5"):
            same_release_as(*pair)


def test_versions_are_sorted_by_numbers_and_stay_as_they_are_spelled() -> None:
    old_to_new = ["6.2.5-5r2", "6.3.9", "6.3.10", "6.3.10-2.r1.el7", "6.3.10-11.r1.el7", "SSR-7.1.0-50", "v7.1.1"]
    mixed = [old_to_new[index] for index in (3, 0, 6, 2, 5, 1, 4)]
    assert sort_versions(mixed) == old_to_new
    assert sort_versions(mixed, reverse=True) == old_to_new[::-1]
    assert sort_versions([]) == []


def test_a_list_of_something_else_is_an_error() -> None:
    with pytest.raises(AnsibleFilterError, match=r"sort_versions: 'unknown' is not"):
        sort_versions(["6.3.5", "unknown"])
    for wrong in ("6.3.5", None, 6.3):
        with pytest.raises(AnsibleFilterError, match="takes a list of versions"):
            sort_versions(wrong)


def test_the_release_is_what_stands_before_the_build() -> None:
    assert [release_of(version) for version in ("6.3.5-37.r1.el7", "SSR-7.1.0-50", "6.3.5", "6.3")] == [
        "6.3.5",
        "7.1.0",
        "6.3.5",
        "6.3",
    ]
    with pytest.raises(AnsibleFilterError, match="release_of"):
        release_of("")


@pytest.mark.parametrize(
    ("kind", "names"), [("test", plugins.TestModule().tests()), ("filter", FilterModule().filters())]
)
def test_each_has_a_document_of_its_own(kind, names) -> None:
    for name in names:
        document = yaml.safe_load((ROOT / "plugins" / kind / f"{name}.yml").read_text(encoding="utf-8"))
        assert document["DOCUMENTATION"]["name"] == name
        assert name in document["EXAMPLES"]
