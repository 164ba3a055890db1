# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one gate, read in the sources: nothing but ``rollout/gate.py`` sends a lifecycle command (rule 32)."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parents[2] / "plugins"
GATE = Path("plugin_utils/rollout/gate.py")

#: What sends a lifecycle command. ``Conductor.begin_health_check`` is not among them: the vendor's health check only
#: reads. What the module ``command`` types is the user's own.
SENDERS = {"send", "reconnect", "import_iso"}
#: Below the gate: the methods themselves, and the bytes of a connection.
BELOW = ("plugin_utils/conductor", "plugin_utils/pcli")
#: What sends any command line. Above the client only the module ``command`` uses it, for what its user types.
RAW = {"begin"}
TYPED_BY_USERS = Path("action/command.py")


def sends(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of every use of such a method, whether it is called there or only handed on."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and (node.attr in SENDERS or _raw(node)):
            yield node.lineno, node.attr
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
            names = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
            yield from ((node.lineno, name) for name in names if name in SENDERS)


def _raw(node: ast.Attribute) -> bool:
    """Is this ``begin`` that of a session?"""
    base = node.value
    name = base.attr if isinstance(base, ast.Attribute) else base.id if isinstance(base, ast.Name) else ""
    return node.attr in RAW and "session" in name


def test_nothing_but_the_gate_sends_a_lifecycle_command() -> None:
    outside = []
    for path in sorted(PLUGINS.rglob("*.py")):
        name = path.relative_to(PLUGINS)
        if name in (GATE, TYPED_BY_USERS) or name.as_posix().startswith(BELOW):
            continue
        outside += [f"plugins/{name}:{line}: {method}" for line, method in sends(path.read_text(encoding="utf-8"))]
    assert not outside, f"these bypass {GATE}, which must decide whether a command may leave:\n" + "\n".join(outside)


def test_the_gate_sends_each_of_them() -> None:
    """Else the test above would prove nothing, since the methods would be called otherwise."""
    used = {method for _line, method in sends((PLUGINS / GATE).read_text(encoding="utf-8"))}
    assert used == SENDERS


@pytest.mark.parametrize(
    "source",
    [
        "context.conductor.send(request)",
        "later = self.conductor.send\nlater(request)",
        "getattr(conductor, 'reconnect')(node)",
        "conductor.session.begin('request system software upgrade')",
    ],
)
def test_whoever_sends_past_the_gate_is_noticed(source) -> None:
    assert list(sends(source))


def test_the_start_of_a_health_check_is_not_meant() -> None:
    assert not list(sends("context.conductor.begin_health_check(request)"))
