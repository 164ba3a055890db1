# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real playbook, run against a simulator, with its waiting times shortened to the simulator's pace."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from .simulator import Simulator

ROOT = Path(__file__).resolve().parents[2]
#: Variables of the roles that are times of the night, by the end of their names.
_TIMES = re.compile(
    r"_(timeout|soak|bake|settle|wait|pause|grace|flap|silence|reconnect_after|poll_min|poll_max)$|_expected_\w+$"
)
#: A default that a variable of the playbooks may set.
_OF_PLAYBOOKS = re.compile(r"\{\{ \w+ \| default\((\d+)(?:, true)?\) \}\}")
#: What a controller needs however fast the simulated clock runs, in seconds: patience, and pauses between two looks.
_PATIENCE, _POLL_MIN, _POLL_MAX = 30, 0.3, 1.0


def pace(speedup: float, root: Path = ROOT) -> dict[str, float]:
    """The times in the defaults of the roles, as seconds of a run in which time goes `speedup` times as fast."""
    values: dict[str, float] = {}
    for path in sorted(root.glob("roles/*/defaults/main.yml")):
        for name, value in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
            number = _OF_PLAYBOOKS.fullmatch(str(value))
            value = int(number[1]) if number else value
            if _TIMES.search(name) and isinstance(value, (int, float)) and not isinstance(value, bool):
                values[name] = _shortened(name, value, speedup)
    return values


def _shortened(name: str, value: float, speedup: float) -> float:
    quick = value / speedup
    if name.endswith("_request_timeout"):
        return min(value, max(quick, 10))
    if name.endswith(("_timeout", "_health_wait")):
        return round(max(quick, min(value, _PATIENCE)))
    if name.endswith("_poll_min"):
        return round(max(quick, _POLL_MIN), 2)
    if name.endswith("_poll_max"):
        return round(max(quick, _POLL_MAX), 2)
    return int(quick + 0.999)


def run_playbook(
    simulator: Simulator, playbook: str, folder: Path, variables: dict[str, Any], more: Sequence[str] = ()
) -> int:
    """Run it, its output where ours goes; the exit code. Inventory, backups, journal and reports go to `folder`.

    `variables` go over the shortened times, and `more` (arguments of ansible-playbook) over both.
    """
    inventory = _private(folder / "inventory.json", simulator.inventory())
    given = {
        "ssr_backup_dir": str(folder / "backups"),
        "ssr_journal_dir": str(folder / "journal"),
        "ssr_report_dir": str(folder / "reports"),
        **pace(simulator.clock.speedup),
        **variables,
    }
    settings = _private(folder / "variables.json", given)
    command = [_program(), str(ROOT / "playbooks" / f"{playbook}.yml"), "--inventory", str(inventory)]
    command += ["--extra-vars", f"@{settings}", *more]
    return subprocess.run(command, env=_environment(folder), check=False).returncode


def _private(path: Path, data: Any) -> Path:
    path.touch(mode=0o600)
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def _program() -> str:
    """That of the Python that runs us, else the one in the path."""
    beside = Path(sys.executable).with_name("ansible-playbook")
    return str(beside) if beside.exists() else shutil.which("ansible-playbook") or "ansible-playbook"


def _environment(folder: Path) -> dict[str, str]:
    """Ansible finds a collection by the names of its folders, and this copy may lie anywhere: so a link is made."""
    link = folder / "collections" / "ansible_collections" / "sessionsmart" / "ssr"
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(ROOT)
    inherited = os.environ.get("ANSIBLE_COLLECTIONS_PATH")
    paths = [str(folder / "collections"), *([inherited] if inherited else ["~/.ansible/collections"])]
    return {
        # ansible refuses to run without a UTF-8 locale, and minimal machines have only this one.
        "LC_ALL": "C.UTF-8",
        # As README recommends it.
        "ANSIBLE_CALLBACKS_ENABLED": "sessionsmart.ssr.last_screen",
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "False",
        **os.environ,
        "ANSIBLE_COLLECTIONS_PATH": ":".join(paths),
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "ANSIBLE_NOCOWS": "1",
    }
