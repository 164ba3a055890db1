# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A denial proves that nothing runs only where it is one of this operation, or of any."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.operation_denials import denial_in
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.vocabulary import split_words


@pytest.mark.parametrize(
    "line",
    [
        "No upgrade operations found.",
        "No upgrade in progress",
        "None",
        "No upgrade in progress on router r1",
        "node1: no upgrade in progress on router r1",
        "NOT_IN_PROGRESS",
        "No upgrade is in progress.",
        "Nothing is running",
        "0 operations in progress",
        "No upgrade in progress for swizzle",
        "No software upgrade in progress",
        "There is no upgrade in progress",
        "node1; In Progress: no",
        "node1: Upgrade in progress: no",
        "No records found",
        "nothing to show",
        "upgrade to 7.1.3 no upgrade running",
        "a.r1: in_progress: false",
        "Upgrade is not running",
        "r1  east  No upgrade in progress",
        "No upgrade history found",
    ],
)
def test_a_denial_of_the_operation_or_of_any(line) -> None:
    assert denial_in(split_words(line), "upgrade")


@pytest.mark.parametrize(
    "line",
    [
        "no reboot in progress",
        "upgrade to 7.1.3 none found",
        "no active upgrade",
        "no download in progress",
        "nothing pending",
        "no problems known",
        "no revert in progress",
        "No downgrade in progress. Upgrade: step 3",
        "no other upgrade is in progress",
        "no operation on other node in progress",
        "no upgrade in progress on the standby node",
        "no upgrade in progress on this conductor node",
        "zero errors recorded",
        "Refresh In Progress:     False",
        "reboot not in progress",
        "no other node active",
        "2 nodes, none pending",
        "node1: not started",
        "alarms: none found",
        "errors found: none",
        "no errors found",
        "no active alarms found",
        "no more downloads in progress",
        "in progress: none failed",
        "no upgrade pending",
        "Pending Reboot: No",
        "post-check of upgrade not running",
        "node1: upgrade in progress: no problems",
    ],
)
def test_a_denial_of_something_else(line) -> None:
    assert denial_in(split_words(line), "upgrade") is None


def test_each_operation_has_denials_of_its_own() -> None:
    assert denial_in("No revert in progress", "revert") and denial_in("No downgrade in progress", "downgrade")
    assert denial_in("No upgrade in progress", "revert") is None
