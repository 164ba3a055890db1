# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The change document of a run: what it takes from the variables of Ansible, and what it must not repeat."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import BadInput
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.change_run import ChangeOptions, ChangeRun

from tests.unit.fakes import NEW, Night, VirtualClock, authority

HOOK = "https://hooks.example/T0/B0/verysecret"


def run(tmp_path: Path, part: dict, **options: object) -> dict:
    """The document of a task that has planned this part."""
    given = {
        "plan": "answer",
        "checks": [],
        "report": str(tmp_path / "night"),
        "run_id": "night",
        "conductor": "cond",
        "hosts": ["cond"],
        "run_hosts": [],
        "serial": [],
        "reason": "",
        "begins": "",
        "begin_tolerance": 43200.0,
        "time_zone": "UTC",
        "journal": None,
        "rehearsal": None,
        "compare_plan": None,
        "settings": {},
        **options,
    }
    variables = {"hostvars": {"cond": {"ansible_password": "hunter-two", "ssr_webhook_url": HOOK}}, "answer": {}}
    made = ChangeRun(ChangeOptions(**given), variables, SimpleNamespace(get_vars=dict, _parent=None), VirtualClock())
    return made.document(part)[0]


@pytest.fixture
def part() -> dict:
    night = Night(authority(VirtualClock(), ["S"]))
    night.conductor.offers[None] = [NEW]
    night._task.check_mode = True
    return night.go(window_end="05:00", time_zone="UTC")["change"]


def test_no_secret_of_the_run_is_repeated_wherever_somebody_wrote_it(tmp_path, part) -> None:
    document = run(tmp_path, part, reason=f"CHG-1 {HOOK} hunter-two", settings={"stop_file": f"/x/{HOOK}"})
    text = json.dumps(document)
    assert HOOK not in text and "hunter-two" not in text and "CHG-1 ********" in text


def test_a_time_of_the_day_is_of_the_planned_begin_and_not_of_the_day_of_the_plan(tmp_path, part) -> None:
    window = run(tmp_path, part, begins="2026-06-10 01:00")["window"]
    assert window["window_end"] == {"given": "05:00", "at": "2026-06-10T05:00:00Z", "zone": "UTC"}
    assert window["begins"]["at"] == "2026-06-10T01:00:00Z" and window["begins"]["tolerance"] == 43200


def test_a_begin_that_is_past_fits_nothing(tmp_path, part) -> None:
    forecast = run(tmp_path, part, begins="2020-06-10 01:00")["forecast"]
    assert forecast["fits"] is False and "the planned begin is past" in forecast["words"]


def test_a_begin_that_is_no_time_is_refused_in_a_sentence(tmp_path, part) -> None:
    with pytest.raises(BadInput, match="begins is 'soon'"):
        run(tmp_path, part, begins="soon")
