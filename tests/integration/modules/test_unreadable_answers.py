# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The PCLI's answers made unreadable, one command after the other: an upgrade with the web API, and without."""

from __future__ import annotations

import pytest

from tests.integration.harness import QUICK, task
from tests.integration.routers import NEW, authority, router

#: Seconds of simulated time; a night of which nothing but the answers matters.
SHORT = {"download": 20, "install": 20, "restart": 20, "service_start": 10, "post_check": 10, "resync": 10}
WORLD = authority(router("one"), durations=SHORT)

#: What begins with these words cannot be read; what is said then with the web API; and what without it, where nothing
#: is sent. Where nothing stands, other answers show the same.
COMMANDS = {
    "show assets": ("Until it can be, the list of assets of the web API counts.", "The web API does not help"),
    "show assets software": ("", ""),
    "show system router": ("The answer to 'show system' of one-node.one cannot be read.", "nobody knows how it is"),
    "show alarms": ("Until it can be, the alarms of the web API count.", ""),
    "show system software": ("", ""),
    "show system version": ("", ""),
    "show system processes": ("", ""),
    "show system connectivity": ("", ""),
    "show platform": ("", ""),
    "show events": ("", ""),
}


@pytest.mark.parametrize("api", [True, False], ids=["with the web API", "without"])
def test_a_run_ends_with_the_truth_or_says_what_cannot_be_read(bench, api) -> None:
    """One conductor for each command, all of them at once."""
    benches = {}
    for command in COMMANDS:
        fault = {"type": "strange_line", "command": command, "text": "1 row could not be read"}
        benches[command.replace(" ", "_")] = bench(WORLD, faults=[fault], api={"enabled": api})
    b = next(iter(benches.values()))
    b.hosts({host: of_command.simulator for host, of_command in benches.items()})
    args = {"targets": ["one"], "version": NEW}
    limits = {**QUICK, "service_timeout": 10, "health_check": False}
    tasks = {"check": task("precheck", args), "upgrade": task("software_upgrade", {**args, **limits})}
    run = b.play(tasks, "--forks", "5", hosts="all")
    for host, of_command in benches.items():
        with_api, without = COMMANDS[host.replace("_", " ")]
        said = "\n".join(line for line in run.output.splitlines() if f"[{host}]" in line)
        result, sent = run["upgrade", host], of_command.upgrades()
        assert (with_api if api else without) in f"{said} {result['msg']}", said
        if without and not api:
            assert not sent and of_command.truth("one-node")["version"] != NEW, said
            continue
        assert result.get("totals") == {"done": 1} and len(sent) == 1, (host, said, result["msg"])
        assert of_command.truth("one-node")["version"] == NEW and of_command.simulator.violations == []
        assert api or "The web API" in said, "it is said once that nobody answers"
