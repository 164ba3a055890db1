# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run, as a test reads it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from tests.integration.harness import Bench

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "report-1.json").read_text(encoding="utf-8"))


def read_run(bench: Bench) -> tuple[Path, dict[str, Any]]:
    """The folder of the only run, and its report, which is valid."""
    (path,) = (bench.folder / "reports").glob("*/report.json")
    report = json.loads(path.read_text(encoding="utf-8"))
    assert [f"{error.json_path}: {error.message}" for error in Draft202012Validator(SCHEMA).iter_errors(report)] == []
    return path.parent, report
