# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the real ``ansible-playbook`` against a simulated conductor, and look at results and at the simulator's truth."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.integration.documented import differences
from tests.integration.nursery import Nursery
from tests.simulator import Simulator

ROOT = Path(__file__).resolve().parents[2]
COLLECTIONS = os.environ.get("SSR_TEST_COLLECTIONS", str(ROOT / ".venv" / "collections"))

#: Seconds after which a playbook has hung.
PATIENCE = 220

#: Minutes of a real night as fractions of a second. Nothing is asserted about times, so a slow machine is only slower.
PACE = {
    "conductor_upgrade_pair_soak": 0,
    "conductor_upgrade_poll_min": 0.1,
    "conductor_upgrade_poll_max": 0.5,
    "conductor_upgrade_upgrade_timeout": 90,
    "conductor_upgrade_settle_timeout": 90,
    "conductor_upgrade_service_timeout": 2,
    "conductor_upgrade_assets_timeout": 90,
    "conductor_upgrade_request_timeout": 5,
    "conductor_upgrade_health_retry_pause": 0,
    "conductor_upgrade_revert_grace": 1,
    "conductor_upgrade_operation_settle": 1,
    "conductor_upgrade_health_wait": 5,
    "conductor_upgrade_health_timeout": 10,
    "conductor_upgrade_stable_polls": 2,
    # The tests look at steps.
    "conductor_upgrade_progress": "all",
}


def task(module: str, args: dict[str, Any] | None = None, **keywords: Any) -> dict[str, Any]:
    """A task of a small playbook: a module of the collection by its short name, or another one by its full name.

    A failure does not end the playbook, so that one run tries many things.
    """
    name = module if "." in module else f"sessionsmart.ssr.{module}"
    return {name: args or {}, "ignore_errors": True, **keywords}


@dataclass
class Run:
    """What came of one ``ansible-playbook``."""

    code: int
    output: str
    records: list[dict[str, Any]] = field(default_factory=list)

    def __getitem__(self, name: str | tuple[str, str]) -> dict[str, Any]:
        """The result of a task by its name, or by its name and its host."""
        wanted, host = name if isinstance(name, tuple) else (name, None)
        results = [
            {**record["result"], "failed": record["status"] == "failed"}
            for record in self.records
            if record["task"] == wanted and host in (None, record["host"])
        ]
        assert results, f"there is no result of '{name}':\n{self.output}"
        return results[-1]

    def assert_clean(self, *secrets: str) -> Run:
        """What must hold whatever happens: sentences and no tracebacks, nothing secret, results as documented."""
        assert not self.unreachable, self.output
        assert "Traceback" not in self.output and "Traceback" not in json.dumps(self.records), self.output
        for secret in secrets:
            assert secret not in self.output and secret not in json.dumps(self.records), f"'{secret}' is shown"
        for record in self.records:
            collection, _dot, module = record["action"].rpartition(".")
            if collection == "sessionsmart.ssr" and record["status"] != "skipped":
                assert record["result"].get("msg"), f"'{record['task']}' says nothing: {record['result']}"
                deviations = differences(module, record["result"], record["status"] == "failed")
                assert not deviations, f"'{record['task']}' is not as documented: {deviations}"
        return self

    def results(self, action: str, host: str | None = None) -> list[dict[str, Any]]:
        """The results of every task with this action (short name), in order."""
        return [
            record["result"]
            for record in self.records
            if record["action"].split(".")[-1] == action
            and host in (None, record["host"])
            and record["status"] != "skipped"
        ]

    @property
    def failures(self) -> list[str]:
        """The messages of failed tasks."""
        return [str(record["result"].get("msg")) for record in self.records if record["status"] == "failed"]

    @property
    def unreachable(self) -> list[dict[str, Any]]:
        """Results that ended unreachable; there must never be one."""
        return [record for record in self.records if record["status"] == "unreachable"]

    def node(self, name: str) -> dict[str, Any]:
        """The last word of software_upgrade about a node."""
        nodes = [
            node
            for result in self.results("software_upgrade")
            for entry in result.get("by_router", {}).values()
            for node in entry["nodes"]
            if node["node"] == name
        ]
        assert nodes, f"software_upgrade said nothing about {name}:\n{self.output}"
        return nodes[-1]


#: The nursery of this test process, once something has been run.
NURSERIES: list[Nursery] = []


def nursery(environment: dict[str, str]) -> Nursery:
    """The one of this test process. Of the environment it keeps what all benches have in common."""
    if not NURSERIES:
        NURSERIES.append(Nursery(environment))
    return NURSERIES[0]


class Bench:
    """A folder of one test, with an inventory, backups and a journal."""

    def __init__(self, folder: Path, simulator: Simulator):
        self.folder = folder
        self.simulator = simulator
        self.record = folder / "record.jsonl"
        self.inventory = folder / "inventory.json"
        #: More environment variables for ansible-playbook.
        self.settings: dict[str, str] = {}
        self.write_inventory(simulator.inventory())
        # Ansible looks a thousand times a second whether a task has ended, which takes the time of other tests.
        (folder / "ansible.cfg").write_text("[defaults]\ninternal_poll_interval = 0.01\n", encoding="utf-8")

    def write_inventory(self, inventory: dict) -> None:
        """Use another inventory than the simulator's own."""
        self.inventory.write_text(json.dumps(inventory), encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        """What ansible-playbook runs with; nothing of the user's own configuration."""
        # Compiled files are kept for the next run, whatever the machine is set to: see callback/record.py.
        mine = ("ANSIBLE_", "PYTHONDONTWRITEBYTECODE")
        keep = {key: value for key, value in os.environ.items() if not key.startswith(mine)}
        return {
            **keep,
            "ANSIBLE_COLLECTIONS_PATH": COLLECTIONS,
            "ANSIBLE_CALLBACK_PLUGINS": str(ROOT / "tests" / "integration" / "callback"),
            "ANSIBLE_CALLBACKS_ENABLED": "record",
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_HOME": str(self.folder / "ansible"),
            "ANSIBLE_LOCALHOST_WARNING": "False",
            "ANSIBLE_NOCOLOR": "1",
            "HOME": str(self.folder),
            "LC_ALL": "C.UTF-8",
            "SSR_TEST_RECORD": str(self.record),
            **self.settings,
        }

    def hosts(self, hosts: dict[str, Simulator | dict], **variables: Any) -> None:
        """An inventory of a simulator's first node, or of these variables, for each name; ``variables`` for all."""
        entries = {}
        for name, host in hosts.items():
            if isinstance(host, Simulator):
                host = next(iter(host.inventory()["all"]["children"]["ssr_conductors"]["hosts"].values()))
            entries[name] = host
        self.write_inventory({"all": {"children": {"ssr_conductors": {"hosts": entries, "vars": variables}}}})

    def change_host(self, host: str, **variables: Any) -> None:
        """Other variables for a host of the inventory; one that is None is taken away."""
        inventory = json.loads(self.inventory.read_text(encoding="utf-8"))
        own = inventory["all"]["children"]["ssr_conductors"]["hosts"][host]
        own.update(variables)
        for name in [name for name, value in own.items() if value is None]:
            del own[name]
        self.write_inventory(inventory)

    def play(self, tasks: dict[str, dict[str, Any]], *extra: str, **keywords: Any) -> Run:
        """Run tasks (see :func:`task`) by their names in one play on the first conductor node."""
        keywords.setdefault("hosts", "ssr_conductors[0]")
        keywords.setdefault("connection", "sessionsmart.ssr.pcli")
        keywords.setdefault("gather_facts", False)
        play = {"name": "Try", "tasks": [{"name": name, **spec} for name, spec in tasks.items()], **keywords}
        playbook = self.folder / "try.yml"
        playbook.write_text(json.dumps([play]), encoding="utf-8")
        run = self.run(playbook, *extra, pace=False)
        assert len(run.records) >= len(tasks), f"not every task has run:\n{run.output}"
        return run.assert_clean(*self.secrets)

    @property
    def secrets(self) -> list[str]:
        """The passwords of the simulated accounts: none of them may ever be shown."""
        users = self.simulator.scenario.users
        return [word for user in users for word in (user.password, *user.node_passwords.values()) if word]

    def command(self, playbook: str | Path, *extra: str, pace: bool = True, **variables: Any) -> list[str]:
        """The command line for a playbook of the collection (by name), or for a file."""
        path = playbook if isinstance(playbook, Path) else ROOT / "playbooks" / f"{playbook}.yml"
        everything = {
            "ssr_backup_dir": str(self.folder / "backups"),
            "ssr_journal_dir": str(self.folder / "journal"),
            **(PACE if pace else {}),
            **variables,
        }
        program = Path(sys.executable).with_name("ansible-playbook")
        return [
            str(program),
            str(path),
            "--inventory",
            str(self.inventory),
            "--extra-vars",
            json.dumps(everything),
            *extra,
        ]

    def run(self, playbook: str | Path, *extra: str, **variables: Any) -> Run:
        """Run a playbook to its end."""
        if any(name.startswith("ANSIBLE_") for name in self.settings):  # which Ansible reads when it is imported
            process = self.start(playbook, *extra, **variables)
            output, _none = process.communicate(timeout=PATIENCE)
            return self.finished(process.returncode, output)
        self.record.write_text("", encoding="utf-8")
        printed = self.folder / "output.txt"
        command = self.command(playbook, *extra, **variables)
        code = nursery(self.environment).run(command, self.environment, printed, PATIENCE)
        return self.finished(code, printed.read_text(encoding="utf-8"))

    def start(self, playbook: str | Path, *extra: str, **variables: Any) -> subprocess.Popen:
        """Begin a playbook, in a process group of its own."""
        self.record.write_text("", encoding="utf-8")
        return subprocess.Popen(
            self.command(playbook, *extra, **variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            env=self.environment,
            start_new_session=True,
        )

    @staticmethod
    def kill(process: subprocess.Popen) -> None:
        """Kill the main process and its workers at once."""
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    def finished(self, code: int, output: str) -> Run:
        """What was recorded."""
        lines = self.record.read_text(encoding="utf-8").splitlines()
        return Run(code, output, [json.loads(line) for line in lines])

    @property
    def sent(self) -> list[str]:
        """Every command that may change something, as it came to any node."""
        return [
            command
            for command in self.simulator.commands()
            if command.split()[0] not in ("show", "compare", "validate")
        ]

    # -- the simulator's truth --------------------------------------------------------------------------------

    def truth(self, node: str) -> dict[str, Any]:
        """What is really so on a node."""
        return next(state for state in self.simulator.truth()["nodes"].values() if state["node"] == node)

    def upgrades(self, node: str | None = None) -> list[str]:
        """The upgrade requests that carried a version, as they came."""
        return [
            command
            for command in self.simulator.commands(node, "request system software upgrade")
            if " version " in command and "installation-service" not in command
        ]

    def reverts(self, node: str | None = None) -> list[str]:
        """The revert requests."""
        return self.simulator.commands(node, "request system software revert")


#: A conductor that is newer than its routers, so that there is something to upgrade below it.
AUTHORITY: dict[str, Any] = {
    "name": "authority",
    "description": "conductor pair 6.3.5, an image-based pair and a package-based router on 6.3.0",
    "durations": {"download": 60, "install": 60, "restart": 60, "service_start": 30, "post_check": 30, "resync": 30},
    "users": [{"name": "admin", "password": "demo-admin-password"}],
    "releases": [{"name": "6.3.0-107.r1.el7"}, {"name": "6.3.3-40.r2.el7"}, {"name": "6.3.5-39.r1.el7"}],
    "routers": [
        {
            "name": "Conductor",
            "conductor": True,
            "version": "6.3.5-39.r1.el7",
            "nodes": [{"name": "c1", "previous": "6.3.0-107.r1.el7"}, {"name": "c2", "previous": "6.3.0-107.r1.el7"}],
        },
        {"name": "hub", "version": "6.3.0-107.r1.el7", "nodes": [{"name": "hub-1"}, {"name": "hub-2"}]},
        {"name": "branch", "version": "6.3.0-107.r1.el7", "install_type": "package", "nodes": [{"name": "b1"}]},
    ],
}

#: The times of an operation, for tasks; see PACE.
QUICK = {
    "poll_min": 0.1,
    "poll_max": 0.3,
    "stable_polls": 2,
    "request_timeout": 5,
    "service_timeout": 2,
    "upgrade_timeout": 60,
    "settle_timeout": 60,
    "health_timeout": 10,
    "operation_settle": 1,
    "progress": "all",
}
