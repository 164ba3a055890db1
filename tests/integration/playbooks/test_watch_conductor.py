# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a webhook and Prometheus are told of a conductor, node by node, through the real playbook."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.unit.web_listener import SECRET, WebListener

pytest.importorskip(
    "ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.own_nodes",
    reason="nothing tells listeners yet what happens to the nodes of a conductor",
)
SCHEMA = json.loads((Path(__file__).parents[3] / "docs" / "schemas" / "notice-1.json").read_text(encoding="utf-8"))


def test_each_node_of_a_conductor_has_its_begin_and_its_end(bench):
    b = bench("ha-6.3-image")
    address, metrics = b.folder / "address", b.folder / "ssr.prom"
    watching = {"ssr_webhook_url": str(address), "ssr_metrics_file": str(metrics)}
    with WebListener() as web:
        address.write_text(web.url, encoding="utf-8")
        allowed = {"conductor_upgrade_webhook_allow_http": True, "ssr_report_dir": str(b.folder / "reports")}
        run = b.run("upgrade_conductor", ssr_version="6.3.5", **watching, **allowed)
    address.unlink()
    assert run.code == 0, run.output
    for body in web.bodies:
        jsonschema.validate(body, SCHEMA)
    assert [body["event"] for body in web.bodies] == ["start", "end"] * 2
    nodes = [json.loads(line)["host"] for line in b.record.read_text(encoding="utf-8").splitlines()]
    for body, node in zip(web.bodies, [nodes[0]] * 2, strict=False):
        assert f"({node})" in body["text"], "it names the node"
    assert {body["run"]["authority"] for body in web.bodies} == {nodes[0]}
    assert [body["ok"] for body in web.bodies] == [None, True] * 2
    assert 'state="done"} 1' in metrics.read_text(encoding="utf-8")
    for path in b.folder.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path
