# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a report is as its schema in the documentation says."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from jsonschema import Draft202012Validator

SCHEMAS = Path(__file__).parents[3] / "docs" / "schemas"


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(json.loads((SCHEMAS / name).read_text(encoding="utf-8")))


def mistakes(report: dict) -> list[str]:
    """What in a report is not as the schema says."""
    return [f"{error.json_path}: {error.message}" for error in _validator("report-1.json").iter_errors(report)]


def disorder(report: dict) -> list[str]:
    """The nodes whose phases overlap, go backwards, or follow the end of the run."""
    bad = []
    for node in (node for router in report["routers"] for node in router["nodes"]):
        times = [moment for phase in node["phases"] for moment in (phase["from"], phase["to"]) if moment]
        if times != sorted(times) or any(phase["to"] is None for phase in node["phases"][:-1]):
            bad.append(f"{node['node']}: {node['phases']}")
    return bad
