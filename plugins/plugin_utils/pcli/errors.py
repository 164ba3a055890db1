# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors of this package: one class for each kind that a caller handles differently.

Every message is written for an operator: what was tried, what the device said, what to do next.
"""

from __future__ import annotations


class PcliError(Exception):
    """Anything that goes wrong while reaching a PCLI or using it. Its text is meant for people."""

    #: What the result of a task says under ``connection``; None if the connection is not the problem.
    connection: str | None = None
    #: The question of the device that was answered with no for want of an answer, if one was.
    declined: str | None = None
    #: The lines that the device printed then.
    said: tuple[str, ...] = ()


class DeviceError(PcliError):
    """The device refused ``command``. ``words`` are its own, ``beside`` the other lines of the same answer."""

    def __init__(
        self,
        command: str,
        words: str,
        *,
        denied: bool = False,
        conductor_only: bool = False,
        hint: str = "",
        beside: tuple[str, ...] = (),
    ):
        super().__init__(f"The device refused '{command}': {words}{hint}")
        self.command = command
        self.words = words
        self.beside = beside
        self.said = (*words.split("\n"), *beside)
        self.denied = denied
        self.conductor_only = conductor_only


class NotReached(DeviceError):
    """The command did not reach its targets, and none of them refused it. ``targets``: (target, words) of each.

    ``sent_to_none``: the answer says, as documented, that the command was meant for no target but those.
    """

    def __init__(
        self,
        command: str,
        words: str,
        targets: tuple[tuple[str, str], ...],
        hint: str = "",
        *,
        beside: tuple[str, ...] = (),
        sent_to_none: bool = False,
    ):
        super().__init__(command, words, beside=beside)
        self.sent_to_none = sent_to_none
        missed = ", ".join(f"{target} ({message})" if message else target for target, message in targets)
        self.args = (f"'{command}' did not reach {missed}: {words}{hint}",)
        self.targets = targets


class Unreadable(DeviceError):
    """The device answered, but reading the answer would mean guessing. ``words`` say what is wrong with it.

    ``rows``: how many rows of a list could be read all the same.
    """

    def __init__(self, command: str, words: str, *, rows: int = 0):
        super().__init__(command, words)
        self.rows = rows
        self.args = (f"The answer to '{command}' cannot be read: {words}",)  # nothing was refused


class NoPrompt(PcliError):
    """No prompt came back in time. The command may still be running, so nothing more is sent to that shell."""

    connection = "no_prompt"


class NoFreeShell(NoPrompt):
    """No shell is free for a new command, and no further one can be opened now. Nothing was sent; try later."""


class UnexpectedQuestion(PcliError):
    """The device asked a question that the request has no answer for. ``declined``: it was answered with no."""

    def __init__(self, message: str, question: str, *, declined: bool = False, said: tuple[str, ...] = ()):
        super().__init__(message)
        self.question = question
        self.said = said
        self.declined = question if declined else None


class SessionBroken(PcliError):
    """The connection ended while we needed it. What was sent may have been carried out."""

    connection = "lost"


class ConnectFailed(PcliError):
    """Nothing answers at the address, or no login is possible now. It may be worth trying again later."""

    connection = "refused"


class CutOff(ConnectFailed):
    """The connection ended during the login, before the server had accepted or rejected the password."""


class HostKeyRefused(PcliError):
    """The host key is unknown or not the expected one. Trying again cannot help."""

    connection = "host_key"


class LoginRefused(PcliError):
    """User name, key or password were not accepted. Never tried twice: six failures lock an account."""

    connection = "auth"


class NotPcli(PcliError):
    """The login works but does not end in a PCLI."""

    connection = "not_pcli"


class WrongNode(PcliError):
    """The session is on a different node than expected."""

    connection = "wrong_node"


#: What trying again may cure.
PASSING = (SessionBroken, NoPrompt, ConnectFailed, NotPcli, DeviceError)
#: What never passes. A refused login is never tried again: six failures lock the account.
FINAL = (LoginRefused, HostKeyRefused, WrongNode)
