# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The objects of AWX in examples/awx, as a controller would hold them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
AWX = ROOT / "examples" / "awx"


@cache
def objects(authority: str = "north") -> dict[str, Any]:
    """Every variable of vars/, with the name of the authority filled in. Lists of several files are joined."""
    variables: dict[str, Any] = {}
    for path in sorted((AWX / "vars").glob("*.yml")):
        text = path.read_text(encoding="utf-8").replace("{{ ssr_awx_authority }}", authority)
        text = text.replace("{{ ssr_awx_folder }}", "/var/lib/sessionsmart").replace("{{ ssr_awx_time_zone }}", "UTC")
        for name, value in yaml.safe_load(text).items():
            variables[name] = variables[name] + value if isinstance(variables.get(name), list) else value
    return variables


def template(name: str, authority: str = "north") -> dict[str, Any]:
    """A job template by the part of its name after that of the authority."""
    return next(
        template
        for template in objects(authority)["controller_templates"]
        if template["name"] == f"SSR {authority}: {name}"
    )


def workflow(name: str, authority: str = "north") -> dict[str, Any]:
    """A workflow by its full name."""
    return next(workflow for workflow in objects(authority)["controller_workflows"] if workflow["name"] == name)


def questions(unified_template: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The questions of a survey by their variables."""
    return {question["variable"]: question for question in unified_template["survey_spec"]["spec"]}


def prefilled(unified_template: dict[str, Any]) -> dict[str, Any]:
    """What AWX hands over when a survey is left as it is: text for everything but numbers."""
    return {name: question["default"] for name, question in questions(unified_template).items()}
