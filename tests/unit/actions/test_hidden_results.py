# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A summary is printed by itself where Ansible hides the result that has it, and only there."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.filter.screen import FilterModule, on_screen
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions import hidden_results


@pytest.mark.parametrize("hidden", [True, False])
def test_lines_are_printed_once_and_only_where_ansible_hides_them(monkeypatch, hidden) -> None:
    lines: list[str] = []
    monkeypatch.setattr(hidden_results, "results_are_hidden", lambda: hidden)
    monkeypatch.setattr(hidden_results, "_shown", [])
    monkeypatch.setattr(hidden_results.display, "display", lines.append)
    for _evaluated in range(2):
        assert on_screen(("2 routers: 2 done", "file: x")) == ["2 routers: 2 done", "file: x"]
    assert lines == (["2 routers: 2 done", "file: x"] if hidden else [])


def test_a_callback_that_has_no_such_option_hides_nothing(monkeypatch) -> None:
    monkeypatch.setattr(hidden_results.C, "DEFAULT_STDOUT_CALLBACK", "nobody.knows.it")
    monkeypatch.setenv("ANSIBLE_DISPLAY_OK_HOSTS", "false")
    assert not hidden_results.results_are_hidden()


def test_the_filter_is_known_by_its_name() -> None:
    assert set(FilterModule().filters()) == {"on_screen"}
