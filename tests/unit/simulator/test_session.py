# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The session: login, prompt, typing, terminal, limits."""

from __future__ import annotations

import re
import socket

import paramiko
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.simulator.server import new_host_key

from .pcli_client import PROMPT, Login, cells, pair, pcli

LINUX = re.compile(r"\$ $")


def test_greeting_and_prompt() -> None:
    with pair(**{"style.motd": "Session Smart Networking Platform"}) as sim:
        shell = pcli(sim)
        assert "Session Smart Networking Platform\r\n" in shell.greeting
        assert "Last login: " in shell.greeting
        assert shell.prompt == "admin@c1.Conductor# "
        assert pcli(sim, "c2").prompt == "admin@c2.Conductor# "


def test_a_plain_user_has_another_prompt_and_sees_no_admin_command() -> None:
    with pair(users=[{"name": "eve", "password": "x", "privilege": "user", "capabilities": ["config-read"]}]) as sim:
        shell = pcli(sim, user="eve", password="x")
        assert shell.prompt == "eve@c1.Conductor> "
        assert "Completed in" in shell.run("show assets")
        assert shell.run("request system software upgrade") == "Command 'request' not found (use '?' for help)"


def test_typing_is_echoed_and_can_be_edited() -> None:
    with pair() as sim:
        shell = pcli(sim)
        text = shell.raw("show assetz\x7fs summary")
        assert text.startswith("show assetz\b \bs summary\r\n")
        assert "Summary of Assets" in text
        shell.send("rubbish\x15")
        assert "connectivity" in shell.raw("show system connectivity")
        assert sim.commands() == ["show assets summary", "show system connectivity"]


def test_unknown_commands_and_abbreviations() -> None:
    with pair() as sim:
        shell = pcli(sim)
        assert shell.run("bad") == "Command 'bad' not found (use '?' for help)"
        assert "Asset Id" in shell.run("show asset")
    with pair(**{"behaviour.abbreviations": False}) as sim:
        assert "not found" in pcli(sim).run("show asset")


def test_question_mark_helps_at_once_and_keeps_the_line() -> None:
    with pair() as sim:
        shell = pcli(sim)
        shell.send("show assets ?")
        text = shell.expect(re.compile(r"# show assets $"))
        assert "usage: assets " in text
        shell.send("\x15?")
        assert " request\r\n" in shell.expect(PROMPT)


def test_wide_and_narrow_terminals() -> None:
    with pair() as sim:
        wide = pcli(sim, width=512).run("show system version")
        assert cells(wide)[1][-1] == "SSR-6.3.0-107.r1.el7 (image based)"
        narrow = pcli(sim, width=80).run("show system version")
        assert max(map(len, narrow.splitlines())) <= 80
        rows = cells(narrow)
        assert "".join(row[-1] for row in rows[1:3]).replace(" ", "") in "SSR-6.3.0-107.r1.el7(imagebased)"


def test_the_width_follows_the_window() -> None:
    with pair() as sim:
        shell = pcli(sim, width=80)
        shell.channel.resize_pty(width=300)
        assert max(map(len, shell.run("show assets").splitlines())) > 80


def test_spinner_colours_and_no_marks() -> None:
    with pair(**{"style.spinner": True, "style.ansi": True}) as sim:
        text = pcli(sim).raw("show assets")
        assert "\r⠋ Retrieving assets..." in text
        assert "\x1b[32m✔\x1b[0m Retrieving assets...\r\n" in text
    with pair(**{"style.marks": False, "style.date_line": False, "style.completed_line": False}) as sim:
        text = pcli(sim).run("show assets")
        assert text.startswith("Retrieving assets...\n")
        assert "Completed" not in text


def test_frame_of_a_show_command() -> None:
    with pair(**{"clock.start": "2024-09-09T18:14:18Z", "clock.speedup": 1}) as sim:
        lines = pcli(sim).run("show assets").splitlines()
        assert re.fullmatch(r"Mon 2024-09-09 18:14:\d\d UTC", lines[0])
        assert lines[1:3] == ["✔ Retrieving assets...", ""]
        assert re.fullmatch(r"Completed in \d\.\d\d seconds", lines[-1])
        assert lines[-2] == ""


def test_pager_waits_for_a_key() -> None:
    with pair(style={"pager": {"enabled": True, "rows": 5, "text": "--More--"}}) as sim:
        shell = pcli(sim)
        more = re.compile(r"--More--$")
        shell.raw("show assets", more)
        shell.send("  ")
        assert "Completed in" in shell.expect(PROMPT)
        shell.raw("show assets", more)
        shell.send("q")
        assert "Completed in" not in shell.expect(PROMPT)
        assert shell.run("show assets | grep hub").startswith("✔ Piping output...")


def test_pipes() -> None:
    with pair() as sim:
        lines = pcli(sim).run("show assets | grep branch").splitlines()
        assert lines[0] == "✔ Piping output..."
        assert [line.split()[0] for line in lines[1:]] == ["branch"]


def test_prompt_of_the_users_own_making() -> None:
    users = [{"name": "admin", "password": "secret", "prompt": "{dirty}{node}/{router} {privilege} "}]
    with pair(users=users) as sim:
        shell = pcli(sim, prompt=re.compile(r"c1/Conductor # $"))
        assert "Completed" in shell.run("show assets")


def test_configuration_contexts_and_a_dirty_prompt() -> None:
    with pair() as sim:
        shell = pcli(sim)
        shell.run("config authority router hub")
        assert shell.prompt == "admin@c1.Conductor (router[name=hub])# "
        shell.run("up")
        assert shell.prompt == "admin@c1.Conductor (authority)# "
        shell.run("name Elsewhere")
        shell.run("top")
        assert shell.prompt == "*admin@c1.Conductor# "
        assert "+ config authority name Elsewhere" in shell.run("compare config running candidate")
        assert pcli(sim, "c2").prompt == "admin@c2.Conductor# "


def test_quit_ends_the_session() -> None:
    with pair() as sim:
        shell = pcli(sim)
        shell.send("quit\r")
        with pytest.raises(EOFError):
            shell.expect(PROMPT)


def test_linux_login_can_enter_the_pcli() -> None:
    users = [{"name": "t128", "password": "x", "shell": "linux"}]
    with pair(users=users) as sim:
        shell = pcli(sim, user="t128", password="x", prompt=re.compile(r"[$#>] $"))
        assert LINUX.search(shell.greeting)
        assert "command not found" in shell.run("show assets")
        assert "t128@c1.Conductor# " in shell.raw("sudo pcli")
        assert "Completed" in shell.run("show assets")


def test_sessions_beyond_the_limit_are_refused() -> None:
    with pair(**{"ssh.max_sessions": 2}) as sim, Login(sim) as login:
        first = login.shell()
        login.shell()
        with pytest.raises(paramiko.ChannelException):
            login.shell()
        first.send("quit\r")
        sim.wait_for(lambda s: [e for e in s.log if e["event"] == "logout"])
        with pytest.raises(EOFError):
            first.expect(PROMPT)
        assert login.shell().prompt


def test_exec_is_refused_unless_allowed() -> None:
    with pair() as sim, Login(sim) as login, pytest.raises(paramiko.SSHException):
        login.client.exec_command("show assets", timeout=3)
    with pair(**{"ssh.exec": "run"}) as sim, Login(sim) as login:
        _stdin, stdout, _stderr = login.client.exec_command("show assets", timeout=3)
        assert "Asset Id" in stdout.read().decode()
        assert stdout.channel.recv_exit_status() == 0


def test_bad_logins_are_counted_and_lock_the_account() -> None:
    with pair(**{"ssh.lock_after": 3}) as sim:
        for _attempt in range(3):
            with pytest.raises(paramiko.AuthenticationException):
                Login(sim, password="wrong")
        with pytest.raises(paramiko.AuthenticationException):
            Login(sim)
        assert sim.truth()["bad_logins"] == {"admin@c1.Conductor": 4}
        Login(sim, "c2").close()


def test_public_keys() -> None:
    key = new_host_key()
    users = [{"name": "admin", "keys": [f"{key.get_name()} {key.get_base64()} me@here"]}]
    with pair(users=users) as sim:
        transport = paramiko.Transport((sim.nodes["c1"].host, sim.nodes["c1"].port))
        transport.connect(username="admin", pkey=key)
        assert transport.is_authenticated()
        transport.close()
        transport = paramiko.Transport((sim.nodes["c1"].host, sim.nodes["c1"].port))
        with pytest.raises(paramiko.AuthenticationException):
            transport.connect(username="admin", pkey=new_host_key())
        transport.close()


def test_keyboard_interactive_only() -> None:
    with pair(**{"ssh.keyboard_interactive": "only"}) as sim:
        transport = paramiko.Transport((sim.nodes["c1"].host, sim.nodes["c1"].port))
        transport.start_client(timeout=5)
        with pytest.raises(paramiko.BadAuthenticationType):
            transport.auth_password("admin", "secret", fallback=False)
        transport.auth_interactive("admin", lambda *_: ["secret"])
        assert transport.is_authenticated()
        transport.close()


def test_idle_sessions_end() -> None:
    with pair(**{"ssh.idle_timeout": 0.2}) as sim:
        shell = pcli(sim)
        with pytest.raises(EOFError):
            shell.expect(re.compile("never"))


def test_banner_before_the_login() -> None:
    with pair(**{"ssh.banner": "Authorized use only"}) as sim, Login(sim) as login:
        assert b"Authorized use only" in login.client.get_transport().get_banner()


def test_many_shells_at_the_same_time() -> None:
    with pair(**{"ssh.max_sessions": 20}) as sim, Login(sim) as login:
        shells = [login.shell() for _number in range(20)]
        for shell in shells:
            shell.send("show assets\r")
        assert all("Completed in" in shell.expect(PROMPT) for shell in shells)


def test_stopping_frees_the_ports() -> None:
    sim = pair().start()
    shell = pcli(sim)
    address = sim.nodes["c1"]
    sim.stop()
    with pytest.raises((EOFError, OSError)):
        shell.expect(re.compile("never"))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.host, address.port), 2)


def test_host_keys_from_a_file(tmp_path) -> None:
    path = tmp_path / "key"
    path.write_bytes(
        Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
        )
    )
    sims = [pair(**{"ssh.host_key_files": {"c1": str(path)}}) for _number in range(2)]
    assert sims[0].host_keys["c1"] == sims[1].host_keys["c1"]
    assert sims[0].host_keys["c2"] != sims[1].host_keys["c2"]
    for sim in sims:
        sim.stop()
