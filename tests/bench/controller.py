# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What reading and planning cost the controller, for authorities larger than any that is played."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.response import read
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.assets import read_assets

from tests.unit.fakes import Night, authority
from tests.unit.virtual_clock import VirtualClock

from .fleet import draw_fleet


def cpu_of(work: Callable[[], object]) -> float:
    """Seconds of CPU of this process that a piece of work takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def asset_list(rows: int) -> str:
    """What ``show assets`` prints of so many nodes, in the layout of 6.3."""
    header = f"{'Router':<16}{'Node':<10}{'Asset Id':<28}{'128T Version':<22}{'Status':<16}{'Time in Status':<16}Errors"
    rule = "=" * 15 + " " + "=" * 9 + " " + "=" * 27 + " " + "=" * 21 + " " + "=" * 15 + " " + "=" * 15 + " ======"
    lines = [
        f"{f'site-{row:05d}':<16}{'node-1':<10}{f'asset-{row:05d}.example.net':<28}{'6.3.0-107.r1.el7':<22}"
        f"{'Synchronized':<16}{'12d 3h 4m':<16}0"
        for row in range(rows)
    ]
    return "\n".join(["Sat 2026-03-14 22:00:00 UTC", header, rule, *lines, "Completed in 1.20 seconds"])


def seconds_to_import(module: str) -> float:
    """CPU seconds for the import of one of our plugins in a fresh process that has what ansible-playbook has loaded."""
    program = [
        "import tests.conftest, time",
        "import ansible.cli.playbook, ansible.executor.playbook_executor, ansible.executor.task_executor",
        "import ansible.plugins.action, ansible.plugins.strategy.linear",
        "began = time.process_time()",
        f"import ansible_collections.sessionsmart.ssr.plugins.{module}",
        "print(time.process_time() - began)",
    ]
    command = [sys.executable, "-c", "\n".join(program)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])


def seconds_to_read(rows: int) -> float:
    """CPU seconds until a list of so many rows is a list of records. Raises AssertionError where one is missing."""
    text = asset_list(rows)
    read_assets(read(asset_list(10)))  # what is imported or compiled at first use belongs to no list
    listed: list = []
    seconds = cpu_of(lambda: listed.extend(read_assets(read(text)) or ()))
    assert len(listed) == rows, f"{len(listed)} of {rows} rows were read"
    return seconds


def seconds_to_plan(routers: int) -> float:
    """CPU seconds for the plan of so many routers, with everything that the plan asks the conductor."""
    fleet = draw_fleet(routers, 1)
    conductor = authority(
        VirtualClock(), {name: [node.node for node in nodes] for name, nodes in fleet.routers.items()}
    )
    night = Night(conductor)
    night._task.check_mode = True
    result: dict = {}
    seconds = cpu_of(lambda: result.update(night.go()))
    assert result["totals"] == {"planned": routers}, result["totals"]
    return seconds
