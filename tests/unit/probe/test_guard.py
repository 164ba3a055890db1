# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one way out of a probe: nothing but what shows something."""

from __future__ import annotations

import ast
import itertools
from pathlib import Path

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.allowed import only_reads
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.api.schema import LONG, SHORT
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.grammar import GRAMMAR
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.web import WebLook
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.question_answers import reads_only
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.asking import Asker
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.guard import (
    USAGES,
    MustNotLeave,
    checked,
    checked_web,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.looking import Look, Probe
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.questions import WEB, Command, Scope, commands
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.probe.scrub import Scrubber
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.names import NameRefused
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.software.node_id import NodeId

from tests.unit.probe.seen import ASSETS, OWN, FakeSession
from tests.unit.virtual_clock import VirtualClock

SCOPE = Scope(OWN, ("Conductor", "r1"), (OWN, NodeId("r1", "n-1")), ("a.example",))
ASKED = [command.words for command in commands(SCOPE)]

#: Every way of every lifecycle command, complete and incomplete, and what else changes something.
_TARGETS = ("", " router r1", " router r1 node n1", " router all force", " resource-group g", " force")
_VERSIONS = ("", " version 6.3.5", " version")
LIFECYCLE = [
    f"{command}{target}{version}"
    for command in dict.fromkeys(row.command for row in GRAMMAR)
    for target, version in itertools.product(_TARGETS, _VERSIONS)
    if f"{command}{target}{version}" not in USAGES
]
CHANGES = [
    "request system software revert",
    "request system software health-check",
    "request system software upgrade installation-service",
    "send command upgrade",
    "send command reconnect router r1 node n1",
    "send command restart",
    "commit",
    "commit force",
    "validate",
    "compare config running candidate",
    "restore config running force",
    "restore config factory-default",
    "import config force x",
    "import iso hunt",
    "export config running x",
    "delete config exported force x",
    "delete user tokens",
    "set software access-token a b",
    "set system software boot-volume 1",
    "shell",
    "shell reboot",
    "configure authority",
    "edit prompt",
    "repeat show assets",
    "time show assets",
    "do show assets",
    "quit",
    "exit",
    "connect router r1 node n1",
    "ping 192.0.2.1",
    "trace request system software upgrade",
    "trace verbose verbose shell reboot",
    "trace",
    "trace show",
    "trace trace show assets",
    "show",
    "show fib",
    "show fib router r1",
    "show device-interface router r1 registers",
    "show config running flat",
    "show config candidate",
    "show config",
    "show conf running flat",
    "show config exports running",
    "show fi",
    "show device-interface router r1 reg",
    "show device-interface router r1",
    "show tec",
    "show ssh-keys",
    "show user tokens",
    "show platform",
    "show plugins state",
    "show bgp neighbors router r1",
    "show sessions",
    "show packet-capture",
    "trace verbose verbose no-logs show conf running",
    "sh assets",
    "sho assets",
    "",
    " ",
]


def spoilt(command: str) -> list[str]:
    """The same in other spellings, and with something behind it."""
    behind = (
        *(";", "; commit", " | tee x", "|sh", " > x", " && commit", " & commit", " $(commit)", " `commit`", "\\"),
        *("\n", "\ncommit", "\r", "\rcommit", "\tx", " ", "  x", "?", "!", "\x03", "\x00", "\u2028commit"),
    )
    return [
        *(command + text for text in behind),
        command.upper(), command.title(), f" {command}", f"!{command}", command.replace(" ", "  "),
        command.replace(" ", "\t"), f"commit\n{command}", f"commit; {command}",
    ]  # fmt: skip


@pytest.mark.parametrize("command", ASKED)
def test_what_a_probe_asks_may_leave_and_only_shows_something(command) -> None:
    assert checked(command) == command
    assert command in USAGES or reads_only(command.rpartition("no-logs ")[2])


@pytest.mark.parametrize("command", [*LIFECYCLE, *CHANGES])
def test_nothing_else_leaves(command) -> None:
    session = FakeSession()
    asker = Asker(session, VirtualClock(), OWN, 0.0, 60)
    with pytest.raises(MustNotLeave, match="was not sent"):
        asker.ask(Command(command))
    assert session.typed == []


@pytest.mark.parametrize("command", dict.fromkeys([*ASKED, *USAGES]))
def test_no_other_spelling_leaves(command) -> None:
    for other in spoilt(command):
        with pytest.raises(MustNotLeave):
            checked(other)


def test_a_usage_is_asked_for_only_where_the_grammar_says_that_it_is_safe() -> None:
    assert set(USAGES) <= {row.command for row in GRAMMAR if row.asks_safely}


@pytest.mark.parametrize("name", ["x\ncommit", "x; commit", "x y", "x|sh", "$(x)", "`x`", "a\rb", "-x", ""])
def test_a_name_that_would_break_out_of_the_line_stops_the_probe(name) -> None:
    for scope in (Scope(OWN, (name,)), Scope(OWN, (), (NodeId("r", name),)), Scope(OWN, assets=(name,))):
        with pytest.raises(NameRefused):
            list(commands(scope))


def test_names_of_a_list_that_would_break_out_are_never_typed() -> None:
    """The names of nodes come from the conductor itself, and are no better than those of a user."""
    session = FakeSession(show_assets=ASSETS.replace("north-2 ", "n;reboo"))
    probe = Probe(VirtualClock(), Look(("RTR_NORTH",), times=0))
    with pytest.raises((NameRefused, MustNotLeave)):
        probe.ask(session, OWN, lambda *request: None)
    assert all(checked(command) for command in session.typed)


def test_a_name_with_other_letters_is_told_once_and_nothing_is_asked_about_it() -> None:
    """Two gates look at a name, and both have to be told the same."""
    told: list[str] = []
    assets = ASSETS.replace("RTR_NORTH", "RTR_N\u00d6RD").replace("lr0000018.", "lr0\u00df0018.")
    session = FakeSession(show_assets=assets)
    probe = Probe(VirtualClock(), Look(("RTR_N\u00d6RD",), times=0, tell=told.append))
    probe.ask(session, OWN, lambda *request: WebLook(200, "application/json", "{}"))
    assert not [command for command in session.typed if "N\u00d6RD" in command or "\u00df" in command]
    assert not [line for line in told if "was not sent" in line]
    assert probe.unsent == {"RTR_N\u00d6RD": "\u00d6", "lr0\u00df0018.example": "\u00df"}
    assert "RTR_N\u00d6RD (its '\u00d6')" in probe.about_unsent() and "A to Z" in probe.about_unsent()
    assert Probe(VirtualClock(), Look()).about_unsent() is None
    rows = {line.assumption.id: line.verdict.seen for line in probe.report(Scrubber())}
    assert "show system router Conductor node node1" in session.typed, "all else was asked"
    assert rows["F8"] == "no router was named that could be asked about"


def test_everything_that_a_whole_probe_types_may_leave() -> None:
    session, clock = FakeSession(show_assets=ASSETS), VirtualClock()
    began = clock.now()
    probe = Probe(clock, Look(("RTR_NORTH",), times=3, interval=12.0, documents=(LONG, SHORT)))
    requests = []

    def look(method, path, query, node_id):
        requests.append((method, path, query))
        return WebLook(200, "application/json", "{}")

    probe.ask(session, OWN, look)
    assert len(session.typed) > 80 and all(checked(command) for command in session.typed)
    assert "show system router RTR_NORTH node north-2" in session.typed
    assert len(requests) == len(WEB) + 2 and all(checked_web(*request) for request in requests)
    assert sum(bool(row.notes.get("look")) for row in probe.rows) == 3
    assert clock.now() - began >= 36, "the looks are spread by the clock that is handed in"


@pytest.mark.parametrize("path", WEB)
def test_paths_that_are_only_read_may_leave(path) -> None:
    assert checked_web("GET", path)
    for method in ("POST", "PUT", "PATCH", "DELETE", "get"):
        with pytest.raises(MustNotLeave):
            checked_web(method, path)
    with pytest.raises(MustNotLeave):
        checked_web("GET", path, "{ __schema { types { name } } }")


@pytest.mark.parametrize(
    "path",
    ["/asset/a/control", "/config/commit", "/router/r/node/n", "/config/export/x/download", "/nonce", "/asset?x=1",
     "/system/../config", "/system\n", "/SYSTEM", "", "/login", "/config/getJSON"],
)  # fmt: skip
def test_other_paths_do_not_leave(path) -> None:
    for method in ("GET", "POST"):
        with pytest.raises(MustNotLeave):
            checked_web(method, path)


@pytest.mark.parametrize("document", [LONG, SHORT])
def test_introspection_may_leave(document) -> None:
    assert only_reads(document) and checked_web("POST", "/graphql", document)


@pytest.mark.parametrize(
    "document",
    [
        "mutation { sendAssetUpgradeRequest { response } }",
        "{ allRouters { nodes { name } } }",
        "{ __schema { types { name } } allRouters { nodes { name } } }",
        "query { __schema { types { name } } } mutation { upgrade { x } }",
        "{ __schema { types { name } } } mutation { x }",
        "mutation { __schema { types { name } } }",
        "{ __schema { types(a: 1) { name } } }",
        "{ __schema { types { name } } # }",
        "",
    ],
)
def test_no_other_document_leaves(document) -> None:
    with pytest.raises(MustNotLeave):
        checked_web("POST", "/graphql", document)


def test_every_byte_that_a_probe_sends_goes_through_the_guard() -> None:
    """Read in the sources: what types or asks is called in one place, right behind the guard."""
    senders = []
    folder = Path(__file__).parents[3] / "plugins" / "plugin_utils" / "probe"
    for path in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if name in ("begin", "run", "run_partial", "send", "sendall", "_send_in_background", "look"):
                    senders.append((path.name, name))
    assert sorted(senders) == [("asking.py", "begin"), ("asking.py", "look")]
    source = (folder / "asking.py").read_text(encoding="utf-8")
    assert source.index("words = checked(words)") < source.index("shell.begin(words")
    assert "look(*checked_web(" in source
