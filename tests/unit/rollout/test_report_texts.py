# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of devices for files and screens alike: no secrets, nothing that is invisible or that a terminal obeys."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.report_texts import cleaned, cleaner

from tests.unit.fakes import Night, VirtualClock, authority

HOSTILE = "% Error: password=hunter2 \u202eevil\u202c token: abcdef123456 \x1b[31mred\x1b[0m"


def test_a_text_loses_secrets_and_what_acts_on_a_terminal_and_keeps_its_lines() -> None:
    clean = cleaner(["S3CRET9"])
    assert clean("a S3CRET9\r\n\tb \u202eevil\u2069 \u200b\ufeff\U000e0041 é 日本") == "a ********\n\tb evil  é 日本"
    assert cleaned({"x": [HOSTILE]}, clean)["x"] == ["% Error: password=******** evil token: ******** red"]


def test_the_lines_of_a_run_and_its_result_are_as_clean_as_its_files(monkeypatch) -> None:
    night = Night(authority(VirtualClock(), {"r00": ("a",)}))
    shown: list[str] = []
    monkeypatch.setattr(
        "ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base.display.display",
        lambda words, **_more: shown.append(words),
    )
    monkeypatch.setattr(Night, "tell", Night.__mro__[1].tell)
    night._host = "c1"
    night.tell(HOSTILE)
    assert shown == ["[c1] % Error: password=******** evil token: ******** red"]
