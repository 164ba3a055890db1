# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pipelines of docs/ci as data: what each of their two jobs runs, and with which environment."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "ci"
FILES = ("github-actions.yml", "gitlab-ci.yml")


class _Loader(yaml.SafeLoader):
    """YAML 1.2 in the one thing that matters here: `on:` is a word, and no boolean."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not (tag.endswith(":bool") and first in "oO")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Job:
    """A job: its settings as they stand there, its environment, and its lines without those that install."""

    raw: dict[str, Any]
    environment: dict[str, str]
    script: str
    install: str


def read(name: str) -> dict[str, Any]:
    """A pipeline by the name of its file."""
    return yaml.load((FOLDER / name).read_text(encoding="utf-8"), _Loader)


def job(name: str, which: str) -> Job:
    """The job ``plan`` or ``upgrade`` of a pipeline."""
    return (_github if name.startswith("github") else _gitlab)(read(name), which)


def _github(pipeline: dict[str, Any], which: str) -> Job:
    raw = pipeline["jobs"][which]
    steps = [step for step in raw["steps"] if "run" in step]
    install = "\n".join(step["run"] for step in steps if step["name"] == "Install")
    script = "\n".join(step["run"] for step in steps if step["name"] != "Install")
    environment = {**pipeline["env"], **raw.get("env", {})}
    return Job(raw, environment, f"set -e -o pipefail\n{script}", install)


def _gitlab(pipeline: dict[str, Any], which: str) -> Job:
    raw = pipeline[which]
    lines = "\n".join(["set -e", *raw["script"], *raw.get("after_script", [])])
    return Job(raw, dict(pipeline["variables"]), lines, "\n".join(pipeline["default"]["before_script"]))
