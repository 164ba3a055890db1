# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A summary is printed by itself where Ansible hides the result that has it, and only there."""

from __future__ import annotations

import os

import pytest
from ansible_collections.sessionsmart.ssr.plugins.filter.screen import FilterModule, on_screen
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions import hidden_results, run_end


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


@pytest.mark.parametrize(
    ("callback", "verbosity", "hidden"),
    [
        ("dense", 0, True),
        ("community.general.dense", 0, True),
        ("dense", 1, False),
        ("community.general.selective", 0, True),
        ("community.general.selective", 1, False),
        ("community.general.null", 2, True),
        ("default", 0, False),
        ("ansible.builtin.minimal", 0, False),
    ],
)
def test_a_callback_that_shows_nothing_that_goes_well_hides_it_without_an_option(
    monkeypatch, callback, verbosity, hidden
) -> None:
    monkeypatch.setattr(hidden_results.C, "DEFAULT_STDOUT_CALLBACK", callback)
    monkeypatch.setattr(hidden_results.display, "verbosity", verbosity)
    words = hidden_results.why_hidden()
    assert hidden_results.results_are_hidden() is bool(words) is hidden
    if hidden:
        assert callback.rpartition(".")[2] in words and "ANSIBLE_STDOUT_CALLBACK" in words
        assert ("-v" in words) is ("null" not in callback)


def test_what_is_printed_beside_a_line_that_is_drawn_anew_is_not_written_over(monkeypatch) -> None:
    printed: list[str] = []
    monkeypatch.setattr(hidden_results.C, "DEFAULT_STDOUT_CALLBACK", "community.general.dense")
    monkeypatch.setattr(hidden_results, "_shown", [])
    monkeypatch.setattr(hidden_results.display, "verbosity", 0)
    monkeypatch.setattr(hidden_results.display, "display", lambda line, **_more: printed.append(line))
    on_screen(["2 routers: 2 done", "file: x"])
    assert printed == ["", "2 routers: 2 done", "file: x", "\033[s"]


def test_an_option_that_hides_what_goes_well_is_named(monkeypatch) -> None:
    monkeypatch.setattr(hidden_results.C, "DEFAULT_STDOUT_CALLBACK", "default")
    monkeypatch.setattr(hidden_results.C.config, "get_config_value", lambda *_args, **_more: False)
    assert hidden_results.why_hidden().startswith("display_ok_hosts is off")


@pytest.mark.parametrize(
    ("callback", "formats"),
    [
        ("dense", True),
        ("community.general.null", True),
        ("minimal", True),
        ("ansible.builtin.oneline", True),
        ("ansible.posix.jsonl", True),
        ("default", False),
        (None, False),
    ],
)
def test_progress_spoils_no_output_that_is_formatted(monkeypatch, callback, formats) -> None:
    monkeypatch.delenv("ORIGINAL_STDOUT_CALLBACK", raising=False)
    assert hidden_results.formats_output(callback) is formats
    monkeypatch.setenv("ORIGINAL_STDOUT_CALLBACK", str(callback))
    assert hidden_results.formats_output("awx_display") is formats


def test_the_filters_are_known_by_their_names() -> None:
    assert set(FilterModule().filters()) == {"needs_summary", "on_screen"}


def test_a_task_prints_no_summary_where_the_callback_does(monkeypatch) -> None:
    monkeypatch.setattr(run_end, "_printed_by_callback", [])
    needs_summary = FilterModule().filters()["needs_summary"]
    assert needs_summary(True) and not needs_summary(False)
    run_end.announce()
    assert not needs_summary(True)


@pytest.mark.parametrize(("terminal", "wide"), [(80, 69), (200, 189), (20, 69), (None, 119)])
def test_a_line_of_a_list_is_as_wide_as_the_terminal_or_a_log(monkeypatch, terminal, wide) -> None:
    def size(_descriptor: int) -> os.terminal_size:
        if terminal is None:
            raise OSError(25, "Inappropriate ioctl for device")
        return os.terminal_size((terminal, 24))

    monkeypatch.setattr(os, "get_terminal_size", size)
    assert hidden_results.columns() == wide
