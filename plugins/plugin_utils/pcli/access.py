# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Describes how a session reaches one node, and where it continues if that node is away."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import ConnectFailed, HostKeyRefused, LoginRefused, PcliError
from .line import ShellOptions
from .login import Login
from .web_settings import WebSettings


@dataclass(frozen=True)
class Access:
    """How one node is reached. ``node`` and ``router`` are the names that its prompt must show, if they are known.

    ``sftp`` is the login for files where it is another one; ``name`` that of the host in the inventory, for messages.
    ``web`` is how its web API is reached.
    """

    login: Login
    options: ShellOptions = field(default_factory=ShellOptions)
    node: str | None = None
    router: str | None = None
    sftp: Login | None = None
    name: str = field(default="", compare=False)
    web: WebSettings = field(default_factory=WebSettings, compare=False)


@dataclass(frozen=True)
class Fallback:
    """Another node of the same conductor. ``access`` is called only when it is needed: a vault may have to be asked."""

    name: str
    access: Callable[[], Access]


class Refusals:
    """Which logins were refused in this session. None of them is tried again, here or with the same secret elsewhere.

    A secret that was accepted once is right, so a refusal by another node says nothing about it.
    """

    def __init__(self) -> None:
        self._refused: dict[Login, PcliError] = {}
        self._accepted: set[tuple] = set()

    def of(self, login: Login) -> PcliError | None:
        """The refusal that stands in the way of this login; None if it may be tried."""
        if login in self._refused or _secret(login) in self._accepted:
            return self._refused.get(login)
        same = (error for refused, error in self._refused.items() if _secret(refused) == _secret(login))
        return next((error for error in same if isinstance(error, LoginRefused)), None)

    def add(self, login: Login, error: PcliError) -> None:
        """Remember a refusal."""
        self._refused[login] = error

    def accepted(self, login: Login) -> None:
        """Remember that a node let us in."""
        self._accepted.add(_secret(login))


def _secret(login: Login) -> tuple:
    return login.user, login.password, login.key_file, login.key_passphrase


_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


def none_reached(problems: dict[str, PcliError]) -> PcliError:
    """The error where no node can be used, with what each of them said. Trying again may help unless all refused."""
    errors = list(problems.values())
    if len(errors) == 1:
        return errors[0]
    kinds = {type(error) for error in errors if isinstance(error, (LoginRefused, HostKeyRefused))}
    refused = all(isinstance(error, (LoginRefused, HostKeyRefused)) for error in errors)
    kind = (kinds.pop() if len(kinds) == 1 else LoginRefused) if refused else ConnectFailed
    said: dict[str, list[str]] = {}
    for name, error in problems.items():
        said.setdefault(str(error), []).append(name)
    reasons, advice = _shared_end([_of_nodes(names, words) for words, names in said.items()])
    return kind(" ".join([f"None of {len(errors)} nodes of the conductor can be used.", *reasons, *advice]))


def used_instead(name: str, problems: dict[str, PcliError]) -> str:
    """That the node ``name`` is used, and why each of those before it is not."""
    first = {node: _SENTENCE.split(str(error), maxsplit=1)[0].rstrip(".") for node, error in problems.items()}
    said = [_of_nodes([node], words) for node, words in first.items()]
    return f"{name} is used instead of {', '.join(problems)} ({'; '.join(said)})"


def _of_nodes(names: list[str], words: str) -> str:
    """A reason with the names of its nodes in front of it; not with a mere address that the reason gives itself."""
    return words if all(f" at {name}" in words for name in names) else f"{', '.join(names)}: {words}"


def _shared_end(texts: list[str]) -> tuple[list[str], list[str]]:
    """The texts without the sentences with which all of them end, and these; the first sentence of each stays."""
    parts = [_SENTENCE.split(text) for text in texts]
    shared = 0
    while len(texts) > 1 and all(
        len(part) > shared + 1 and part[-shared - 1 :] == parts[0][-shared - 1 :] for part in parts
    ):
        shared += 1
    return [" ".join(part[: len(part) - shared]) for part in parts], parts[0][len(parts[0]) - shared :]
