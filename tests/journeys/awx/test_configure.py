# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbook that describes an authority to AWX, against modules that only write down what they were asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.integration.harness import COLLECTIONS
from tests.unit.awx.data import AWX, objects

MODULES = (
    "credential_type",
    "execution_environment",
    "inventory",
    "inventory_source",
    "job_template",
    "project",
    "workflow_job_template",
    "workflow_job_template_node",
)
RECORDER = """
import json, os
from ansible.plugins.action import ActionBase
class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        with open(os.environ["ASKED"], "a") as stream:
            stream.write(json.dumps([self._task.action, dict(self._task.args)], default=str) + "\\n")
        return {"changed": False}
"""


def configure(folder: Path, installed: bool, **variables) -> tuple[int, str, list]:
    """Run it. Returns the exit code, the output, and what each module was asked for."""
    if installed:
        collection = folder / "ansible_collections" / "awx" / "awx"
        (collection / "plugins" / "action").mkdir(parents=True, exist_ok=True)
        info = {"namespace": "awx", "name": "awx", "version": "24.6.1"}
        (collection / "MANIFEST.json").write_text(json.dumps({"collection_info": info, "format": 1}))
        for name in MODULES:
            (collection / "plugins" / "action" / f"{name}.py").write_text(RECORDER)
    asked = folder / "asked"
    asked.write_text("")
    keep = {key: value for key, value in os.environ.items() if not key.startswith("ANSIBLE_")}
    paths = f"{folder}:{COLLECTIONS}"
    environment = {"ANSIBLE_COLLECTIONS_PATH": paths, "ASKED": str(asked), "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    command = [str(Path(sys.executable).with_name("ansible-playbook")), str(AWX / "configure.yml")]
    run = subprocess.run(
        [*command, "-e", json.dumps(variables)], env={**keep, **environment}, capture_output=True, text=True
    )
    return run.returncode, run.stdout + run.stderr, [json.loads(line) for line in asked.read_text().splitlines()]


def test_every_object_is_made_after_those_that_it_needs_and_with_real_types(tmp_path) -> None:
    code, output, asked = configure(tmp_path, True, ssr_awx_authority="north")
    assert code == 0, output
    kinds = [name.removeprefix("awx.awx.") for name, _args in asked]
    assert list(dict.fromkeys(kinds)) == [
        "credential_type",
        "execution_environment",
        "project",
        "inventory",
        "inventory_source",
        "job_template",
        "workflow_job_template",
        "workflow_job_template_node",
    ]
    templates = {args["name"]: args for name, args in asked if name.endswith(".job_template")}
    assert set(templates) == {template["name"] for template in objects()["controller_templates"]}
    conductor = templates["SSR north: upgrade the conductor"]
    assert conductor["allow_simultaneous"] is False and conductor["job_slice_count"] == 1
    assert conductor["extra_vars"]["ssr_journal_dir"] == "/var/lib/sessionsmart/north/journal"
    assert conductor["survey_spec"]["spec"][0]["variable"] == "ssr_version"
    (kind,) = [args for name, args in asked if name.endswith(".credential_type")]
    assert kind["injectors"]["env"]["SSR_CONDUCTOR_PASSWORD"] == "{{ password }}"

    nodes = [args for name, args in asked if name.endswith("_node")]
    half = len(nodes) // 2
    assert not any("success_nodes" in args for args in nodes[:half]), "a link needs a node that is there"
    assert all("success_nodes" in args for args in nodes[half:])
    assert [args["identifier"] for args in nodes[:half]] == [args["identifier"] for args in nodes[half:]]
    assert nodes[1]["approval_node"]["timeout"] == 86400 and "unified_job_template" not in nodes[1]


def test_what_is_missing_is_told_at_once_and_nothing_is_changed(tmp_path) -> None:
    code, output, asked = configure(tmp_path, False)
    assert code == 2 and asked == []
    text = " ".join(output.split())
    assert "ssr_awx_authority is not set" in text and "awx.awx is not installed" in text
