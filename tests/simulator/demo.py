# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration: a simulated conductor pair, and the real playbook that upgrades it over real SSH.

``python -m tests.simulator.demo [SCENARIO]`` starts the scenario and runs ``playbooks/upgrade_conductor.yml`` against
it, or ``upgrade_routers.yml`` where the scenario is a fleet. Times are shortened to the simulator's pace. It ends with
what the simulated authority really went through.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from . import Simulator
from .play import run_playbook

#: What is asked for in each scenario.
WANTED = {
    "ha-6.3-image": "6.3.5",
    "ha-6.2-package": "6.3.5",
    "standalone-6.3": "6.3.5",
    "ha-7.x": "7.1.3",
    "fleet-small": "6.3.5",
    "authority-6.2": "6.2.5",
}

#: Scenarios whose conductor is done already.
FLEETS = ("fleet-small", "fleet-300", "authority-6.2")

#: Minutes of a real night, as seconds of the demonstration.
PACE = {
    "conductor_upgrade_pair_soak": 2,
    "conductor_upgrade_poll_min": 0.3,
    "conductor_upgrade_poll_max": 1,
    "conductor_upgrade_upgrade_timeout": 120,
    "conductor_upgrade_settle_timeout": 120,
    "conductor_upgrade_service_timeout": 30,
    "conductor_upgrade_assets_timeout": 120,
    "conductor_upgrade_request_timeout": 5,
    "conductor_upgrade_health_retry_pause": 0,
    "conductor_upgrade_revert_grace": 1,
    "conductor_upgrade_operation_settle": 1,
    "conductor_upgrade_health_wait": 30,
}


def run(scenario: str, playbook: str | None = None, extra: tuple[str, ...] = ()) -> int:
    """Run a playbook against a scenario; the exit code of ansible-playbook."""
    playbook = playbook or ("upgrade_routers" if scenario in FLEETS else "upgrade_conductor")
    with tempfile.TemporaryDirectory(prefix="ssr-demo-") as folder, Simulator(scenario) as simulator:
        version = WANTED.get(scenario, "6.3.5")
        before = simulator.truth()
        print(f"The simulated conductor '{scenario}' listens. Upgrading to {version} with:")
        print(f"  ansible-playbook playbooks/{playbook}.yml -e ssr_version={version}\n", flush=True)
        code = run_playbook(simulator, playbook, Path(folder), {"ssr_version": version, **PACE}, extra)
        _say(simulator, before, code)
        return code


def _say(simulator: Simulator, before: dict, code: int) -> None:
    """What the simulator knows to be true, which is not what the playbook says of itself."""
    after = simulator.truth()["nodes"]
    print("\nWhat the simulated conductor really went through:")
    for name, was in before["nodes"].items():
        now = after[name]
        if was["node"] in simulator.nodes or now["version"] != was["version"]:
            print(f"  {name}: {was['version']} -> {now['version']} ({now['install_type']}), {now['state']}")
    print("  what it was told to do, in order:")
    for entry in simulator.log:
        if entry["event"] == "command" and _changes(entry["command"]):
            print(f"    {entry['node']}: {entry['command']}")
    for line in simulator.violations:
        print(f"  VIOLATION: {line}")
    print(f"\n{'The upgrade went well.' if code == 0 else 'The playbook stopped, see above.'}")


def _changes(command: str) -> bool:
    """Is this a command that changes something, and not the bare one that asks for its usage?"""
    words = command.split()
    if words[:2] == ["send", "command"]:
        return len(words) > 3
    return words[:1] == ["export"] or (words[:1] == ["request"] and len(words) > 4)


if __name__ == "__main__":
    sys.exit(run(sys.argv[1] if len(sys.argv) > 1 else "ha-6.3-image", extra=tuple(sys.argv[2:])))
