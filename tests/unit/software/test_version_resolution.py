# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a wish to the one version that is sent."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.version_resolution import (
    RequestedVersionError,
    resolve,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.versions import spelled

OLD = "6.3.0-107.r1.el7"
FIVE = "6.3.5-37.r1.el7"
FIVE_LATER = "6.3.5-40.r1.el7"

# wish, offered, running, several, version
RESOLVED = [
    ("one build is on offer", "6.3.5", [OLD, FIVE], [OLD, OLD], "refuse", FIVE),
    ("it is spelled as the conductor spells it", "7.1.0", ["SSR-7.1.0-50"], [OLD], "refuse", "SSR-7.1.0-50"),
    ("a full version is spelled so too", "7.1.0-50.r1.el9", ["SSR-7.1.0-50"], [OLD], "refuse", "SSR-7.1.0-50"),
    ("a build tells two apart", "6.3.5-40", [FIVE, FIVE_LATER], [OLD], "refuse", FIVE_LATER),
    ("the newest is taken on request", "6.3.5", [FIVE_LATER, FIVE], [OLD], "newest", FIVE_LATER),
    ("two spellings are one version", "6.3.5", ["SSR-6.3.5-37.r1", FIVE], [OLD], "refuse", "SSR-6.3.5-37.r1"),
    ("a spelling without its rebuild is the same", "6.3.5", ["SSR-6.3.5-37", FIVE], [OLD], "refuse", FIVE),
    ("what everybody runs is the answer", "6.3.5", [FIVE, FIVE_LATER], [FIVE, FIVE], "refuse", FIVE),
    ("even if it is no longer on offer", "6.3.5", [FIVE_LATER], [FIVE, FIVE], "refuse", FIVE),
    ("in the spelling that is on offer", "6.3.5", ["SSR-6.3.5-37.r1"], [FIVE], "refuse", "SSR-6.3.5-37.r1"),
    ("the newest counts more than what runs", "6.3.5", [FIVE, FIVE_LATER], [FIVE, FIVE], "newest", FIVE_LATER),
    ("the newest may be what runs", "6.3.5", [FIVE], [FIVE_LATER, FIVE_LATER], "newest", FIVE_LATER),
    ("half of a pair may show the way", "6.3.5", [OLD], [FIVE, OLD], "refuse", FIVE),
    ("nothing but the running one is known", "6.3.5", [], [FIVE, FIVE], "refuse", FIVE),
    ("unreadable offers do not disturb", "6.3.5", ["none", "", FIVE], ["unknown", OLD], "refuse", FIVE),
    (
        "a milestone of a patch finds its build",
        "SSR-7.1.5-r2",
        ["7.1.5-7.r2.el9", OLD],
        [OLD],
        "refuse",
        "7.1.5-7.r2.el9",
    ),
    ("an offer without a milestone as well", "7.1.5-r2", ["SSR-7.1.5-7"], [OLD], "refuse", "SSR-7.1.5-7"),
    ("a second build of a patch", "7.0.5", ["SSR-7.0.5-14"], ["7.0.5-7.lts.el9", OLD], "refuse", "SSR-7.0.5-14"),
    ("the highest build by its number", "7.0.5", ["SSR-7.0.5-7", "SSR-7.0.5-14"], [OLD], "newest", "SSR-7.0.5-14"),
    ("an older version may be wished for", "6.3.0", [OLD, FIVE], [FIVE], "refuse", OLD),
]


@pytest.mark.parametrize(
    ("requested", "offered", "running", "several", "version"),
    [case[1:] for case in RESOLVED],
    ids=[case[0] for case in RESOLVED],
)
def test_a_wish_is_resolved(requested, offered, running, several, version) -> None:
    resolution = resolve(requested, offered, running, several)
    assert resolution.version == version
    assert resolution.reason


# wish, offered, running, what the sentence names
REFUSED = [
    ("6.3.5", [FIVE, FIVE_LATER], [OLD], [FIVE, FIVE_LATER, "more than one"]),
    ("6.3.5", [FIVE, FIVE_LATER], [FIVE, OLD], [FIVE, FIVE_LATER]),
    ("6.3.5", [OLD, "SSR-7.1.0-50"], [OLD], [OLD, "SSR-7.1.0-50", "not offered"]),
    ("6.3.5", ["6.3.50-1"], [OLD], ["6.3.50-1"]),
    ("6.1.1", ["6.1.10-8.lts.el7"], [], ["6.1.10-8.lts.el7"]),
    ("6.3.5-37", ["6.3.5"], [OLD], ["not offered"]),
    ("7.0.5", ["SSR-7.0.5-7", "SSR-7.0.5-14"], [OLD], ["SSR-7.0.5-7", "SSR-7.0.5-14", "more than one"]),
    ("7.1.5-r2", ["SSR-7.1.5-7", "SSR-7.1.5-8"], [OLD], ["SSR-7.1.5-7", "SSR-7.1.5-8", "more than one"]),
    ("6.3.5-37", ["6.3.5-37.r1.el7", "6.3.5-37.r2.el7"], [OLD], ["6.3.5-37.r1.el7", "6.3.5-37.r2.el7"]),
    ("6.3.5", [], [OLD], ["no version at all"]),
    ("6.3.5", [], [FIVE, FIVE_LATER], [FIVE, FIVE_LATER]),
    ("6.3.5 force", [FIVE], [OLD], ["Accepted"]),
    ("latest", [FIVE], [OLD], ["Accepted"]),
]


@pytest.mark.parametrize(("requested", "offered", "running", "named"), REFUSED)
def test_a_wish_that_cannot_be_resolved_names_what_there_is(requested, offered, running, named) -> None:
    with pytest.raises(RequestedVersionError) as refused:
        resolve(requested, offered, running, "refuse")
    assert all(spelled(name) in str(refused.value) for name in named)


@pytest.mark.parametrize(("offered", "several"), [([], "refuse"), ([OLD], "refuse"), ([], "newest"), ([OLD], "newest")])
def test_a_release_that_nobody_offers_says_what_to_do_next(offered, several) -> None:
    with pytest.raises(RequestedVersionError, match=r"import the image.*stage_conductor.*then run again\.$"):
        resolve("6.3.9", offered, [OLD], several)


def test_the_newest_of_nothing_is_refused_too() -> None:
    with pytest.raises(RequestedVersionError, match=r"not offered.*6\.3\.0-107"):
        resolve("6.3.5", [OLD], [OLD], "newest")


def test_a_rule_that_nobody_knows_is_refused() -> None:
    with pytest.raises(RequestedVersionError, match="refuse, newest"):
        resolve("6.3.5", [FIVE], [OLD], "oldest")


def test_two_numbers_name_no_release() -> None:
    with pytest.raises(RequestedVersionError, match=r"three numbers, such as 6\.3\.5"):
        resolve("6.3", ["6.3.5-37.r1.el7"], ["6.3.0-107.r1.el7"])
