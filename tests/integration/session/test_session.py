# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several shells, time-outs, lost and refused connections: whole sessions over real SSH."""

from __future__ import annotations

import re
import threading
from dataclasses import replace

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli import connection_pool as links
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import (
    ConnectFailed,
    DeviceError,
    NoFreeShell,
    NoPrompt,
    PcliError,
    SessionBroken,
    UnexpectedQuestion,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.files import (
    FileProblem,
    fetch_by_sftp,
    send_by_sftp,
)
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.shell import YES, Answer
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.spelling import LONGEST_COMMAND

from tests.integration.session.fake_server import PROMPT, Device, Server, Terminal

UPGRADE = "request system software upgrade"


class Gate:
    """A command that comes back when the test says so."""

    def __init__(self, words: str = "done\r\n") -> None:
        self.words = words
        self.opened = threading.Event()

    def __call__(self, terminal: Terminal) -> None:
        self.opened.wait(30)
        terminal.send(self.words)


def device(**answers: object) -> Device:
    made = Device()
    made.answers = {name.replace("_", " "): answer for name, answer in answers.items()}
    return made


def blocking(gate: Gate) -> Device:
    return device(request_system_software_upgrade=gate)


def noticed(session, server: Server) -> None:
    """Wait until the client, too, knows that the connection has ended."""
    assert server.wait_for(lambda: not session._connections.alive)


def until(session, pending) -> None:
    assert session.wait(pending, 20)


# -- asking -----------------------------------------------------------------------------------------------------------


def test_a_command_and_its_answer(session_on) -> None:
    with Server() as server:
        session = session_on(server)
        assert session.prompt is None
        assert session.open().where == "c1.Conductor"
        assert session.run("show assets").text == "answer to show assets"
        assert session.run("show system").text == "answer to show system"
        assert server.logins == 1 and server.shells == 1
        session.close()
        assert session.prompt is None
        assert server.wait_for(lambda: not any(transport.is_active() for transport in server.transports))


def test_a_refusal_has_the_words_of_the_device(session_on) -> None:
    with Server(shell=device(show_x="% Error: No such router\r\n")) as server:
        session = session_on(server)
        with pytest.raises(DeviceError, match=r"refused 'show x': % Error: No such router") as caught:
            session.run("show x")
        assert caught.value.words == "% Error: No such router"
        assert session.run("show x", check=False).error


UNSAFE = [
    *("", "   ", "show\nassets", "show\rassets", "show\x1bassets", "show\x00", "show\x7f", "show\tassets"),
    *("show\u2028assets", "show\x85assets", "show\x9bassets", "show \udc80", "show\u200bassets", "show\xa0assets"),
    *(UPGRADE + " ?", "show assets?", "!!", " !3", "show " + "x" * LONGEST_COMMAND),
]


def test_a_command_that_would_be_something_else_is_not_sent(session_on) -> None:
    with Server() as server:
        session = session_on(server)
        session.open()
        for command in UNSAFE:
            with pytest.raises(PcliError, match=r"was not sent"):
                session.run(command)
        assert session.run("show assets").text == "answer to show assets"
        assert server.shell.seen == ["show assets"]


def test_names_of_the_world_and_quotes_are_sent_as_they_are(session_on) -> None:
    with Server() as server:
        session = session_on(server)
        for command in ('show user "Zoë Żak"', "show assets | grep 'a b'", "show config running authority 東京"):
            assert session.run(command).text == f"answer to {command}"
        assert len(server.shell.seen) == 3


def confirm(outcome: str):
    def answer(terminal: Terminal) -> None:
        terminal.send("Are you sure you want to commit? [y/N]: ")
        word = terminal.line()
        terminal.send(word + "\r\n" + ("committed\r\n" if word == "y" else outcome))

    return answer


@pytest.mark.parametrize(
    ("outcome", "effect"),
    [
        ("", "the command was not carried out"),
        ("Nothing was changed\r\n", "the command was not carried out"),
        ("ok\r\n", "what it did is not known"),
    ],
)
@pytest.mark.parametrize("check", [True, False])
def test_a_question_without_an_answer_is_never_success(session_on, outcome: str, effect: str, check: bool) -> None:
    with Server(shell=device(commit=confirm(outcome))) as server:
        session = session_on(server)
        with pytest.raises(UnexpectedQuestion, match=rf"No answer was given.*{effect}") as caught:
            session.run("commit", check=check)
        assert caught.value.question.startswith("Are you sure") and caught.value.declined == caught.value.question
        assert session.run("commit", answers=[YES]).text.endswith("committed")


def test_a_question_without_an_answer_is_named_beside_the_words_of_the_device(session_on) -> None:
    with Server(shell=device(commit=confirm("Operation canceled\r\n"))) as server:
        session = session_on(server)
        with pytest.raises(
            DeviceError, match=r"Operation canceled.*had asked 'Are you sure.*no answer was given"
        ) as caught:
            session.run("commit")
        assert caught.value.declined.startswith("Are you sure")


def test_the_prompt_is_the_last_one_seen_in_any_shell(session_on) -> None:
    """While one shell is kept by a request, the star of a dirty candidate shows in another."""
    gate = Gate()
    made = blocking(gate)

    def edit(terminal: Terminal) -> None:
        made.prompt = "*" + PROMPT

    made.answers["edit"] = edit
    with Server(shell=made) as server:
        session = session_on(server)
        pending = session.begin(UPGRADE)
        session.run("edit")
        assert session.prompt.dirty
        made.prompt = PROMPT
        session.run("show assets")
        assert not session.prompt.dirty
        gate.opened.set()
        until(session, pending)


# -- side by side -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("max_sessions", "logins"), [(10, 1), (2, 2), (1, 3)])
def test_what_one_shell_waits_for_keeps_nobody_else_waiting(session_on, max_sessions: int, logins: int) -> None:
    gates = [Gate("first\r\n"), Gate("second\r\n")]
    with Server(shell=device(wait_1=gates[0], wait_2=gates[1]), max_sessions=max_sessions) as server:
        session = session_on(server)
        pending = [session.begin("wait 1"), session.begin("wait 2")]
        for number in range(3):
            assert session.run(f"show {number}").text == f"answer to show {number}"
        assert not session.poll(pending[0]) and not session.poll(pending[1])
        assert server.logins == logins
        for gate, command in zip(reversed(gates), reversed(pending), strict=True):
            gate.opened.set()
            until(session, command)
        assert [session.result(command).text for command in pending] == ["first", "second"]


def test_an_answer_that_came_while_others_were_asked_is_kept_for_its_own_caller(session_on) -> None:
    """The shell is free again and may be used anew; whoever began the first command still gets its own answer."""
    gate = Gate("the upgrade was accepted\r\n")
    with Server(shell=blocking(gate)) as server:
        session = session_on(server, max_shells=1)
        pending = session.begin(UPGRADE)
        gate.opened.set()
        while not pending.over:
            try:
                assert session.run("show assets").text == "answer to show assets"
            except NoPrompt:
                continue
        assert session.run("show system").text == "answer to show system"
        assert session.result(pending).text == "the upgrade was accepted"
        assert session.poll(pending)


def test_a_time_out_never_hands_the_next_command_the_previous_answer(session_on) -> None:
    gate = Gate("late and old\r\n")
    with Server(shell=device(show_slow=gate)) as server:
        session = session_on(server)
        with pytest.raises(NoPrompt, match=r"'show slow' has not come back within 0 s.*ansible_command_timeout"):
            session.run("show slow", timeout=0.3)
        assert session.run("show assets").text == "answer to show assets"
        gate.opened.set()
        for number in range(10):
            assert session.run(f"show {number}").text == f"answer to show {number}"
        assert server.shells == 2 and server.logins == 1


def test_the_number_of_commands_that_wait_is_bounded(session_on) -> None:
    gate = Gate()
    with Server(shell=blocking(gate)) as server:
        session = session_on(server, max_shells=2)
        pending = [session.begin(UPGRADE), session.begin(UPGRADE)]
        for _time in range(3):
            with pytest.raises(
                NoFreeShell, match=r"2 commands .* are still running.*ansible_pcli_max_shells.*Nothing was"
            ):
                session.run("show assets")
        assert server.shells == 2
        assert server.wait_for(lambda: server.shell.seen == [UPGRADE, UPGRADE])
        gate.opened.set()
        until(session, pending[0])
        assert session.run("show assets").text == "answer to show assets"


def test_requests_that_block_never_take_the_last_shell(session_on) -> None:
    """Somebody must be able to look at what they do; a request alone may have the only shell there is."""
    gate = Gate()
    with Server(shell=blocking(gate)) as server:
        session = session_on(server, max_shells=2)
        pending = session.begin(UPGRADE, spare=True)
        with pytest.raises(
            NoFreeShell, match=r"the last shell is reserved .*ansible_pcli_max_shells.*Nothing was sent"
        ):
            session.begin(UPGRADE, spare=True)
        assert session.run("show assets").text == "answer to show assets"
        assert server.shell.seen.count(UPGRADE) == 1
        gate.opened.set()
        until(session, pending)
        assert session.begin(UPGRADE, spare=True)


def test_a_hung_look_makes_room_but_a_request_never_does(session_on) -> None:
    """A poll that hangs now and then must not use up all shells in the course of a night."""
    gate = Gate()
    made = blocking(gate)
    made.answers["show assets"] = Gate()
    with Server(shell=made) as server:
        session = session_on(server, max_shells=2)
        pending = session.begin(UPGRADE)
        for _time in range(4):
            with pytest.raises(NoPrompt, match=r"'show assets' has not come back"):
                session.run("show assets", timeout=0.2)
        gate.opened.set()
        until(session, pending)
        assert session.result(pending).text == "done"
        assert server.logins == 1


@pytest.mark.parametrize("methods", ["password", "keyboard-interactive"])
def test_a_server_without_room_for_another_login_is_not_pestered(session_on, methods: str) -> None:
    """One channel, one login (MaxSessions 1, maxlogins 1): the request goes on, and nothing is tried in a loop."""
    gate = Gate()
    with Server(shell=blocking(gate), max_sessions=1, max_logins=1, methods=methods) as server:
        session = session_on(server)
        pending = session.begin(UPGRADE)
        for _time in range(5):
            with pytest.raises(NoFreeShell, match=r"no further login was accepted.*MaxSessions"):
                session.run("show assets")
        assert server.passwords == ["right", "right"]
        assert server.wait_for(lambda: server.shell.seen == [UPGRADE])
        assert session.capacity() == 0
        gate.opened.set()
        until(session, pending)
        assert session.result(pending).text == "done"
        assert session.run("show assets").text == "answer to show assets"


@pytest.mark.parametrize("manner", ["hangs up", "no prompt", "no terminal"])
def test_a_further_shell_that_is_turned_away_is_no_matter_of_the_others(session_on, manner: str) -> None:
    """PAM's maxlogins closes the shell behind a login that worked, and a busy node may start no further PCLI."""
    gate = Gate()
    made = blocking(gate)
    starts: list[int] = []

    def first_only(terminal: Terminal) -> None:
        starts.append(1)
        if len(starts) == 1:
            made(terminal)
        elif manner == "hangs up":
            terminal.send("Too many logins for 'admin'.\r\n")
        else:
            gate.opened.wait(30)

    with Server(shell=first_only) as server:
        session = session_on(server, {"login_timeout": 3.0})
        pending = session.begin(UPGRADE)
        if manner == "no terminal":
            server.max_sessions = 1
            server.pty = "no"
        for _time in range(3):
            with pytest.raises(NoFreeShell, match=r"Nothing was sent"):
                session.begin("request system software download")
        assert server.logins <= 2 and len(starts) == (1 if manner == "no terminal" else 2), "nobody is pestered"
        assert server.wait_for(lambda: made.seen == [UPGRADE]) and session.capacity() == 0
        gate.opened.set()
        until(session, pending)
        assert session.result(pending).text == "done"
        assert session.capacity() == 1
        assert session.run("show assets").text == "answer to show assets"


def test_a_fleet_of_requests_waits_over_several_logins(session_on) -> None:
    """MaxSessions is ten on most servers, so sixty requests that keep their shells need six logins."""
    gate = Gate()
    made = device()
    made.answers = {f"{UPGRADE} router r{number}": gate for number in range(60)}
    with Server(shell=made) as server:
        session = session_on(server, {"first_quiet": 0.02})
        session.max_shells = 61
        assert session.capacity() == 61
        pending = [session.begin(command) for command in made.answers]
        assert session.capacity() == 1
        assert session.run("show assets").text == "answer to show assets"
        assert server.logins == 7 and server.shells == 61
        assert server.wait_for(lambda: set(made.seen) == {"show assets", *made.answers}) and len(made.seen) == 61
        session.max_shells = 60
        assert session.capacity() == 0
        gate.opened.set()
        for command in pending:
            until(session, command)
            assert session.result(command).text == "done"
        assert session.capacity() == 60
        assert session.run("show system").text == "answer to show system"
        assert server.shells == 61 and server.logins == 7


def test_room_counts_what_waits_and_not_what_nobody_waits_for(session_on) -> None:
    gate = Gate()
    made = blocking(gate)
    made.answers["show assets"] = Gate()
    with Server(shell=made) as server:
        session = session_on(server, max_shells=3)
        pending = session.begin(UPGRADE)
        assert session.capacity() == 2
        with pytest.raises(NoPrompt) as caught:
            session.run("show assets", timeout=0.2)
        assert not isinstance(caught.value, NoFreeShell), "this one was sent"
        assert session.capacity() == 2, "the shell of a look that hangs is given up for something new"
        gate.opened.set()
        until(session, pending)
        assert session.capacity() == 3
        server.drop()
        noticed(session, server)
        assert session.capacity() == 3


def test_a_further_login_that_leads_to_another_node_gets_no_command(session_on) -> None:
    gate = Gate()
    made = blocking(gate)
    with Server(shell=made, max_sessions=1) as server:
        session = session_on(server)
        pending = session.begin(UPGRADE)
        assert server.wait_for(lambda: made.seen == [UPGRADE] or bool(made.seen))
        made.prompt = "admin@c2.Conductor# "
        with pytest.raises(SessionBroken, match=r"landed on c2.Conductor, not on c1.Conductor.*Nothing was sent"):
            session.run("show assets")
        made.prompt = PROMPT
        gate.opened.set()
        until(session, pending)
        assert made.seen == [UPGRADE]


# -- broken -----------------------------------------------------------------------------------------------------------


def hang_up(terminal: Terminal) -> None:
    terminal.send("The system is going down\r\n")
    terminal.channel.get_transport().close()


def test_a_connection_that_dies_under_a_command(session_on) -> None:
    made = device(commit=hang_up)
    with Server(shell=made) as server:
        session = session_on(server)
        with pytest.raises(SessionBroken, match=r"'commit' was running.*carried out or not.*going down") as caught:
            session.run("commit")
        assert caught.value.connection == "lost"
        assert session.run("show assets").text == "answer to show assets"
        assert made.seen == ["commit", "show assets"] and server.logins == 2


def test_an_end_of_the_whole_server_ends_every_pending_command(session_on) -> None:
    gate = Gate()
    with Server(shell=blocking(gate)) as server:
        session = session_on(server)
        pending = [session.begin(UPGRADE), session.begin(UPGRADE)]
        server.drop()
        for command in pending:
            until(session, command)
            with pytest.raises(SessionBroken):
                session.result(command)
        assert session.reopen().node == "c1"


def test_a_session_that_was_closed_leaves_no_pending_success(session_on) -> None:
    gate = Gate()
    with Server(shell=blocking(gate)) as server:
        session = session_on(server)
        pending = session.begin(UPGRADE)
        session.close()
        assert session.poll(pending)
        with pytest.raises(SessionBroken):
            session.result(pending)


@pytest.mark.parametrize("manner", ["the shell", "the connection"])
def test_an_idle_session_that_was_logged_out_is_replaced_without_a_word(session_on, manner: str) -> None:
    """Idle SSH sessions end after 60 minutes (config_access_mgmt)."""
    ended = threading.Event()

    made = device()

    def logout(terminal: Terminal) -> None:
        def later() -> None:
            terminal.send("\r\nauto-logout\r\n") if manner == "the shell" else terminal.channel.get_transport().close()
            terminal.channel.close()
            ended.set()

        threading.Timer(0.3, later).start()

    made.answers["show last"] = logout
    with Server(shell=made) as server:
        session = session_on(server)
        session.run("show last")
        assert ended.wait(20)
        assert server.wait_for(lambda: server.shells == 0)
        if manner == "the connection":
            noticed(session, server)
        assert server.wait_for(lambda: session._shells[0]._channel.closed)
        assert session.run("commit").text == "answer to commit"
        assert made.seen == ["show last", "commit"]
        assert server.logins == (1 if manner == "the shell" else 2)


def test_an_idle_session_whose_address_moved_meanwhile_sends_nothing(session_on) -> None:
    made = device()
    with Server(shell=made) as server:
        session = session_on(server)
        session.run("show assets")
        server.drop()
        noticed(session, server)
        made.prompt = "admin@c2.Conductor# "
        with pytest.raises(SessionBroken, match=r"landed on c2.Conductor"):
            session.run("commit")
        assert made.seen == ["show assets"]
        assert session.reopen().node == "c2"


def test_a_server_that_is_gone_when_it_is_needed_again(session_on) -> None:
    with Server() as server:
        session = session_on(server)
        session.run("show assets")
    noticed(session, server)
    with pytest.raises(ConnectFailed, match=r"Nobody answers SSH"):
        session.run("show assets")


def test_an_idle_line_is_kept_alive(session_on) -> None:
    with Server() as server:
        session_on(server, login={"keepalive": 1.0}).open()
        assert server.wait_for(lambda: any("keepalive" in kind for kind in server.requests))


def test_a_large_answer_over_the_wire(session_on) -> None:
    megabyte = "".join(f"config authority router r{n} description 'Zürich ▾ {n}'\r\n" for n in range(20_000))
    with Server(shell=device(show_config_running_flat=megabyte)) as server:
        reply = session_on(server).run("show config running flat")
        assert reply.text == megabyte.replace("\r\n", "\n").rstrip()


# -- SFTP -------------------------------------------------------------------------------------------------------------


def test_no_sftp_is_a_sentence_with_a_way_out(session_on) -> None:
    with Server() as server:
        session = session_on(server)
        with pytest.raises(ConnectFailed, match=r"offers no SFTP to admin.*ansible_pcli_sftp_user"):
            fetch_by_sftp(session, "/etc/x.gz")
        assert server.logins == 1
        assert session.run("show assets").text == "answer to show assets"


@pytest.mark.parametrize("manner", ["silent", "dies"])
def test_sftp_that_says_nothing_or_dies_is_not_waited_for(session_on, manner: str) -> None:
    with Server(sftp=manner) as server:
        session = session_on(server, {"login_timeout": 3.0})
        with pytest.raises(ConnectFailed, match=r"offers no SFTP to admin"):
            fetch_by_sftp(session, "/etc/x.gz")


def test_sftp_by_another_account_is_no_shell_for_commands(session_on, login_to) -> None:
    with Server(users={"admin": "right", "files": "other"}) as server:
        session = session_on(server)
        plain, other = session.access, login_to(server, user="files", password="other")
        session.access = replace(plain, sftp=other)
        with pytest.raises(ConnectFailed, match=r"offers no SFTP to files"):
            session.sftp()
        session.access = plain
        session.run("show assets")
        with pytest.raises(ConnectFailed, match=r"offers no SFTP to admin"):
            session.sftp()
        session.access = replace(plain, sftp=login_to(server, user="files", password="wrong"))
        for _time in range(2):
            with pytest.raises(PcliError, match=r"files at .* with the password was refused"):
                send_by_sftp(session, b"x", "/tmp/x")
        assert server.passwords.count("wrong") == 1


def test_answers_and_options_hide_their_secrets() -> None:
    assert "s3cret" not in repr([Answer(re.compile("x"), "s3cret")])
    assert issubclass(FileProblem, PcliError) and links.SFTP_STALL > 0
