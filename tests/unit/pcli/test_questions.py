# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a conductor asks before it shows something, and what it asks before it changes something."""

from __future__ import annotations

import re
from operator import attrgetter

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.client import Conductor
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.conductor.request import Request
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    DeviceError,
    PcliError,
    UnexpectedQuestion,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.question_answers import expecting, reads_only
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.shell import YES, Answer

from tests.unit.pcli.wire import PROMPT, Wire, session_over

DATE = "Tue 2024-07-09 14:25:28 UTC\r\n"
ASKS = "WARNING: Targeting router 'all' may take a long time. Continue anyway? [y/N]: "
ASSETS = (
    "✔ Retrieving assets...\r\n\r\n"
    "=========== =========== ===================== ==================\r\n"
    " Router      Node        Asset Id              Status\r\n"
    "=========== =========== ===================== ==================\r\n"
    " Conductor   t106-dut1   t106-dut1.novalocal   Synchronized\r\n"
    "\r\nCompleted in 0.04 seconds\r\n"
)
SEEN = (DATE + ASSETS).replace("\r\n", "\n").strip("\n")


def asking(*questions: str, before: str = DATE, after: str = ASSETS, echo: str = "{}\r\n", yes: str = "y"):
    """A device that prints `before`, asks, and shows `after` only if each question is answered with `yes`."""

    def react(wire: Wire, text: str) -> None:
        if wire.left is None:
            wire.left = list(questions)
            wire.plan(text.replace("\r", "\r\n") + before)
        else:
            assert text.endswith("\r"), text
            wire.plan(echo.format(text.strip()))
            if text.strip() != yes:
                wire.left = None
                wire.plan("Operation canceled\r\n", PROMPT)
                return
        if wire.left:
            wire.plan(wire.left.pop(0))
        else:
            wire.left = None
            wire.plan(after, PROMPT)

    return react


# questions, the word for yes
FORMS = [
    ((ASKS,), "y"),
    ((ASKS.lower(),), "y"),
    ((ASKS.strip(),), "y"),
    ((ASKS.replace("[y/N]", "[Y/n]"),), "y"),
    ((ASKS.replace("[y/N]", "[y/n]"),), "y"),
    ((ASKS.replace("[y/N]: ", "(yes/no) "),), "yes"),
    ((ASKS.replace("[y/N]: ", "[yes/no]? "),), "yes"),
    ((ASKS.replace("[y/N]: ", "(y/[N]) "),), "y"),
    ((ASKS.replace("[y/N]", "y/n"),), "y"),
    ((ASKS.replace(" [y/N]: ", " "),), "y"),
    (("Asking 300 routers may take a while. Go on? ",), "y"),
    (("This may be aborted with Ctrl+C. Shall all routers be asked? [y/N]: ",), "y"),
    (("Continue or cancel? [y/N]: ",), "y"),
    ((f"\x1b[33m{ASKS}\x1b[0m",), "y"),
    ((f"\x1b[1;33mWARNING:\x1b[0m{ASKS[8:]}",), "y"),
    ((ASKS, ASKS), "y"),
    ((ASKS, "Really? [y/N]: "), "y"),
    ((ASKS.replace(" time.", "\r\ntime."),), "y"),
    ((ASKS.replace(" [y/N]", "\r\n[y/N]"),), "y"),
    ((ASKS.replace("[y/N]", "[y/\r\nN]"),), "y"),
    ((ASKS.replace("[y/N]", "[\r\ny/N]"),), "y"),
    ((ASKS.replace("[y/N]", "[y\r\n/N]"),), "y"),
    (("WARNING: this asks all routers.\r\nIt may take long.\r\nContinue? [y/N]: ",), "y"),
]
READS = ["show assets", "show alarms", "show assets software", "show assets summary", "sho assets", "show assets | wc"]


@pytest.mark.parametrize("before", [DATE, ""])
@pytest.mark.parametrize("echo", ["{}\r\n", "\r\n", "", "\r\n{}\r\n"])
@pytest.mark.parametrize(("questions", "yes"), FORMS)
def test_a_command_that_only_shows_something_goes_on_and_shows_nothing_of_the_question(
    questions: tuple[str, ...], yes: str, echo: str, before: str
) -> None:
    session, wires = session_over(asking(*questions, before=before, echo=echo, yes=yes))
    reply = session.run("show assets")
    assert wires[0].sent == ["show assets\r", *[yes + "\r"] * len(questions)]
    assert [line for line in reply.text.split("\n") if line] == [
        *(SEEN.split("\n")[:1] if before else []),
        *[line for line in SEEN.split("\n")[1:] if line],
    ]
    assert reply.error is None and reply.messages == () and reply.blocks == ()
    assert [table.rows for table in reply.tables] == [
        ({"Router": "Conductor", "Node": "t106-dut1", "Asset Id": "t106-dut1.novalocal", "Status": "Synchronized"},)
    ]


@pytest.mark.parametrize("command", READS)
def test_every_command_that_only_shows_something_is_answered(command: str) -> None:
    session, wires = session_over(asking(ASKS))
    assert session.run(command).tables
    assert wires[0].sent == [command + "\r", "y\r"]


def test_a_question_whose_choice_comes_late_is_answered_once() -> None:
    def react(wire: Wire, text: str) -> None:
        if text.startswith("show"):
            wire.plan(text + "\n" + DATE + ASKS[: ASKS.index(" [")], 0.3, " [y/N]: ")
        else:
            wire.plan("y\r\n" + ASSETS, PROMPT)

    session, wires = session_over(react)
    assert session.run("show assets").tables
    assert wires[0].sent == ["show assets\r", "y\r"]


def test_after_the_progress_line_a_question_is_answered_as_well() -> None:
    session, _wires = session_over(asking(ASKS, before=DATE + "Retrieving assets...\r\n"))
    assert "WARNING" not in session.run("show assets").text


def test_what_stands_above_a_question_and_is_no_part_of_it_stays() -> None:
    table = ASSETS.split("Completed", maxsplit=1)[0]
    session, _wires = session_over(asking("There are more rows. Continue? [y/N]: ", after="the rest\r\n", before=table))
    text = session.run("show assets").text
    assert "t106-dut1.novalocal" in text and "the rest" in text and "Continue" not in text


@pytest.mark.parametrize(
    "question",
    [
        "Cancel the upgrade? [y/N]: ",
        "Do you want to stop the upgrade that is followed? (y/n) ",
        "An upgrade is shown. Abort it? [y/N]: ",
        "Reboot the node now? [y/N]: ",
        "There are uncommitted changes. Commit them first? [y/N]: ",
        "Configuration is locked by bob. Take over? [y/N]: ",
        "Save the output? [y/N]: ",
        "The candidate configuration differs. Discard it? [y/N]: ",
        "The agent has to be restarted. Continue? [y/N]: ",
    ],
)
def test_a_question_that_is_about_a_change_is_declined_whatever_the_command(question: str) -> None:
    session, wires = session_over(asking(question))
    with pytest.raises((UnexpectedQuestion, DeviceError), match=re.escape(question.strip())):
        session.run("show system software upgrade")
    assert wires[0].sent[1:] == ["n\r"]


def test_the_lines_above_a_question_of_a_command_that_only_shows_something_are_part_of_it() -> None:
    session, wires = session_over(asking("The following will be deleted: candidate of bob.\r\nContinue? [y/N]: "))
    with pytest.raises(DeviceError, match=r"will be deleted: candidate of bob\. Continue\?"):
        session.run("show assets")
    assert wires[0].sent[1:] == ["n\r"]


def test_a_table_above_a_question_is_no_part_of_it() -> None:
    table = ASSETS.split("Completed", maxsplit=1)[0].replace("Synchronized", "Restart required")
    session, _wires = session_over(asking("There are more rows. Continue? [y/N]: ", after="the rest\r\n", before=table))
    assert "the rest" in session.run("show assets").text


def test_the_answers_that_a_user_gives_come_first() -> None:
    session, wires = session_over(asking(ASKS))
    with pytest.raises(DeviceError, match="Operation canceled"):
        session.run("show assets", answers=[Answer(re.compile("long time"), "n")])
    assert wires[0].sent[1:] == ["n\r"]


@pytest.mark.parametrize("question", ["Password: ", "Enter the name of the router: "])
def test_only_questions_of_yes_or_no_are_answered(question: str) -> None:
    session, wires = session_over(asking(question))
    with pytest.raises(UnexpectedQuestion):
        session.run("show assets")
    assert wires[0].sent == ["show assets\r"]


# -- commands that change something -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    ["commit", "request system software upgrade version 6.3.5", "show assets | tee x", "shell show", "show a; commit"],
)
def test_a_question_of_a_command_that_may_change_something_is_declined_unless_it_is_expected(command: str) -> None:
    session, wires = session_over(asking("Are you sure? [y/N]: "))
    with pytest.raises(DeviceError, match=r"Operation canceled.*It had asked 'Are you sure\? \[y/N\]:'"):
        session.run(command)
    assert wires[0].sent[1:] == ["n\r"]


def test_a_plain_sentence_with_a_question_mark_is_no_question_of_a_request() -> None:
    session, wires = session_over(lambda wire, text: wire.plan(text + "\nIs it there?", 30, "\r\nyes\r\n", PROMPT))
    assert session.run("request system software upgrade version 6.3.5").text == "Is it there?\nyes"
    assert len(wires[0].sent) == 1


@pytest.mark.parametrize(
    "question",
    [
        "An upgrade is already in progress on node1.hub. Continue? [y/N]: ",
        "Abort the running upgrade and begin anew? [y/N]: ",
        "Another upgrade is running. Replace it? [y/N]: ",
        "Do you want to cancel the current download? [y/N]: ",
    ],
)
def test_nothing_that_runs_gives_way_to_a_request_of_ours(question: str) -> None:
    session, wires = session_over(asking(question))
    with pytest.raises(DeviceError, match=re.escape(question.strip())):
        session.run("request system software upgrade router hub version 6.3.5", answers=[YES])
    assert wires[0].sent[1:] == ["n\r"]


@pytest.mark.parametrize(
    "question",
    [
        "Are you sure you want to upgrade node1.hub to version 6.3.5-37? [y/N]: ",
        "Upgrading node1.hub will interrupt its traffic. Continue? [y/N]: ",
        "The node is restarted in the end. Are you sure? (yes/no) ",
    ],
)
def test_the_confirmation_of_a_request_of_ours_is_given(question: str) -> None:
    yes = "yes" if "yes" in question else "y"
    session, wires = session_over(asking(question, before="", after="Upgrade started\r\n", yes=yes))
    assert session.run("request system software upgrade version 6.3.5", answers=[YES]).text == "Upgrade started"
    assert wires[0].sent[1:] == [yes + "\r"]


OURS = "request system software upgrade router hub node node1 force version 6.3.5-37.r1.el7"
MORE = [
    "WARNING: an upgrade is already in progress on node1.\r\nContinue anyway? [y/N]: ",
    "An upgrade is already in progress\r\non node1.\r\n\r\nContinue anyway? [y/N]: ",
    "WARNING: node1 is currently being upgraded. Continue anyway? [y/N]: ",
    "An upgrade is in progress. Continue anyway? [y/N]: ",
    "Upgrade operation in progress (started by bob). Start a new one? [y/N]: ",
    "node1 is rebooting. Continue? [y/N]: ",
    "The upgrade of node1 is queued. Continue? [y/N]: ",
    "There is an unfinished upgrade of node1. Start again? [y/N]: ",
    "Peer node2 is rebooting: the router will go down. Continue? [y/N]: ",
    "The peer node2 is not connected. Continue? [y/N]: ",
    "This will upgrade all nodes of all routers. Continue? [y/N]: ",
    "This will upgrade both nodes of hub. Continue? [y/N]: ",
    "Other routers are upgraded as well. Are you sure? [y/N]: ",
    "Are you sure you want to upgrade node2.hub? [y/N]: ",
    "Are you sure you want to upgrade node1.hub to version 6.4.0-1? [y/N]: ",
    "There are uncommitted changes that will be lost. Continue? [y/N]: ",
    "The candidate configuration differs.\r\nContinue? [y/N]: ",
    "Version mismatch with the peer. Continue? [y/N]: ",
    "The hardware is unsupported. Continue? [y/N]: ",
    "This is a downgrade. Are you sure? [y/N]: ",
    "Are you sure you want to revert node1.hub? [y/N]: ",
    "The pre-upgrade check failed. Continue anyway? [y/N]: ",
    "Not enough free space. Delete version 6.3.5? [y/N]: ",
    "The signature is not verified. Force the upgrade? [y/N]: ",
]


@pytest.mark.parametrize("question", MORE)
def test_a_request_of_ours_is_not_confirmed_where_the_question_speaks_of_more_than_that(question: str) -> None:
    session, wires = session_over(asking(question, before=DATE))
    with pytest.raises(DeviceError) as caught:
        session.run(OURS, answers=[YES])
    assert wires[0].sent[1:] == ["n\r"]
    assert " ".join(question.split()) in str(caught.value), "the operator reads the whole question"


@pytest.mark.parametrize(
    ("command", "question"),
    [
        (OURS, "Are you sure you want to upgrade node1.hub from 6.3.0-107.r1.el7 to 6.3.5-37.r1.el7? [y/N]: "),
        (OURS, "WARNING: Targeting router 'hub' may interrupt service. Continue anyway? [y/N]: "),
        (OURS, "This command is resource intensive and can take a while. Are you sure? [y/N]: "),
        (OURS, "This will reboot node1. Proceed? [y/N]: "),
        (OURS, "Do not power node1 off while the upgrade is in progress.\r\nContinue? [y/N]: "),
        (OURS, "If the upgrade fails, node1 will be reverted.\r\nContinue? [y/N]: "),
        (OURS, "The upgrade cannot be cancelled. Continue? [y/N]: "),
        (OURS, "Traffic through node1 will be lost meanwhile. Continue? [y/N]: "),
        (OURS.replace(" node node1", ""), "This will upgrade all nodes of hub. Continue? [y/N]: "),
        ("request system software revert router hub node a", "Are you sure you want to roll back a.hub? [y/N]: "),
        ("request system software downgrade router hub version 6.3.0", "Downgrade hub to 6.3.0? [y/N]: "),
        ("delete system software version 6.3.0", "Are you sure you want to remove 6.3.0? [y/N]: "),
        ("request system software download pause version 6.3.5", "Pause the download of 6.3.5? [y/N]: "),
    ],
)
def test_the_confirmation_of_what_was_asked_for_is_given_in_any_words(command: str, question: str) -> None:
    session, wires = session_over(asking(question, before=DATE, after="Upgrade started\r\n"))
    assert "Upgrade started" in session.run(command, answers=[YES]).text
    assert wires[0].sent[1:] == ["y\r"]


CONFIRMED = [
    ("configuration.commit", "Are you sure you want to commit the candidate config? [y/N]: "),
    (
        "configuration.discard",
        "Are you sure you want to discard uncommitted changes from the candidate config? [y/N]: ",
    ),
    (
        "configuration.import_export",
        "Replace the existing candidate configuration with the contents of backup _a.gz_? [y/N]: ",
    ),
    ("configuration.delete_export", "Are you sure that you want to delete exported config 'a.gz'? [y/N]: "),
    ("import_iso", "This command is resource intensive and can take a while. Are you sure? [y/N]: "),
]


@pytest.mark.parametrize(("method", "question"), CONFIRMED)
def test_the_documented_confirmation_of_each_command_is_given_and_no_other(method: str, question: str) -> None:
    arguments = {"import_export": ["a"], "delete_export": ["a"], "import_iso": [None]}.get(method.split(".")[-1], [])
    session, wires = session_over(asking(question, before="", after="done\r\n"))
    assert attrgetter(method)(Conductor(session))(*arguments).text == "done"
    session, wires = session_over(asking("A peer is not reachable. Continue? [y/N]: ", before="", after="done\r\n"))
    with pytest.raises(DeviceError, match="A peer is not reachable"):
        attrgetter(method)(Conductor(session))(*arguments)
    assert wires[0].sent[1:] == ["n\r"]


def test_an_export_and_a_reconnect_decline_what_nobody_expects() -> None:
    for method, arguments in (("configuration.export", ["a"]), ("reconnect", ["hub", "a"])):
        session, wires = session_over(asking("The file exists. Overwrite it? [y/N]: ", before=""))
        with pytest.raises(DeviceError, match="Overwrite"):
            attrgetter(method)(Conductor(session))(*arguments)
        assert wires[0].sent[1:] == ["n\r"]


def test_an_expected_question_is_recognised_by_its_words() -> None:
    session, wires = session_over(asking("Are you sure you want to commit the candidate config? (yes/no) ", yes="yes"))
    session.run("commit", answers=[expecting("commit the candidate")])
    assert wires[0].sent[1:] == ["yes\r"]


@pytest.mark.parametrize(
    ("command", "reads"),
    [
        ("show assets", True),
        ("SHOW assets | grep node1 | wc -l", True),
        ("compare config running candidate", True),
        ("ping router r 10.0.0.1", True),
        ("traceroute 10.0.0.1", True),
        ("validate", True),
        ("where", True),
        ("showing", False),
        ("show assets | tee x", False),
        ("show assets > x", False),
        ("show assets; commit", False),
        ("show assets | ", False),
        ("request system software upgrade", False),
        ("send command sync router r", False),
        ("delete config exported x", False),
        ("repeat show assets", False),
        ("", False),
    ],
)
def test_what_only_shows_something(command: str, reads: bool) -> None:
    assert reads_only(command) is reads


def test_a_command_that_may_change_something_is_not_sent_as_one_that_may_be_ended() -> None:
    session, wires = session_over(asking())
    with pytest.raises(PcliError, match="may change something"):
        session.run_partial("request system software upgrade version 6.3.5", 5)
    assert wires == []


def test_the_request_that_a_conductor_sends_is_confirmed() -> None:
    version = "Conductor  c1\r\n"

    def react(wire: Wire, text: str) -> None:
        if text.startswith("request system software upgrade router"):
            wire.plan(text + "\nAre you sure you want to upgrade a.hub? [y/N]: ")
        elif text == "y\r":
            wire.plan("y\r\nstarted\r\n", PROMPT)
        elif text.startswith("show system version"):
            wire.plan(text + "\n" + VERSION, PROMPT)
        elif text.endswith("\r"):
            wire.plan(text + "\n" + version, PROMPT)

    session, _wires = session_over(react)
    pending = Conductor(session).send(Request("upgrade", router="hub", node="a", version="6.3.5"))
    assert session.wait(pending, 10) and session.result(pending).text == "started"


VERSION = (
    "=========== ====== ================= ======== ======================\r\n"
    " Router      Node   Version           Status   Build Date\r\n"
    "=========== ====== ================= ======== ======================\r\n"
    " Conductor   c1     6.3.0             r1       2023-12-11T16:51:25Z\r\n"
)
