# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Spellings of versions, their order, and what a wish matches."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import (
    Version,
    build_equal,
    check_version,
    install_type_of,
    package_equal,
    parse,
    patch_equal,
    satisfies,
    spelled,
    try_parse,
)
from hypothesis import given
from hypothesis import strategies as st

# text, (major, minor, patch, build, rebuild)
SPELLINGS = [
    ("6.3.0-107.r1.el7", (6, 3, 0, 107, 1)),
    ("128T-6.2.3-14.r2.el7 (package based)", (6, 2, 3, 14, 2)),
    ("SSR-6.3.5-37.r1.el7 (Image Based)", (6, 3, 5, 37, 1)),
    ("SSR-7.1.0-50", (7, 1, 0, 50, None)),
    ("SSR-7.1.0-50.r1.el9", (7, 1, 0, 50, 1)),
    ("SSR-7.0.1-1", (7, 0, 1, 1, None)),
    ("6.3.6-1", (6, 3, 6, 1, None)),
    ("5.4.11", (5, 4, 11, None, None)),
    ("3.1", (3, 1, None, None, None)),
    ("4.4.0-1.el7", (4, 4, 0, 1, None)),
    ("128T-4.3.2-1.el7", (4, 3, 2, 1, None)),
    ("6.2.5-5r2", (6, 2, 5, 5, 2)),
    ("128T-6.2.5-5r2.el7 (package based)", (6, 2, 5, 5, 2)),
    ("7.2.3-8r2", (7, 2, 3, 8, 2)),
    ("7.0.5-7-lts", (7, 0, 5, 7, None)),
    ("6.3.7-6-sts", (6, 3, 7, 6, None)),
    ("6.1.10-8.lts.el7", (6, 1, 10, 8, None)),
    ("6.2.5-5.sts.el7", (6, 2, 5, 5, None)),
    ("4.1.1-1.el7.centos", (4, 1, 1, 1, None)),
    ("6.3.5-37.r1.el7.x86_64", (6, 3, 5, 37, 1)),
    ("SSR-6.3.0-107.r1.el7.x86_64.ibu-v1.iso", (6, 3, 0, 107, 1)),
    ("128T-6.3.0-107.r1.el7.OTP.v1.x86_64.iso", (6, 3, 0, 107, 1)),
    ("3.0.1-snapshot1", (3, 0, 1, None, None)),
    ("  6.3.0-107.r1.el7 ", (6, 3, 0, 107, 1)),
    ("ssr-6.3.0-107.R1.EL7", (6, 3, 0, 107, 1)),
    ("SSR-7.1.5-r2", (7, 1, 5, None, 2)),
    ("SSR-7.2.0-r1", (7, 2, 0, None, 1)),
    ("6.3.0-R1", (6, 3, 0, None, 1)),
    ("6.2.3-14-R2", (6, 2, 3, 14, 2)),
    ("7.1.3-29-r2", (7, 1, 3, 29, 2)),
    ("SSR-6.1.10-8.lts.el7.x86_64.ibu-v1.iso", (6, 1, 10, 8, None)),
    ("SSR-7.1.0-1.r1.el9.aarch64.ibu-v0", (7, 1, 0, 1, 1)),
    ("SSR-6.3.0-107.r1.el7.x86_64.ibu-v8.iso", (6, 3, 0, 107, 1)),
    ("SSR-6.3.0-107.r1.el7.x86_64.ibu-v12.tar", (6, 3, 0, 107, 1)),
    ("SSR-6.2.5-12.r1.el7.x86_64.ibu-v1.tar.sha256sum", (6, 2, 5, 12, 1)),
    ("4.4.0-0.20200402", (4, 4, 0, 0, None)),
    ("128T-4.4.0-0.202004021313.release.el7.x86_64.rpm", (4, 4, 0, 0, None)),
    ("2.5.0-0.20200326163206.snapshot", (2, 5, 0, 0, None)),
    ("128T-6.2.5-5r2.el7(package based)", (6, 2, 5, 5, 2)),
]


@pytest.mark.parametrize(("text", "parts"), SPELLINGS)
def test_every_spelling_of_the_vendor_is_read(text: str, parts: tuple) -> None:
    version = parse(text)
    assert (version.major, version.minor, version.patch, version.build, version.rebuild) == parts
    assert version.text == text.strip()


def test_a_text_that_is_a_version_can_be_tried() -> None:
    assert try_parse("6.3.5-37") == parse("6.3.5-37")
    assert str(try_parse(" SSR-6.3.5-37 ")) == "SSR-6.3.5-37"


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("7.0.5-7-lts", "lts"),
        ("7.0.5-7.custom.el9", "custom"),
        ("7.0.5-lts", "lts"),
        ("6.2.5-5.sts.el7", "sts"),
        ("6.3.6-1", None),
    ],
)
def test_the_channel_is_read(text: str, channel: str | None) -> None:
    assert parse(text).channel == channel


@pytest.mark.parametrize(
    ("text", "milestone"),
    [
        ("6.3.0-107.r1.el7", "r1"),
        ("SSR-7.1.0-50", None),
        ("SSR-6.1.10-8.lts.el7.x86_64.ibu-v1.iso", "lts"),
        ("7.2.3-8r2", "r2"),
        ("7.0.5-14-lts", "lts"),
        ("SSR-7.1.5-r2", "r2"),
        ("6.2.3-14-R2", "r2"),
        ("4.1.1-1.el7.centos", None),
        ("3.1", None),
        ("3.0.1-snapshot1", "snapshot1"),
        ("4.4.0-0.202004021313.release.el7", None),
    ],
)
def test_the_milestone_is_read_for_people(text: str, milestone: str | None) -> None:
    assert parse(text).milestone == milestone


def test_the_time_of_a_build_without_a_number_is_read() -> None:
    assert parse("128T-4.4.0-0.202004021313.release.el7.x86_64.rpm").stamp == 20200402131300
    assert parse("2.5.0-0.20200326163206.snapshot").stamp == 20200326163206
    assert parse("6.3.0-107.r1.el7").stamp is None


@pytest.mark.parametrize(
    "text",
    ["", "none", "unknown", "None", "6", "a.b.c", "6.3.x", "6.3.5.x", "6.3-x", "6.3.5.2", "6.3.5-37.r1.r2", "-6.3.5"],
)
def test_what_is_no_version_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"Accepted: a release such as 6\.3\.5"):
        parse(text)
    assert try_parse(text) is None
    assert try_parse(None) is None


def test_a_number_is_no_version_text() -> None:
    with pytest.raises(ValueError, match="quotes"):
        parse(6.3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("128T-6.2.3-14.r2.el7 (package based)", "package"), ("x (Image-Based)", "image"), ("6.3.0-107.r1.el7", None)],
)
def test_a_version_may_tell_how_it_was_installed(text: str, kind: str | None) -> None:
    assert install_type_of(text) == kind


RISING = [
    "3.0.1-snapshot1",
    "3.0.1-snapshot2",
    "3.0.1",
    "3.1",
    "3.1.0",
    "4.4.0-0.20200326163206",
    "4.4.0-0.202004021313.release.el7",
    "4.4.0-1.el7",
    "5.4.2",
    "5.4.11",
    "6.1.1-1.el7",
    "6.1.10-8.lts.el7",
    "SSR-6.2.5-5.r2.el7",
    "6.2.5-10.r1",
    "6.3.0",
    "6.3.0-107.r1.el7",
    "6.3.5-37.r1.el7",
    "SSR-6.3.50-1",
    "7.0.5-7-lts",
    "7.0.5-14.r1.el9",
    "128T-7.1.0-50",
    "7.1.5-r2",
    "SSR-7.1.5-7.r1.el9",
    "10.0.0",
]


@given(st.permutations(RISING))
def test_versions_are_ordered_by_their_numbers(texts: list[str]) -> None:
    assert sorted(texts, key=parse) == RISING


def test_the_spelling_does_not_matter_to_the_order() -> None:
    same = [parse(text) for text in ("6.2.5-5r2", "SSR-6.2.5-5.r2.el9", "128T-6.2.5-5.r2.el7 (package based)")]
    assert len(set(same)) == 1
    # Within one patch only one milestone is known; of the same build none is newer for it.
    stages = [parse(text) for text in ("6.2.5-5.r1.el7", "6.2.5-5r2", "6.2.5-5.sts.el7", "SSR-6.2.5-5")]
    assert len(set(stages)) == 1 and not any(stage < other for stage in stages for other in stages)
    assert parse("6.3.5") != parse("6.3.5-1")
    assert parse("6.3.5") != "6.3.5"


MAYBE = st.one_of(st.none(), st.integers(0, 3))
VERSIONS = st.builds(Version, st.integers(0, 2), st.integers(0, 2), MAYBE, MAYBE, MAYBE, st.sampled_from([None, "lts"]))


@given(VERSIONS, VERSIONS, VERSIONS)
def test_the_order_is_total_and_agrees_with_equality(a: Version, b: Version, c: Version) -> None:
    assert (a < b) + (a == b) + (a > b) == 1
    assert not (a < b and b < c) or a < c
    assert (a == b) <= (hash(a) == hash(b))


@given(
    st.sampled_from(["", "SSR-", "128T-"]),
    st.tuples(*[st.integers(0, 99)] * 3),
    st.integers(0, 999),
    st.one_of(st.none(), st.integers(1, 9)),
    st.sampled_from([".r{}", "r{}"]),
    st.sampled_from(["", ".el7", ".el9", ".el7.x86_64", ".el7 (package based)", "-lts"]),
)
def test_any_version_is_read_back(prefix, release, build, rebuild, style, suffix) -> None:
    text = f"{prefix}{release[0]}.{release[1]}.{release[2]}-{build}{style.format(rebuild) if rebuild else ''}{suffix}"
    version = parse(text)
    assert (version.major, version.minor, version.patch, version.build, version.rebuild) == (*release, build, rebuild)
    assert version.release == f"{release[0]}.{release[1]}.{release[2]}"


MATCHES = [
    ("6.3.5-37.r1.el7", "6.3.5", True),
    ("6.3.5-37.r1.el7", "6.3.5-37", True),
    ("6.3.5-37.r1.el7", "SSR-6.3.5-37.r1", True),
    ("6.3.5-37.r1.el7", "6.3", True),
    ("6.3.5-37.r1.el7", "6.3.5-38", False),
    ("6.3.5-37.r1.el7", "6.3.5-37.r2", False),
    ("6.3.50-37.r1.el7", "6.3.5", False),
    ("6.1.10-8.lts.el7", "6.1.1", False),
    ("6.1.1-1.el7", "6.1.10", False),
    ("6.3.5", "6.3.5-37", None),
    ("7.1.5-7r2", "SSR-7.1.5-r2", True),
    ("7.1.5-7", "7.1.5-r2", None),
    ("7.1.5-7r1", "7.1.5-r2", False),
    ("4.4.0-0.202004021313", "4.4.0-0.202004031313", False),
    ("4.4.0-0", "4.4.0-0.202004031313", None),
    ("6.3.5-37", "6.3.5-37.r1", None),
    ("3.1", "3.1.0", None),
    ("6.2.5", "6.3", False),
    ("7.3.5", "6.3.5", False),
    ("6.3.6", "6.3.5-37", False),
    ("6.3.5-38", "6.3.5-37.r1", False),
    ("7.0.5-7.r1.el9", "7.0.5-7-lts", True),
    ("7.0.5-7-sts", "7.0.5-7-lts", False),
    ("3.0.1-snapshot1", "3.0.1", False),
]


@pytest.mark.parametrize(("running", "requested", "verdict"), MATCHES)
def test_a_wish_matches_what_has_every_part_that_it_gives(running: str, requested: str, verdict: bool | None) -> None:
    assert satisfies(parse(running), parse(requested)) is verdict


# one, other, the same patch, build and package
STRENGTHS = [
    ("7.0.5-7-lts", "7.0.5-14-lts", True, False, False),
    ("6.3.0-107.r1.el7", "SSR-6.3.0-107.r1.el9.x86_64.ibu-v8.iso", True, True, True),
    ("SSR-7.1.0-50", "7.1.0-50.r1.el9", True, True, None),
    ("6.2.5-5r2", "6.2.5-5.sts.el7", True, True, False),
    ("7.1.5-r2", "7.1.5-7r2", True, None, None),
    ("7.1.5-r2", "7.1.5-7-sts", True, None, False),
    ("3.1", "3.1.4-2", True, None, None),
    ("7.1.7-15-sts", "7.2.0-15", False, False, False),
    ("4.4.0-0.202004021313", "4.4.0-0.202004031313", True, False, False),
    ("3.0.1-snapshot1", "3.0.1", True, False, False),
]


@pytest.mark.parametrize(("text", "other_text", "patch", "build", "package"), STRENGTHS)
def test_two_versions_are_the_same_in_three_strengths(text, other_text, patch, build, package) -> None:
    for pair in ((parse(text), parse(other_text)), (parse(other_text), parse(text))):
        assert (patch_equal(*pair), build_equal(*pair), package_equal(*pair)) == (patch, build, package)


def test_two_builds_of_one_patch_are_different_releases() -> None:
    """7.0.5-7-lts and 7.0.5-14-lts were both published (release notes 7.0): one to the other is a real step."""
    old, new = parse("7.0.5-7-lts"), parse("7.0.5-14-lts")
    assert old < new and old != new
    assert satisfies(old, new) is False


@given(VERSIONS)
def test_a_version_satisfies_itself(version: Version) -> None:
    assert satisfies(version, version) is True


def test_generations_are_told_apart_by_the_release() -> None:
    assert parse("6.3.0-107.r1.el7").at_least(6, 3)
    assert parse("7.0.1").at_least(6, 3)
    assert not parse("6.2.9-999").at_least(6, 3)
    assert parse("6.3").at_least(6, 3, 0)
    assert not parse("6.3").at_least(6, 3, 1)
    assert parse("6.0.0").at_least(6)
    assert not parse("6.3.4").at_least(6, 3, 5)


@pytest.mark.parametrize(
    "text", ["6.3.5", "6.3.5-37.r1.el7", "SSR-7.1.0-50", "6.2.5-5r2", "SSR-6.3.0-107.r1.el7.x86_64.ibu-v1.iso"]
)
def test_a_wish_that_may_stand_in_a_command_is_returned(text: str) -> None:
    assert check_version(text) == text


@pytest.mark.parametrize(
    "text",
    [
        *[
            "",
            " ",
            "6.3.5 force",
            " 6.3.5",
            "6.3.5\n",
            "6.3.5|grep",
            "6.3.5;x",
            "'6.3.5'",
            '"6.3.5"',
            "-6.3.5",
            "\x006.3.5",
        ],
        *["6.3.5\t", "6.3.5$x", "latest", "６.3.5", "6.3.5" * 50, "6.3.5(x)", "!6.3.5", "?"],
    ],
)
def test_a_wish_that_may_not_is_refused_with_what_is_accepted(text: str) -> None:
    with pytest.raises(ValueError, match="Accepted"):
        check_version(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("SSR-6.3.5-39.r1", "6.3.5-39.r1"),
        ("6.3.5-39.r1.el7", "6.3.5-39.r1"),
        ("SSR-6.3.5-39.r1.el7", "6.3.5-39.r1"),
        ("128T-6.2.3-14.r2.el7 (package based)", "6.2.3-14.r2"),
        ("6.2.5-5r2", "6.2.5-5.r2"),
        ("6.1.10-8.lts.el7", "6.1.10-8.lts"),
        ("4.1.1-1.el7.centos", "4.1.1-1"),
        ("SSR-7.1.0-50.r1.el9", "7.1.0-50.r1"),
        ("6.3.5", "6.3.5"),
        ("unknown", "unknown"),
        (None, ""),
    ],
)
def test_one_release_has_one_spelling_in_texts(text, shown) -> None:
    assert spelled(text) == shown
    if try_parse(text):
        assert package_equal(parse(text), parse(shown)) is not False and parse(text).build == parse(shown).build


@pytest.mark.parametrize("value", [6.3, 6, None, True, ["6.3.5"]])
def test_a_wish_that_is_no_text_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="quotes"):
        check_version(value)  # type: ignore[arg-type]


@given(st.text(max_size=30))
def test_any_wish_that_passes_is_one_harmless_word(text: str) -> None:
    try:
        requested = check_version(text)
    except ValueError:
        return
    assert requested.isascii()
    assert requested.split() == [requested]
    assert not set(requested) & set("|;&'\"`$<>()!?*\\")
