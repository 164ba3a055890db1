# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An option that a module does not have is refused with the nearest one, or with the group that it belongs to."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import module_options
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.unknown_options import unknown_options


@pytest.mark.parametrize(
    ("module", "option", "words"),
    [
        ("software_upgrade", "inflight", "software_upgrade has no option 'inflight'. Did you mean in_flight?"),
        ("assets_info", "zzzz", "has no option 'zzzz'. ansible-doc sessionsmart.ssr.assets_info lists them."),
        ("assets_info", "in_flight", "In module_defaults it belongs to group/sessionsmart.ssr.rollouts, since"),
        (
            "verdict",
            "targets",
            "group/sessionsmart.ssr.checks or group/sessionsmart.ssr.operations, since",
        ),
        ("verdict", "allow_alarms", "In module_defaults it belongs to group/sessionsmart.ssr.checks, since"),
        ("verdict", "bake", "In module_defaults it belongs to sessionsmart.ssr."),
        ("report_file", "journal", "group/sessionsmart.ssr.all: progress"),
        (
            "precheck",
            "soak",  # from group/sessionsmart.ssr.checks
            "belongs to sessionsmart.ssr.health_check, since a group only sets what all of its modules have",
        ),
    ],
)
def test_an_unknown_option_is_told_with_what_was_meant_or_where_it_belongs(module, option, words) -> None:
    assert words in unknown_options(module, [option], module_options)
