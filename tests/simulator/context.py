# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configuration contexts: `(config)`, `(authority)`, `(router[name=Fabric128])`, and setting values in them."""

from __future__ import annotations

from typing import Any

from .answer import Answer, Refused, plain

_KEYED = ("router", "node", "service", "tenant", "access-policy")
_PLAIN = ("authority", "system", "software-update")
_MOVES = ("exit", "up", "top", "where", "do")


class ConfigContext:
    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._path: list[str] = []

    def label(self) -> str:
        """What stands in parentheses in the prompt."""
        if not self._path:
            return ""
        kind, _blank, name = self._path[-1].partition(" ")
        return f"{kind}[name={name}]" if name else kind

    def leave(self) -> bool:
        """Ctrl-D: one menu up. False at the top, where it ends the session."""
        if not self._path:
            return False
        self._path.pop()
        return True

    def top(self) -> None:
        self._path.clear()

    def handles(self, words: list[str]) -> bool:
        if words[0] in ("config", "configure", "conf"):
            return True
        if words[0] in ("where", "top", "exit", "up"):
            return True
        if not self._path or words[0] == "do":
            return False
        return words[0] in _KEYED + _PLAIN or not self._is_command(words)

    def _is_command(self, words: list[str]) -> bool:
        try:
            self._shell.find(words)
        except Exception:
            return False
        return True

    def execute(self, words: list[str]) -> Answer | None:
        first = words[0]
        if first == "where":
            return plain(" ".join(self._path) or "top")
        if first == "top":
            self.top()
        elif first in ("exit", "up"):
            self.leave()
        else:
            self._require()
            self._enter(words)
        return None

    def _require(self) -> None:
        if not self._shell.may("config-write") or self._shell.user.privilege != "admin":
            raise Refused(
                "failed to authorize user: you do not have access to resource='128t:*' capability='config-write'"
            )

    def _enter(self, words: list[str]) -> None:
        queue = list(words)
        if queue[0] in ("config", "configure", "conf"):
            self._path = ["config"]
            queue.pop(0)
        while queue:
            word = queue[0]
            full = next((name for name in _PLAIN if word and name.startswith(word) and len(word) > 3), word)
            if word in _KEYED and len(queue) > 1:
                self._path.append(f"{word} {queue[1]}")
                queue = queue[2:]
            elif full in _PLAIN:
                self._path.append(full)
                queue.pop(0)
            else:
                self._set(queue)
                return

    def _set(self, words: list[str]) -> None:
        shell = self._shell
        with shell.world.lock:
            lines = shell.world.authority.candidate(shell.node, shell.user.name)
            key = " ".join([*self._path, words[0]]) + " "
            value = key + " ".join(words[1:])
            kept = [line for line in lines if not line.startswith(key)]
            position = next((index for index, line in enumerate(lines) if line.startswith(key)), len(kept))
            kept.insert(min(position, len(kept)), value)
            shell.world.authority.set_candidate(shell.node, shell.user.name, kept)
            shell.world.touch()
