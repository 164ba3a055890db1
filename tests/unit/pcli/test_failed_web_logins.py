# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tasks of a run know of each other's failed logins at the web API."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.failed_web_logins import FailedLogins

ADMIN = "admin at 192.0.2.1"


def test_a_refused_account_is_not_tried_by_a_later_task(tmp_path) -> None:
    FailedLogins(str(tmp_path)).refused(ADMIN, "It said no.")
    later = FailedLogins(str(tmp_path))
    assert later.why_not(ADMIN, 0) == (
        "It said no. That was in an earlier task of this run, so the password was not sent again."
    )
    for another in ("other at 192.0.2.1", "admin at 192.0.2.2"):
        assert later.why_not(another, 0) is None
    (kept,) = tmp_path.iterdir()
    assert kept.stat().st_mode & 0o077 == 0


def test_logins_that_bring_no_token_are_few_within_the_time_for_which_they_are_counted(tmp_path) -> None:
    for at in (0, 100, 200):
        failed = FailedLogins(str(tmp_path))
        assert failed.why_not(ADMIN, at) is None
        failed.unanswered(ADMIN, at)
    later = FailedLogins(str(tmp_path))
    assert "3 logins of this run" in later.why_not(ADMIN, 899) and later.why_not(ADMIN, 900) is None
    later.refused(ADMIN, "It said no.")
    later.unanswered(ADMIN, 900)
    assert "It said no." in later.why_not(ADMIN, 9000)


@pytest.mark.parametrize("folder", [None, "/nowhere/at/all"])
def test_where_nothing_can_be_kept_each_task_remembers_its_own(folder) -> None:
    failed = FailedLogins(folder)
    failed.refused(ADMIN, "It said no.")
    failed.unanswered(ADMIN, 0)
    assert failed.why_not(ADMIN, 0) is None


@pytest.mark.parametrize("words", ["", "[1]", '{"refused": 1, "unanswered": 2}', '{"unanswered": ["x", null, []]}'])
def test_what_cannot_be_read_says_nothing(tmp_path, words) -> None:
    failed = FailedLogins(str(tmp_path))
    failed.refused(ADMIN, "It said no.")
    (kept,) = tmp_path.iterdir()
    kept.write_text(words)
    assert failed.why_not(ADMIN, 0) is None
