# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Routers go back to the version from before, a pair node by node, and only those that are named."""

from __future__ import annotations

from tests.integration.routers import NEW, OLD, authority, inventory, messages_of, play, router, verdicts


def test_routers_go_back_and_those_that_are_not_named_stay(bench):
    nodes = [{"name": "hub-1", "previous": OLD}, {"name": "hub-2", "previous": OLD}]
    named, unnamed = ({"nodes": [{"name": f"{name}-node", "previous": OLD}]} for name in ("one", "other"))
    b = bench(
        authority(
            router("hub", version=NEW, nodes=nodes),
            router("one", version=NEW, **named),
            router("other", version=NEW, **unnamed),
            router("old", version=OLD),
        )
    )
    inventory(b)
    planned = play(b, "revert_routers", "--check", "--limit", "hub", ssr_version="6.3.0")
    assert planned.code == 0 and verdicts(planned) == {"hub": "planned"} and b.reverts() == []

    run = play(b, "revert_routers", "--limit", "hub:one:old", ssr_version="6.3.0")
    assert run.code == 0, run.output
    assert verdicts(run) == {"hub": "done", "one": "done", "old": "up_to_date"}
    assert {b.truth(node)["version"] for node in ("hub-1", "hub-2", "one-node", "old-node")} == {OLD}
    assert b.truth("other-node")["version"] == NEW
    assert len(b.reverts()) == 3 and all(" node " in revert for revert in b.reverts()), (
        "a revert names its node, always"
    )


def test_a_router_without_a_previous_version_is_not_waited_for(bench):
    """Where the node prints its volumes nothing is sent; else the words of the refusal end it at once."""
    b = bench(authority(router("one", version=NEW)))
    inventory(b)
    run = play(b, "revert_routers", ssr_version="6.3.0")
    assert run.code == 2 and verdicts(run) == {"one": "failed"}, run.output
    (lines,) = messages_of(run, "Print the summary of the run")
    assert "has no previous version to revert to" in lines[1] and len(b.reverts()) == 1, lines
    plan = next(result["msg"] for result in run.results("debug"))
    assert not any("downloaded" in line or "version of its own" in line for line in plan), plan

    b = bench(authority(router("one", version=NEW), habits={"version_detail": "volumes"}))
    inventory(b)
    run = play(b, "revert_routers", ssr_version="6.3.0")
    assert run.code == 2 and verdicts(run) == {"one": "blocked"}, run.output
    assert "there is nothing to go back to" in run.failures[0] and b.reverts() == []
