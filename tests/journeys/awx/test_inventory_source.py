# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory source of AWX: the file of the project, with the login of its credential in the environment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import yaml

from tests.integration.routers import authority, router
from tests.journeys.awx.controller import Credential, controller
from tests.unit.awx.data import AWX, objects


def test_what_the_source_finds_is_an_inventory_that_a_template_runs_on(bench):
    b = bench(authority(router("one"), router("other")))
    source = yaml.safe_load((AWX / "project" / "inventories" / "north.ssr.yml").read_text(encoding="utf-8"))
    paired = zip(source["conductors"], b.simulator.nodes.values(), strict=True)
    source["conductors"] = [{**conductor, "address": f"{node.host}:{node.port}"} for conductor, node in paired]
    source["host_keys"] = list(b.simulator.host_keys.values())
    file = b.folder / "north.ssr.yml"
    file.write_text(yaml.safe_dump(source), encoding="utf-8")

    user = b.simulator.scenario.users[0]
    user.node_passwords.clear()  # the source has one password for both conductor nodes
    (kind,) = objects()["controller_credential_types"]
    login = {"username": user.name, "password": user.password}
    injected = {name: login[template.strip("{ }").strip()] for name, template in kind["injectors"]["env"].items()}
    # AWX exports what is encrypted as it is, and turns the checking of host keys off here, too.
    environment = {**b.environment, **injected, "ANSIBLE_HOST_KEY_CHECKING": "False"}
    command = [str(Path(sys.executable).with_name("ansible-inventory")), "-i", str(file), "--list", "--export"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert user.password not in ran.stdout

    listing = json.loads(ran.stdout)
    variables = listing["_meta"]["hostvars"]
    groups = {
        name: {
            "hosts": {host: variables.get(host, {}) for host in listing[name]["hosts"]},
            "vars": listing[name].get("vars", {}),
        }
        for name in ("ssr_conductors", "ssr_routers")
    }
    assert set(groups["ssr_routers"]["hosts"]) == {"one", "other"}
    b.write_inventory({"all": {"children": groups}})
    awx = controller(b, credential=Credential(password=user.password))
    job = awx.launch("SSR north: plan the routers", {"ssr_version": "6.3.5"})
    assert job.code == 0, job.failures
    assert job.artifacts["ssr_router_plan"]["totals"] == {"planned": 2}
