# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can go wrong between us and a PCLI: one class for each thing that a caller handles differently.

Every message is a sentence for an operator: what was tried, what the device said, what to do next.
"""

from __future__ import annotations


class PcliError(Exception):
    """Anything that goes wrong on the way to a PCLI or in it. Its text is meant for people."""

    #: What the result of a task says under ``connection``; None where the connection is not the matter.
    connection: str | None = None
    #: The question of the device that was answered with no for want of an answer, if one was.
    declined: str | None = None


class DeviceError(PcliError):
    """The device understood us and said no. ``words`` are its own, ``command`` is what it answered."""

    def __init__(self, command: str, words: str, *, denied: bool = False, conductor_only: bool = False, hint: str = ""):
        super().__init__(f"The device refused '{command}': {words}{hint}")
        self.command = command
        self.words = words
        self.denied = denied
        self.conductor_only = conductor_only


class NotReached(DeviceError):
    """The command did not get to its targets, and none of them refused it. ``targets``: (target, words) of each."""

    def __init__(self, command: str, words: str, targets: tuple[tuple[str, str], ...], hint: str = ""):
        super().__init__(command, words)
        missed = ", ".join(f"{target} ({message})" if message else target for target, message in targets)
        self.args = (f"'{command}' did not reach {missed}: {words}{hint}",)
        self.targets = targets


class Unreadable(DeviceError):
    """The device answered, and its answer cannot be read without guessing. ``words`` say what is wrong with it."""

    def __init__(self, command: str, words: str):
        super().__init__(command, words)
        self.args = (f"The answer to '{command}' cannot be read: {words}",)  # nothing was refused


class NoPrompt(PcliError):
    """No prompt has come back in time. The command may still be running: nothing more goes to that shell."""

    connection = "no_prompt"


class NoFreeShell(NoPrompt):
    """No shell is free for a new command, and none more can be had now. Nothing was sent; it may be tried later."""


class UnexpectedQuestion(PcliError):
    """The device asked a question that we have no answer to. ``declined``: it was told no, and did nothing."""

    def __init__(self, message: str, question: str, *, declined: bool = False):
        super().__init__(message)
        self.question = question
        self.declined = question if declined else None


class SessionBroken(PcliError):
    """The connection ended while we needed it. What was sent may have been carried out."""

    connection = "lost"


class ConnectFailed(PcliError):
    """Nobody answers at the address, or the door is closed. It may be worth trying again later."""

    connection = "refused"


class CutOff(ConnectFailed):
    """The connection ended in the middle of the login, before the server had said yes or no to the password."""


class HostKeyRefused(PcliError):
    """The host key is unknown or another one than expected. Trying again cannot help."""

    connection = "host_key"


class LoginRefused(PcliError):
    """User name, key or password were not accepted. Never tried twice: six failures lock an account."""

    connection = "auth"


class NotPcli(PcliError):
    """The login works but does not end in a PCLI."""

    connection = "not_pcli"


class WrongNode(PcliError):
    """The session is on another node than the one that was expected."""

    connection = "wrong_node"
