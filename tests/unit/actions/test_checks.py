# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What precheck and health_check do when their session is lost: they log in anew, as the same conductor object."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.action import health_check, precheck
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.actions.base import TRANSPORT, documented_spec
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.access import Access
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import ConnectFailed, SessionBroken
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import Login
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.prompt import find_prompt
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.rollout.journal import Record

from tests.unit.fakes import ScriptedSession

ASSETS = """
=========== ======= ========== ================== ============== ==============
 Router      Node    Asset Id   SSR Version        Status         Time in Status
=========== ======= ========== ================== ============== ==============
 Conductor   node1   C1         6.3.0-107.r1.el7   Synchronized   1d
 Conductor   node2   C2         6.3.0-107.r1.el7   Synchronized   1d
 branch-1    node1   B1         6.3.0-107.r1.el7   Synchronized   1d
"""
LOST = SessionBroken("The device closed the connection.")


class TwoAddresses(ScriptedSession):
    """A session that logs in anew once it was closed, at the next address where fall-backs may be used."""

    use_fallbacks = fallen_back = False
    access = Access(Login("192.0.2.12"))

    def __init__(self, *args, refusals: int = 0, **more) -> None:
        super().__init__(*args, **more)
        self.refusals = refusals
        self.logins = 0

    def close(self) -> None:
        self.prompt = None

    def open(self):
        if self.prompt is None:
            self.logins += 1
            if self.logins <= self.refusals:
                raise ConnectFailed("192.0.2.1 port 22: Connection refused")
            self.fallen_back = self.use_fallbacks
            self.prompt = find_prompt(f"admin@node{2 if self.fallen_back else 1}.Conductor#")
        return self.prompt

    def reopen(self):
        self.close()
        return self.open()


def action(module, session, **args):
    """A task of a module on this session, and its arguments with the documented defaults."""
    task = module.ActionModule.__new__(module.ActionModule)
    options = {"node": "node1"}
    task._connection = SimpleNamespace(transport=TRANSPORT, session=session, get_option=options.get)
    task._task = SimpleNamespace(check_mode=False, diff=False)
    task._vars, task._host, task._parent, task._quiet = {}, "cond", os.getppid(), True
    task.clock = session.clock
    plugins, name = Path(module.__file__).parents[1], Path(module.__file__).name
    spec = documented_spec(str(plugins / "modules" / name))
    defaults = {name: option.get("default") for name, option in spec.items()}
    return task, {**defaults, "stable_polls": 1, **args}


def test_a_health_check_of_routers_goes_on_through_the_fall_back_when_the_named_node_is_lost() -> None:
    """ansible_pcli_node tells the node at the first address, and says nothing of the fall-back."""
    session = TwoAddresses({"show assets": [LOST, ASSETS]})
    task, args = action(health_check, session, checks=["asset_settled"], targets=["branch-1"])
    result = task.act(args)
    assert not result["failed"] and result["node"] == "node2" and result["counts"]["pass"] == 1


@pytest.mark.parametrize("refusals", [1, 3])
def test_a_precheck_that_follows_an_earlier_run_waits_for_the_session_that_it_closed(monkeypatch, refusals) -> None:
    session = TwoAddresses({"show assets": ASSETS}, refusals=refusals)
    task, args = action(precheck, session)
    command = "request system software upgrade"
    record = Record("Conductor", "node1", "upgrade", command, None, "6.3.5", "run", "2026-03-01T21:50:00Z")
    journal = SimpleNamespace(last=lambda router, node: record)
    runs = []

    def run(spec):
        runs.append(session.logins)
        if len(runs) == 1:
            raise LOST
        state = SimpleNamespace(router="Conductor", node="node1", adopted=False, as_data=lambda: {"state": "done"})
        return [state]

    monkeypatch.setattr(task, "loop", lambda args: SimpleNamespace(run=run), raising=False)
    assert task._take_up(args, journal) == {"state": "done"}
    assert runs == [0, refusals + 1], "it looks again once the session answers, and not before"
