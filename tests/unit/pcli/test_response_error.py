# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a session makes of commands that went to other nodes: refused there, or not come so far."""

from __future__ import annotations

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import DeviceError, NotReached

from tests.unit.pcli.wire import PROMPT, session_over

REQUEST = "request system software upgrade router hub force version 6.3.5"


def answered(*rows: str, end: str, mark: str = "⚠", counts: str = "0/1"):
    text = (
        f"Tue 2023-03-28 04:42:13 UTC\r\n{mark} Starting software upgrade {counts} targets complete...\r\n\r\n"
        "========= ==================================\r\n"
        " Target    Message\r\n"
        "========= ==================================\r\n"
        + "".join(f"{row}\r\n" for row in rows)
        + f"\r\n{end}\r\nCompleted in 0.03 seconds\r\n"
    )
    session, _wires = session_over(lambda wire, sent: wire.plan(sent + "\n", text, PROMPT))
    return session


def test_a_target_that_is_disconnected_is_no_refusal() -> None:
    end = "Failed to start software upgrade. 0 targets failed, 1 target is disconnected, and 0 succeeded."
    session = answered(" a.hub     Disconnected", end=end)
    with pytest.raises(NotReached) as caught:
        session.run(REQUEST)
    assert caught.value.targets == (("a.hub", "Disconnected"),)
    assert str(caught.value).startswith(f"'{REQUEST}' did not reach a.hub (Disconnected): ")
    assert "refused" not in str(caught.value)


@pytest.mark.parametrize(
    ("before", "beside"),
    [
        ("Upgrade request accepted", ("Upgrade request accepted",)),
        ("✔ Upgrading 1/1 targets complete...", ("Upgrading 1/1 targets complete...",)),
        ("Upgrading 7.1.3...", ("Upgrading 7.1.3...",)),
        ("✖ Starting software upgrade 0/1 targets complete...", ()),
        ("Upgrading restarts the system.\r\nContinue? [y/N]: y", ()),
    ],
)
def test_an_error_keeps_what_else_its_answer_says(before, beside) -> None:
    text = f"{before}\r\n% Error: Version 7.1.3 is not available\r\n"
    session, _wires = session_over(lambda wire, sent: wire.plan(sent + "\n", text, PROMPT))
    with pytest.raises(DeviceError) as caught:
        session.run(REQUEST)
    assert (caught.value.words, caught.value.beside) == ("% Error: Version 7.1.3 is not available", beside)


END = "Failed to start software upgrade. 0 targets failed, 1 target is disconnected, and 0 succeeded."


@pytest.mark.parametrize(
    ("row", "counts", "end", "none"),
    [
        (" a.hub     Disconnected", "0/0", END, True),  # the documented form
        (" a.hub     Disconnected", "0/1", END, False),
        (" a.hub     Disconnected", "0/0", "Failed to start software upgrade.", False),
        (" a.hub     Disconnected", "0/0", f"The upgrade goes on.\r\n{END}", False),
    ],
)
def test_only_the_documented_answer_says_that_a_command_went_to_no_target(row, counts, end, none) -> None:
    with pytest.raises(NotReached) as caught:
        answered(row, end=end, counts=counts).run(REQUEST)
    assert caught.value.sent_to_none is none


@pytest.mark.parametrize("words", ["Disconnected after reboot", "Unreachable: lost in the installation", ""])
def test_a_target_of_which_more_is_said_than_that_it_is_disconnected_may_have_been_reached(words) -> None:
    with pytest.raises(DeviceError) as caught:
        answered(f" a.hub     {words}", end=END, counts="0/0").run(REQUEST)
    assert not isinstance(caught.value, NotReached)


@pytest.mark.parametrize("mark", ["⚠", "✖"])
def test_a_target_that_refuses_is_a_refusal(mark: str) -> None:
    end = "Failed to start software upgrade. 1 target failed, 0 targets are disconnected, and 0 succeeded."
    session = answered(" a.hub     Pre-check failed: disk is full", end=end, mark=mark)
    with pytest.raises(DeviceError, match="The device refused") as caught:
        session.run(REQUEST)
    assert not isinstance(caught.value, NotReached)


def test_a_refusal_needs_no_count_and_a_count_needs_no_words() -> None:
    for row, end in (
        (" a.hub     Pre-check failed", "Failed to start software upgrade."),
        (" b.hub     Disconnected", "Failed to start. 1 target failed, 1 target is disconnected, and 0 succeeded."),
    ):
        with pytest.raises(DeviceError, match="The device refused") as caught:
            answered(row, end=end).run(REQUEST)
        assert not isinstance(caught.value, NotReached)


def test_a_target_that_refuses_beside_one_that_is_disconnected_is_a_refusal() -> None:
    end = "Failed to start software upgrade. 1 target failed, 1 target is disconnected, and 0 succeeded."
    session = answered(" a.hub     Pre-check failed", " b.hub     Disconnected", end=end, counts="0/2")
    with pytest.raises(DeviceError, match="The device refused") as caught:
        session.run(REQUEST)
    assert not isinstance(caught.value, NotReached)


def test_a_target_that_was_reached_beside_one_that_is_disconnected_is_an_answer() -> None:
    end = "0 targets failed, 1 target is disconnected, and 1 succeeded."
    reply = answered(" b.hub     Disconnected", end=end, counts="1/2").run(REQUEST)
    assert reply.disconnected == (("b.hub", "Disconnected"),)
