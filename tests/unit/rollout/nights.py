# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What several tests ask of a night when it is over."""

from __future__ import annotations

from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.health import Health

from tests.unit.fakes import Night

FAILS = Health("fail", "System Processes Check failed", "System Processes Check failed")
PASSES = Health("pass", "passed", "all checks passed")


def nodes_after(night: Night, *targets: object, **args: object) -> dict[tuple[str, str], dict]:
    """Run a night (without targets: on router R), and return the result of each node by router and node."""
    result = night.go(*(targets or ("R",)), **args)
    assert night.conductor.wrong == []
    return {(router, node["node"]): node for router, entry in result["by_router"].items() for node in entry["nodes"]}


def requests(night: Night) -> list[tuple[str, str, str | None]]:
    """The operation, router and node of every request that was sent, in their order."""
    return [(request.operation, request.router, request.node) for request in night.conductor.sent]
