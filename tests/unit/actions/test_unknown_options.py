# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An option that a module does not have is refused with the nearest one, or with the group that it belongs to."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import module_options
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.unknown_options import (
    options_of_defaults,
    unknown_options,
)

ALL = "group/sessionsmart.ssr.all"


@pytest.mark.parametrize(
    ("module", "option", "entry", "words"),
    [
        ("software_upgrade", "inflight", ALL, "module_defaults set for group/sessionsmart.ssr.all. Did you mean in_fl"),
        ("assets_info", "zzzz", ALL, "has no option 'zzzz', which module_defaults set for group/sessionsmart.ssr.all."),
        ("assets_info", "zzzz", ALL, " ansible-doc sessionsmart.ssr.assets_info lists its options."),
        ("assets_info", "in_flight", ALL, "In module_defaults it belongs to group/sessionsmart.ssr.rollouts, since"),
        (
            "verdict",
            "targets",
            ALL,
            "group/sessionsmart.ssr.checks or group/sessionsmart.ssr.operations, since",
        ),
        ("verdict", "allow_alarms", ALL, "In module_defaults it belongs to group/sessionsmart.ssr.checks, since"),
        ("verdict", "bake", "sessionsmart.ssr.verdict", "In module_defaults it belongs to sessionsmart.ssr."),
        ("report_file", "journal", ALL, "group/sessionsmart.ssr.all: progress"),
        (
            "precheck",
            "soak",
            "group/sessionsmart.ssr.checks",
            "belongs to sessionsmart.ssr.health_check, since a group only sets what all of its modules have",
        ),
    ],
)
def test_an_unknown_option_of_module_defaults_is_told_with_where_it_is_set_and_where_it_belongs(
    module, option, entry, words
) -> None:
    said = unknown_options(module, [option], module_options, {option: entry})
    assert words in said and f"which module_defaults set for {entry}." in said


@pytest.mark.parametrize(
    ("module", "option", "words"),
    [
        (
            "software_upgrade",
            "inflight",
            "sessionsmart.ssr.software_upgrade has no option 'inflight'. Did you mean in_flight? "
            "ansible-doc sessionsmart.ssr.software_upgrade describes it.",
        ),
        (
            "software_upgrade",
            "foo",
            "sessionsmart.ssr.software_upgrade has no option 'foo'. "
            "ansible-doc sessionsmart.ssr.software_upgrade lists its options.",
        ),
        (
            "software_upgrade",
            "routers",
            "sessionsmart.ssr.software_upgrade has no option 'routers'. Did you mean targets? "
            "ansible-doc sessionsmart.ssr.software_upgrade describes it.",
        ),
        (
            "assets_info",
            "in_flight",
            "sessionsmart.ssr.assets_info has no option 'in_flight'. It is one of sessionsmart.ssr.software_downgrade, "
            "sessionsmart.ssr.software_revert, sessionsmart.ssr.software_upgrade. "
            "ansible-doc sessionsmart.ssr.assets_info lists its options.",
        ),
    ],
)
def test_an_unknown_option_of_a_task_is_told_with_the_nearest_one_and_nothing_of_defaults(
    module, option, words
) -> None:
    assert unknown_options(module, [option], module_options, {}) == words


@pytest.mark.parametrize(
    ("defaults", "expected"),
    [
        ([], {}),
        (None, {}),
        ([{ALL: {"soak": 1}}], {"soak": ALL}),
        ([{ALL: {"soak": 1}}, {ALL: {"bake": 1}}], {"bake": ALL}),  # as in Ansible, the nearer one replaces the other
        ([{"group/sessionsmart.ssr.rollouts": {"soak": 1}, "group/other.one.all": {"soak": 1}}], {}),
        ([{"sessionsmart.ssr.verdict": {"soak": 1}, "ansible.builtin.debug": {"msg": "x"}}], {}),
        ([{"sessionsmart.ssr.precheck": {"soak": 1}, ALL: {"soak": 1}}], {"soak": "sessionsmart.ssr.precheck"}),
        ([{ALL: "{{ options }}"}], {"soak": ALL}),
    ],
)
def test_options_of_defaults_are_those_of_the_entries_that_are_for_the_module(defaults, expected) -> None:
    def template(value: object) -> object:
        return {"soak": 1} if value == "{{ options }}" else value

    task, templar = SimpleNamespace(module_defaults=defaults), SimpleNamespace(template=template)
    assert options_of_defaults("precheck", task, templar) == expected
