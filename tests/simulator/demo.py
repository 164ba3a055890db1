# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demonstration: a simulated conductor pair, and the real playbook that upgrades it over real SSH.

``python -m tests.simulator.demo [SCENARIO]`` starts the scenario and runs ``playbooks/upgrade_conductor.yml`` against
it, or ``upgrade_routers.yml`` where the scenario is a fleet. Times are shortened to the simulator's pace. It ends with
what the simulated authority really went through, and with the path of the report, which stays.

With ``--sftp-off`` the account has neither SFTP nor a shell of Linux, as is usual: then the backup comes over the web
interface. Afterwards somebody changes the configuration, and ``playbooks/restore_config.yml`` takes it back.
"""

from __future__ import annotations

import gzip
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import yaml

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


#: What somebody commits between the backup and its restoration.
MISTAKE = "config authority router hub description changed-by-mistake"


def run(scenario: str, playbook: str | None = None, extra: tuple[str, ...] = (), *, sftp: bool = True) -> int:
    """Run a playbook against a scenario; the exit code of ansible-playbook. ``sftp``: as what the account may do."""
    playbook = playbook or ("upgrade_routers" if scenario in FLEETS else "upgrade_conductor")
    changes = {} if sftp else _closed(scenario)
    with tempfile.TemporaryDirectory(prefix="ssr-demo-") as folder, Simulator(scenario, **changes) as simulator:
        version = WANTED.get(scenario, "6.3.5")
        before = simulator.truth()
        print(f"The simulated conductor '{scenario}' listens. Upgrading to {version} with:")
        print(f"  ansible-playbook playbooks/{playbook}.yml -e ssr_version={version}\n", flush=True)
        reports = reports_folder()
        wanted = {"ssr_version": version, "ssr_report_dir": str(reports), **PACE}
        began = time.time()
        code = run_playbook(simulator, playbook, Path(folder), wanted, extra)
        _say(simulator, before, code)
        code = code if code or sftp else _restore(simulator, Path(folder))
        page = newest_report(reports, began)
        print(f"\nOpen the report: {page}" if page else "\nThe run has left no report.")
        return code


def reports_folder() -> Path:
    """Where the reports of demonstrations stay: below the current folder, or else among the temporary ones."""
    folder = Path.cwd() / "build" / "demo"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return Path(tempfile.mkdtemp(prefix="ssr-demo-reports-"))
    return folder if os.access(folder, os.W_OK) else Path(tempfile.mkdtemp(prefix="ssr-demo-reports-"))


def newest_report(folder: Path, since: float) -> Path | None:
    """The page of the run that has written one last since then (seconds of the epoch); None where there is none."""
    written = {path: path.stat().st_mtime for path in folder.glob("*/report.html")}
    pages = [path for path, when in written.items() if when >= since - 1]
    return max(pages, key=written.__getitem__, default=None)


def _closed(scenario: str) -> dict[str, Any]:
    """The same scenario with accounts that reach no file, and with its web interface."""
    path = Path(__file__).with_name("scenarios") / f"{scenario}.yml"
    users = yaml.safe_load(path.read_text(encoding="utf-8"))["users"]
    return {"users": [{**user, "sftp": False, "linux": False} for user in users], "api": {"enabled": True}}


def _restore(simulator: Simulator, folder: Path) -> int:
    """Take the backup of the upgrade back, after a mistake; the exit code: 0 if the configuration is what it was."""
    copies = sorted((folder / "backups").glob("*.gz"))
    if not copies:
        print("\nThe upgrade has left no copy of its backup that could be restored.")
        return 1
    copy, authority = copies[0], simulator.world.authority
    lines = len(gzip.decompress(copy.read_bytes()).splitlines())
    print(f"\nThe account has no SFTP. The backup came over the web interface: {copy.name}, {lines} lines.")
    with simulator.world.lock:
        before = list(authority.running)
        authority.running = [*before, MISTAKE]
    print(f"Somebody commits '{MISTAKE}'. Restored with:")
    print(f"  ansible-playbook playbooks/restore_config.yml -e ssr_restore_name={copy.stem}\n", flush=True)
    wanted = {"ssr_restore_name": copy.stem, "ssr_restore_commit": True}
    code = run_playbook(simulator, "restore_config", folder, wanted)
    restored = authority.running == before
    print(f"\n{'The configuration is what it was at the backup.' if restored else 'It was not restored, see above.'}")
    return code or int(not restored)


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
    given = [argument for argument in sys.argv[1:] if argument != "--sftp-off"]
    sys.exit(run(given[0] if given else "ha-6.3-image", extra=tuple(given[1:]), sftp="--sftp-off" not in sys.argv))
