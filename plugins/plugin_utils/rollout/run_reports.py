# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Corrects the reports of batches whose routers relapsed after they were written."""

from __future__ import annotations

import glob
import json
import os
from collections.abc import Mapping

from ..files import replace_file
from .results import STATES


def amend_reports(folder: str, run_id: str, relapsed: Mapping[str, str]) -> list[str]:
    """Write the new states into the reports of this run. Returns a warning for each that cannot be corrected."""
    warnings = []
    pattern = f"routers-{glob.escape(run_id)}-from-*.json"
    for path in sorted(glob.glob(os.path.join(glob.escape(os.path.expanduser(folder)), pattern))):
        try:
            with open(path, encoding="utf-8") as stream:
                report = json.load(stream)
            if amend(report, relapsed):
                replace_file(path, f"{json.dumps(report, indent=4, sort_keys=True)}\n")
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            warnings.append(f"The report {path} does not say yet that a router is relapsed: {error}.")
    return warnings


def amend(report: dict, relapsed: Mapping[str, str]) -> bool:
    """Put the new states into a report and its totals. Returns whether it had any of these routers in another state."""
    routers, changed = report["by_router"], False
    for router, reason in relapsed.items():
        if router in routers and routers[router]["state"] != "relapsed":
            routers[router].update(state="relapsed", reason=reason)
            changed = True
    states = [entry["state"] for entry in routers.values()]
    report["totals"] = {state: states.count(state) for state in STATES if state in states}
    report["ok"] = sum(STATES[state].ok for state in states)
    report["not_ok"] = len(states) - report["ok"]
    return changed
