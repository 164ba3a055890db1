# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands that only show something, on releases that do not know `force` or that want a router named."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor import queries as questions
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.client import Conductor
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import DeviceError

from tests.unit.pcli.wire import PROMPT, Wire, session_over

USAGE = "usage: processes [{router <router> | resource-group <resource-group>}] [node <node>]\r\n"
PROCESSES = (
    "====== ================ ========= =========\r\n"
    " Node   Process          Status    Primary\r\n"
    "====== ================ ========= =========\r\n"
    " c1     routingManager   Running   Y\r\n"
)
LINKS = (
    "========================== ========================== ===========\r\n"
    " Local Node                 Remote Node                State\r\n"
    "========================== ========================== ===========\r\n"
    " c1.Conductor               a.hub                      connected\r\n"
)


def taking(refusal: str, refused: str, answer: str):
    """A device that prints `refusal` for every command that holds `refused` as a word, and else `answer`."""

    def react(wire: Wire, text: str) -> None:
        wire.plan(text + "\n", refusal if refused in text.split() else answer, PROMPT)

    return react


def sent(wire: Wire) -> list[str]:
    return [text.strip() for text in wire.sent]


REFUSALS = [
    USAGE,
    "% Error: Unknown argument 'force'\r\n" + USAGE,
    "% Error: Unexpected argument: force\r\n",
    "Error: 'force' is not a valid keyword\r\n",
    "% Error: Too many arguments\r\n",
]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_force_that_is_not_known_is_left_out_from_then_on(refusal: str) -> None:
    session, wires = session_over(taking(refusal, "force", PROCESSES))
    conductor = Conductor(session)
    session.open()
    for router in ("hub", "branch", "hub"):
        assert [process.name for process in conductor.processes(router)] == ["routingManager"]
    assert sent(wires[0]) == [
        "show system processes router hub force",
        "show system processes router hub",
        "show system processes router branch",
        "show system processes router hub",
    ]


@pytest.mark.parametrize("refusal", REFUSALS)
def test_what_reading_a_routers_state_needs_is_asked_without_force_as_well(refusal: str) -> None:
    session, wires = session_over(taking(refusal, "force", "There are no entries\r\n"))
    conductor = Conductor(session)
    session.open()
    with pytest.raises(questions.NotAvailable):
        questions.peers(conductor, "hub")
    assert sent(wires[0]) == ["show peers router hub force", "show peers router hub"]


def test_all_versions_are_asked_without_force_where_it_is_not_known() -> None:
    session, wires = session_over(taking(USAGE, "force", PROCESSES))
    session.open()
    Conductor(session).versions_of([("hub", str(number)) for number in range(9)])
    assert sent(wires[0]) == ["show system version router all force", "show system version router all"]


def test_a_new_login_may_lead_to_another_release() -> None:
    session, wires = session_over(taking(USAGE, "force", PROCESSES), taking(USAGE, "never", PROCESSES))
    session.run("show system processes router hub force")
    session.close()
    session.run("show system processes router hub force")
    assert sent(wires[1]) == ["show system processes router hub force"]


def test_an_argument_that_is_wrong_in_another_way_is_told_in_the_first_words() -> None:
    session, wires = session_over(lambda wire, text: wire.plan(text + "\n", USAGE, PROMPT))
    assert session.run("show system processes router hub force", check=False).usage
    assert len(wires[0].sent) == 2


def test_a_command_that_is_not_there_is_asked_once() -> None:
    words = "Command 'show peers router hub force' not found (use '?' for help)\r\n"
    session, wires = session_over(lambda wire, text: wire.plan(text + "\n", words, PROMPT))
    with pytest.raises(DeviceError) as caught:
        session.run("show peers router hub force")
    assert caught.value.denied and len(wires[0].sent) == 1


WANTED = [
    "Keyword argument 'router' is required\r\n",
    "% Error: Keyword argument 'router' is required\r\n",
    "% Error: Missing required argument: router\r\n",
    "Argument \u2018router\u2019 is missing\r\n",
]


@pytest.mark.parametrize("words", WANTED)
def test_where_a_conductor_wants_a_router_its_own_is_named(words: str) -> None:
    def react(wire: Wire, text: str) -> None:
        wire.plan(text + "\n", "one\r\n" if " router " in text else words, PROMPT)

    session, wires = session_over(react)
    session.open()
    for _round in range(2):
        assert session.run("show system version").text == "one"
    session.run("show system version router hub node a")
    assert sent(wires[0]) == [
        "show system version",
        "show system version router Conductor",
        "show system version router Conductor",
        "show system version router hub node a",
    ]


def test_a_request_is_never_sent_again_in_other_words() -> None:
    for words in (USAGE, *WANTED):
        session, wires = session_over(lambda wire, text, words=words: wire.plan(text + "\n", words, PROMPT))
        session.run("request system software upgrade force version 6.3.5", check=False)
        assert len(wires[0].sent) == 1


def test_connections_are_asked_for_with_the_router_named() -> None:
    session, wires = session_over(lambda wire, text: wire.plan(text + "\n", LINKS, PROMPT))
    assert [link.remote for link in Conductor(session).connectivity()] == ["a.hub"]
    assert sent(wires[0])[-1] == "show system connectivity router Conductor force"
