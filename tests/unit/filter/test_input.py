# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is wrong with the variables of a playbook, before anybody logs in."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.filter.input import (
    FilterModule,
    input_mistakes,
    mistake_of,
    setting_mistakes,
)


@pytest.mark.parametrize("version", ["6.3.5", "6.3.5-37", "6.3.5-37.r1.el7", "SSR-7.1.0-50", "7.0.5-7-lts"])
def test_a_conductor_and_a_release_are_all_that_is_needed(version) -> None:
    assert input_mistakes(["cond1"], version, True) == []


def test_an_empty_group_names_the_group() -> None:
    (mistake,) = input_mistakes([], "6.3.5", True)
    assert "ssr_conductors" in mistake


@pytest.mark.parametrize("version", ["", None])
def test_a_missing_release_names_its_variable_and_shows_one(version) -> None:
    (mistake,) = input_mistakes(["cond1"], version, True)
    assert "ssr_version is not set" in mistake and "6.3.5" in mistake


@pytest.mark.parametrize("version", ["", None])
def test_a_revert_without_a_release_wants_the_one_from_before(version) -> None:
    (mistake,) = input_mistakes(["cond1"], version, True, reverts=True)
    assert "the version to go back to" in mistake and "the requested release" not in mistake


@pytest.mark.parametrize("version", [6.3, 7, True, ["6.3.5"], {"version": "6.3.5"}])
def test_a_release_that_yaml_has_made_something_else_of_wants_quotes(version) -> None:
    (mistake,) = input_mistakes(["cond1"], version, True)
    assert "ssr_version" in mistake and "in quotes" in mistake


@pytest.mark.parametrize("version", ["latest", "6", "6.3.5 ", "6.3.5|shell", "6.3.5\n", "-6.3.5", "6.3.5; reboot", "v"])
def test_a_release_that_is_none_says_what_is_accepted(version) -> None:
    (mistake,) = input_mistakes(["cond1"], version, True)
    assert mistake.startswith("ssr_version: ") and "Accepted: a release such as 6.3.5" in mistake


def test_an_empty_group_of_routers_is_a_mistake_only_where_routers_are_needed() -> None:
    (mistake,) = input_mistakes(["cond1"], "6.3.5", True, [])
    assert "ssr_routers" in mistake and "no variables" in mistake
    assert input_mistakes(["cond1"], "6.3.5", True, ["store-1"]) == input_mistakes(["cond1"], "6.3.5", True) == []


def test_all_mistakes_are_told_at_once() -> None:
    assert len(input_mistakes([], "latest", True)) == 2


def test_without_need_of_a_release_none_is_asked_for() -> None:
    assert input_mistakes(["cond1"], "") == []
    assert len(input_mistakes([], "")) == 1


def test_a_release_that_is_given_without_need_must_still_be_one() -> None:
    """The report takes it, and would end in the middle."""
    (mistake,) = input_mistakes(["cond1"], "latest")
    assert mistake.startswith("ssr_version: ")


def test_the_filters_are_known_by_their_names() -> None:
    assert set(FilterModule().filters()) == {
        "input_mistakes",
        "limit_mistakes",
        "setting_mistakes",
        "slice_mistakes",
    }


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("ssr_bake", "10m", "ssr_bake is '10m': give a number. 10m is 600 seconds."),
        ("router_upgrade_upgrade_timeout", "1h30", "give a whole number. 1h30 is 5400 seconds."),
        ("ssr_bake", "soon", "ssr_bake is 'soon': give a number."),
    ],
)
def test_a_duration_where_seconds_are_counted_is_refused_with_their_number(name, value, words) -> None:
    assert mistake_of(name, value).endswith(words)


# -- the address of a webhook -----------------------------------------------------------------------------------------

URL = "https://hooks.example.com/T0/B0/s3cr3t"


@pytest.mark.parametrize("name", ["ssr_webhook_url", "router_upgrade_webhook_url"])
@pytest.mark.parametrize(
    "value",
    [[URL], {"url": URL}, 12, True, URL.replace("https", "ftp"), URL.replace("https", "http"), "s3cr3t", "/no/s3cr3t"],
)
def test_an_address_of_a_webhook_that_cannot_be_used_is_refused_and_never_shown(name, value) -> None:
    (mistake,) = setting_mistakes({"localhost": {name: value}}, ["localhost"])
    assert name in mistake and "s3cr3t" not in mistake and "hooks" not in mistake


@pytest.mark.parametrize("value", ["", None, URL])
def test_a_good_address_of_a_webhook_is_no_mistake(value) -> None:
    assert setting_mistakes({"localhost": {"ssr_webhook_url": value}}, ["localhost"]) == []


@pytest.mark.parametrize("role", ["router_upgrade", "conductor_upgrade"])
def test_http_is_for_the_role_that_allows_it_and_for_the_address_of_both(role) -> None:
    other = {"router_upgrade": "conductor_upgrade", "conductor_upgrade": "router_upgrade"}[role]
    for name in ("ssr_webhook_url", f"{role}_webhook_url"):
        plain = {name: "http://c1/x", f"{role}_webhook_allow_http": "true"}
        assert setting_mistakes({"localhost": plain}, ["localhost"]) == []
    (mistake,) = setting_mistakes({"localhost": {**plain, f"{other}_webhook_url": "http://c1/x"}}, ["localhost"])
    assert f"needs {other}_webhook_allow_http" in mistake


def test_an_address_in_another_option_of_the_webhook_is_not_shown_either() -> None:
    (mistake,) = setting_mistakes({"localhost": {"router_upgrade_webhook_events": URL}}, ["localhost"])
    assert mistake.startswith("router_upgrade_webhook_events: give one of start") and "hooks" not in mistake
