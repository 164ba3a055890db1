# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was published or written of a router before it relapsed is corrected."""

from __future__ import annotations

import json
import os

from ansible_collections.sessionsmart.ssr.plugins.filter.fleet import fleet_handover, fleet_relapsed, fleet_report
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.run_reports import amend_reports

RELAPSED = {"r1": "was done, but a is Disconnected for 2 min 00 s"}


def report() -> dict:
    """The report of a batch with two routers that are done and one that failed."""
    states = {"r1": "done", "r2": "done", "r3": "failed"}
    entries = {router: {"state": state, "reason": "", "nodes": []} for router, state in states.items()}
    return fleet_report([{"by_router": entries}])


def test_a_router_that_relapsed_is_no_longer_done_in_what_is_published() -> None:
    published = fleet_relapsed(fleet_handover(report()), RELAPSED)
    assert published["totals"] == {"failed": 1, "relapsed": 1, "done": 1}
    assert published["problems"]["r1"] == {"state": "relapsed", "reason": RELAPSED["r1"]}
    assert "r3" in published["problems"] and published["more_problems"] == 0


def test_a_report_is_corrected_with_its_totals(tmp_path) -> None:
    path = tmp_path / "routers-night-from-r1.json"
    path.write_text(json.dumps(report()), encoding="utf-8")
    (tmp_path / "routers-night-from-r9.json").write_text("{}", encoding="utf-8")
    (tmp_path / "routers-other-from-r1.json").write_text("nothing of this run", encoding="utf-8")
    warnings = amend_reports(str(tmp_path), "night", RELAPSED)
    corrected = json.loads(path.read_text(encoding="utf-8"))
    assert corrected["by_router"]["r1"] == {"state": "relapsed", "reason": RELAPSED["r1"], "nodes": []}
    assert corrected["totals"] == {"failed": 1, "relapsed": 1, "done": 1}
    assert (corrected["ok"], corrected["not_ok"]) == (1, 2)
    assert len(warnings) == 1 and "r9.json does not say yet" in warnings[0]


def test_a_report_that_cannot_be_written_is_a_warning(tmp_path, monkeypatch) -> None:
    (tmp_path / "routers-night-from-r1.json").write_text(json.dumps(report()), encoding="utf-8")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    (warning,) = amend_reports(str(tmp_path), "night", RELAPSED)
    assert "No space left" in warning
