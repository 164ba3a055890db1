# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller as AWX is one, as far as a job notices: the folder that it makes for ansible-runner, and its workflows.

What is in the folder follows awx/main/tasks/jobs.py: an inventory that is a script, answers to prompts, a key for an
ssh-agent, and variables of a survey that are marked unsafe. Jobs run beside each other in threads.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ansible_runner
import yaml

from tests.integration.harness import COLLECTIONS, Bench
from tests.integration.harness import PACE as PACE_OF_CONDUCTORS
from tests.integration.routers import PACE as PACE_OF_ROUTERS
from tests.unit.awx.data import AWX, objects, prefilled, questions

#: Minutes of a real night as fractions of a second.
PACE = {**PACE_OF_CONDUCTORS, **PACE_OF_ROUTERS}
#: What AWX answers, by the prompt.
PROMPTS = {
    "key": r"Enter passphrase for .*:\s*?$",
    "password": r"SSH password:\s*?$",
    "vault": r"Vault password:\s*?$",
}


class Unsafe(str):
    """Text that somebody typed into a survey."""


yaml.SafeDumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text)))


@dataclass
class Credential:
    """A machine credential, and a vault credential where ``vault`` is set."""

    user: str = "admin"
    password: str | None = None
    key: str | None = None
    passphrase: str | None = None
    vault: str | None = None

    @property
    def arguments(self) -> list[str]:
        """What AWX adds to the command line."""
        asked = ["--ask-pass"] if self.password else []
        return ["-u", self.user, *asked, *(["--ask-vault-pass"] if self.vault else [])]

    @property
    def answers(self) -> dict[str, str]:
        """What AWX types, by the prompt."""
        given = {"password": self.password, "key": self.passphrase, "vault": self.vault}
        return {PROMPTS[name]: value for name, value in given.items() if value}


@dataclass
class Job:
    """A job that has ended."""

    name: str
    status: str
    code: int
    events: list[dict[str, Any]]
    output: str

    @property
    def artifacts(self) -> dict[str, Any]:
        """What AWX keeps of set_stats for the next job."""
        stats = [event["event_data"] for event in self.events if event["event"] == "playbook_on_stats"]
        return stats[-1].get("artifact_data", {}) if stats else {}

    @property
    def failures(self) -> list[str]:
        """The messages of tasks that failed."""
        failed = [event["event_data"] for event in self.events if event["event"] == "runner_on_failed"]
        return [str(data["res"].get("msg")) for data in failed if not data.get("ignore_errors")]

    def hosts(self, event: str) -> set[str]:
        """The hosts for which there is such an event."""
        return {record["event_data"]["host"] for record in self.events if record["event"] == event}


@dataclass
class Controller:
    """An authority in AWX: its inventory, its credential, and a folder that outlives the jobs."""

    folder: Path
    inventory: dict[str, Any]
    credential: Credential
    authority: str = "north"
    #: More extra variables of every template, set by its owner.
    extra: dict[str, Any] = field(default_factory=dict)
    #: More files of the project, by their names.
    files: dict[str, str] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    # -- one job --------------------------------------------------------------------------------------------------

    def launch(
        self,
        name: str,
        answers: dict[str, Any] | None = None,
        artifacts: dict[str, Any] | None = None,
        limit: str = "",
        meta: dict[str, Any] | None = None,
        inventory: dict[str, Any] | None = None,
    ) -> Job:
        """Run a job template by its full name. ``answers`` to its survey, ``artifacts`` of the jobs before it."""
        template = next(
            candidate for candidate in objects(self.authority)["controller_templates"] if candidate["name"] == name
        )
        typed = {key: value for key, value in (answers or {}).items() if key in questions(template)}
        survey = {key: Unsafe(value) if isinstance(value, str) else value for key, value in typed.items()}
        own = {"awx_job_id": 7, "awx_job_template_name": name, **(meta or {})}
        variables = {**self.folders(template), **PACE, **self.extra, **prefilled(template), **survey}
        # Short, as with AWX: ansible-runner looks for prompts in the last hundred letters, and some hold a path.
        private_dir = Path(tempfile.mkdtemp(prefix="awx_"))
        arguments = ["--check"] if template["job_type"] == "check" else []
        arguments += [*self.credential.arguments, *(["-l", limit] if limit else [])]
        self.write(private_dir, {**variables, **(artifacts or {}), **own}, arguments, inventory or self.inventory)
        try:
            return self.run(private_dir, name, template["playbook"])
        finally:
            shutil.rmtree(private_dir, ignore_errors=True)

    def folders(self, template: dict[str, Any]) -> dict[str, Any]:
        """The variables of a template, with the mounted folder where this controller has it."""
        text = json.dumps(template["extra_vars"]).replace("/var/lib/sessionsmart", str(self.folder / "mounted"))
        return json.loads(text)

    def write(self, private_dir: Path, variables: dict, arguments: list[str], inventory: dict[str, Any]) -> None:
        """The folder that AWX makes for a job."""
        for name in ("env", "inventory"):
            (private_dir / name).mkdir(mode=0o700)
        shutil.copytree(AWX / "project", private_dir / "project", ignore=shutil.ignore_patterns("inventories"))
        for name, text in self.files.items():
            (private_dir / "project" / name).parent.mkdir(exist_ok=True)
            (private_dir / "project" / name).write_text(text, encoding="utf-8")
        script = private_dir / "inventory" / "hosts"
        script.write_text(f"#!{sys.executable}\nprint({json.dumps(as_script(inventory))!r})\n", encoding="utf-8")
        script.chmod(0o700)
        env = private_dir / "env"
        env.joinpath("passwords").write_text(json.dumps(self.credential.answers), encoding="utf-8")
        env.joinpath("settings").write_text(
            json.dumps({"suppress_ansible_output": True, "job_timeout": 200}), encoding="utf-8"
        )
        env.joinpath("envvars").write_text(json.dumps(self.environment(private_dir)), encoding="utf-8")
        env.joinpath("cmdline").write_text(" ".join(f"'{argument}'" for argument in arguments), encoding="utf-8")
        env.joinpath("extravars").write_text(yaml.safe_dump(variables), encoding="utf-8")
        if self.credential.key:
            env.joinpath("ssh_key").write_text(self.credential.key, encoding="utf-8")

    def environment(self, private_dir: Path) -> dict[str, str]:
        """What AWX sets; it turns the checking of host keys off."""
        return {
            "ANSIBLE_COLLECTIONS_PATH": COLLECTIONS,
            "ANSIBLE_CONFIG": str(private_dir / "none.cfg"),
            "ANSIBLE_FORCE_COLOR": "True",
            "ANSIBLE_HOME": str(private_dir / "ansible"),
            "ANSIBLE_HOST_KEY_CHECKING": "False",
            "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
            "ANSIBLE_RETRY_FILES_ENABLED": "False",
            "AWX_PRIVATE_DATA_DIR": str(private_dir),
            "HOME": str(private_dir),
            "JOB_ID": "7",
            "LC_ALL": "C.UTF-8",
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }

    def run(self, private_dir: Path, name: str, playbook: str) -> Job:
        """Run what is in the folder."""
        ran = ansible_runner.run(private_data_dir=str(private_dir), playbook=playbook, ident="7", quiet=True)
        job = Job(name, ran.status, ran.rc, list(ran.events), ran.stdout.read())
        for secret in (self.credential.password, self.credential.passphrase, self.credential.vault):
            assert not secret or secret not in job.output + json.dumps(job.events), f"'{secret}' is shown"
        assert "Traceback" not in job.output, job.output
        with self.lock:
            self.jobs.append(job)
        return job

    # -- workflows ------------------------------------------------------------------------------------------------

    def start(self, name: str, answers: dict[str, Any]) -> Workflow:
        """Run a workflow of this authority by its full name; every approval is given."""
        data = next(
            workflow for workflow in objects(self.authority)["controller_workflows"] if workflow["name"] == name
        )
        asked = {**prefilled(data), **answers}
        flow = Workflow(data)
        for node in flow.in_order():
            if "approval_node" in node:
                flow.finish(node, "successful", {})
                continue
            given = {**asked, **node.get("extra_data", {})}
            meta = {"awx_workflow_job_name": name}
            job = self.launch(node["unified_job_template"], given, flow.artifacts_before(node), meta=meta)
            flow.finish(node, job.status, job.artifacts)
        return flow


class Workflow:
    """The nodes of a workflow: which may run now, and what came of those that did."""

    def __init__(self, data: dict[str, Any]):
        self.nodes = {node["identifier"]: node for node in data["simplified_workflow_nodes"]}
        self.states: dict[str, str] = {}
        self.artifacts: dict[str, dict[str, Any]] = {}

    def parents(self, node: dict[str, Any]) -> dict[str, str]:
        """The nodes before it, and whether it runs after their success or their failure."""
        return {
            other["identifier"]: how
            for other in self.nodes.values()
            for how, links in (("successful", "success_nodes"), ("failed", "failure_nodes"))
            if node["identifier"] in other.get(links, [])
        }

    def in_order(self) -> Iterator[dict[str, Any]]:
        """Each node that is to run, once those before it have ended; the others end as not run."""
        while waiting := [node for name, node in self.nodes.items() if name not in self.states]:
            ready = [node for node in waiting if all(parent in self.states for parent in self.parents(node))]
            for node in ready:
                before = self.parents(node)
                if not before or any(self.states[name] == how for name, how in before.items()):
                    yield node
                else:
                    self.states[node["identifier"]] = "not run"

    def finish(self, node: dict[str, Any], status: str, artifacts: dict[str, Any]) -> None:
        """What became of a node."""
        self.states[node["identifier"]] = status
        self.artifacts[node["identifier"]] = {**self.artifacts_before(node), **artifacts}

    def artifacts_before(self, node: dict[str, Any]) -> dict[str, Any]:
        """What the nodes before it have handed on; AWX makes extra variables of it."""
        artifacts: dict[str, Any] = {}
        for name in self.parents(node):
            artifacts.update(self.artifacts.get(name, {}))
        return artifacts

    @property
    def successful(self) -> bool:
        """As AWX sees it: no node failed without another one that deals with it."""
        return not any(
            state == "failed" and not self.nodes[name].get("failure_nodes") for name, state in self.states.items()
        )


def as_script(inventory: dict[str, Any], part: int = 1, parts: int = 1) -> dict[str, Any]:
    """An inventory as AWX prints it for a job; of a sliced job, every n-th host by name, in the groups that it has."""
    groups = inventory["all"]["children"]
    names = sorted(name for group in groups.values() for name in group["hosts"])[part - 1 :: parts]
    script: dict[str, Any] = {"all": {"hosts": names, "vars": inventory["all"].get("vars", {}), "children": []}}
    variables: dict[str, Any] = {}
    for group, content in groups.items():
        members = [name for name in content["hosts"] if name in names]
        script[group] = {"hosts": members, "vars": content.get("vars", {}), "children": []}
        script["all"]["children"].append(group)
        variables.update({name: content["hosts"][name] or {} for name in members})
    return {**script, "_meta": {"hostvars": variables}}


def sliced(inventory: dict[str, Any], part: int, parts: int) -> dict[str, Any]:
    """The same inventory as one slice of a job sees it."""
    names = as_script(inventory, part, parts)["all"]["hosts"]
    groups = inventory["all"]["children"]
    kept = {
        group: {**content, "hosts": {name: more for name, more in content["hosts"].items() if name in names}}
        for group, content in groups.items()
    }
    return {"all": {**inventory["all"], "children": kept}}


def controller(
    bench: Bench, authority: str = "north", credential: Credential | None = None, **extra: Any
) -> Controller:
    """A controller for the authority of a bench. Its inventory holds no credential, and keeps host keys checked."""
    inventory = json.loads(bench.inventory.read_text(encoding="utf-8"))
    conductors = inventory["all"]["children"]["ssr_conductors"]["hosts"]
    for host in conductors.values():
        for name in ("ansible_user", "ansible_password"):
            host.pop(name, None)
    inventory["all"]["vars"] = dict(objects(authority)["controller_inventories"][0]["variables"])
    user = bench.simulator.scenario.users[0]
    user.node_passwords.clear()  # a credential of AWX serves both conductor nodes
    password = user.password
    return Controller(bench.folder, inventory, credential or Credential(password=password), authority, extra)


def side_by_side(*calls: Any) -> list[Any]:
    """Do things at the same time, and wait for all of them."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(call) for call in calls]]
