# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program in place of a connection: what its command line becomes, and that it ends with the connection."""

from __future__ import annotations

import sys

import pytest
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.errors import ConnectFailed, PcliError
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.login import Login
from ansible_collections.sessionsmart.ssr.plugins.plugin_utils.pcli.transport import Program, expand


def login(*command: str, host: str = "c1.example", user: str | None = "admin", port: int = 2222) -> Login:
    return Login(host, port, user, proxy_command=command)


def test_every_word_stays_one_word() -> None:
    words = expand(login("nc", "--", "%h:%p", "%r at %n", "100%%", "%%h"))
    assert words == ["nc", "--", "c1.example:2222", "admin at c1.example", "100%", "%h"]
    assert expand(login("nc", "%h", "%p", host="2001:db8::1")) == ["nc", "2001:db8::1", "2222"]


@pytest.mark.parametrize("host", ["-oProxyCommand=id", "a b", "a;id", "$(id)", "`id`", "a\nb", "a'b", "a|b", ""])
def test_an_address_that_could_be_a_command_or_an_option_starts_nothing(host) -> None:
    with pytest.raises(PcliError, match=r"ansible_host is .*Nothing was started"):
        expand(login("nc", "%h", "%p", host=host))


@pytest.mark.parametrize("user", ["-l", "a b", "$(id)", "a;b"])
def test_a_user_that_could_be_a_command_or_an_option_starts_nothing(user) -> None:
    with pytest.raises(PcliError, match="ansible_user"):
        expand(login("nc", "%r", user=user))
    assert expand(login("nc", "%h", user=user)) == ["nc", "c1.example"], "it is not in the command"


def test_a_program_is_a_connection_and_its_complaints_can_be_read() -> None:
    script = "import os,sys; os.write(1, os.read(0, 100).upper()); sys.stderr.write('no\\nway'); sys.stderr.flush()"
    program = Program(login(sys.executable, "-c", script))
    program.settimeout(20)
    program.send(b"hello")
    assert program.recv(100) == b"HELLO"
    assert program.recv(100) == b"", "the program has ended"
    program.close()
    assert program.last_words() == "no way"


@pytest.mark.parametrize("script", ["import os; os.read(0, 1)", "import signal; signal.pause()"])
def test_a_program_ends_with_the_connection(script) -> None:
    program = Program(login(sys.executable, "-c", script))
    program.close()
    assert program._process.returncode is not None
    program.close()


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(ConnectFailed, match=r"'no-such-program' of ProxyCommand cannot be started.*Install it"):
        Program(login("/opt/no-such-program", "%h"))


def test_a_command_is_shown_nowhere_since_it_may_hold_a_secret() -> None:
    assert "s3cret" not in repr(login("sshpass", "-p", "s3cret", "ssh"))
