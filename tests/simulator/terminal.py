# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The far end of a pseudo terminal: line editing with echo, and waiting for input or for the world.

One thread per channel reads; the shell waits on a condition that both input and changes of the world notify.
"""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any

_PLAIN_WIDTH = 80


class Gone(Exception):
    """The other side is no longer there, or may not be any longer."""


class Interrupted(Exception):
    """Ctrl-C while a command waited."""


class Terminal:
    def __init__(self, channel: Any, width: int = _PLAIN_WIDTH, height: int = 24, pty: bool = True) -> None:
        self._channel = channel
        self.width = width or _PLAIN_WIDTH
        self.height = height or 24
        self.pty = pty
        self._condition = threading.Condition()
        self._input = bytearray()
        self._closed = False
        self._last_key = time.monotonic()
        self.idle_limit: float | None = None
        threading.Thread(target=self._read, name="simulator-terminal", daemon=True).start()

    # --- in ---------------------------------------------------------------------------------------------------

    def _read(self) -> None:
        while True:
            try:
                data = self._channel.recv(4096)
            except Exception:  # whatever paramiko raises here, the terminal is gone
                data = b""
            with self._condition:
                self._input += data
                self._closed = self._closed or not data
                self._condition.notify_all()
            if not data:
                return

    def wake(self) -> None:
        with self._condition:
            self._condition.notify_all()

    def hang_up(self) -> None:
        with self._condition:
            self._closed = True
            self._condition.notify_all()
        with contextlib.suppress(Exception):
            self._channel.close()

    @property
    def closed(self) -> bool:
        return self._closed

    def wait_until(self, predicate: Any, timeout: float | None = None, interruptible: bool = True) -> bool:
        """Wait for `predicate()`; typed input stays for later. Raises Gone, or Interrupted on Ctrl-C."""
        end = None if timeout is None else time.monotonic() + timeout
        with self._condition:
            while not predicate():
                if self._closed:
                    raise Gone
                if interruptible and b"\x03" in self._input:
                    del self._input[: self._input.index(b"\x03") + 1]
                    raise Interrupted
                left = None if end is None else end - time.monotonic()
                if left is not None and left <= 0:
                    return False
                self._condition.wait(left)
        return True

    def pause(self, wall_seconds: float) -> None:
        if wall_seconds > 0:
            self.wait_until(lambda: False, wall_seconds)

    def key(self) -> str:
        """The next character. Raises Gone at the end of input or after the idle limit."""
        with self._condition:
            while not self._input:
                if self._closed:
                    raise Gone
                left = None if self.idle_limit is None else self._last_key + self.idle_limit - time.monotonic()
                if left is not None and left <= 0:
                    raise Gone
                self._condition.wait(left)
            self._last_key = time.monotonic()
            size = _character_size(self._input[0])
            while len(self._input) < size and not self._closed:
                self._condition.wait(1.0)
            character = bytes(self._input[:size])
            del self._input[:size]
        return character.decode("utf-8", "replace")

    def touched(self) -> None:
        self._last_key = time.monotonic()

    # --- out --------------------------------------------------------------------------------------------------

    def write(self, text: str) -> None:
        if self._closed:
            raise Gone
        data = text.replace("\r\n", "\n").replace("\n", "\r\n" if self.pty else "\n").encode()
        try:
            self._channel.sendall(data)
        except Exception:
            raise Gone from None

    def read_line(self, prompt: str = "", text: str = "", echo: bool = True, on_help: Any = None) -> str | None:
        """One line, edited; None for Ctrl-D on an empty one. `on_help(text)` runs when `?` is typed."""
        self.write(prompt + text)
        line = list(text)
        while True:
            char = self.key()
            if char == "\r" or char == "\n":
                self._swallow_line_feed(char)
                self._echo("\n")
                return "".join(line)
            if char == "\x04":
                if not line:
                    return None
            elif char == "\x03":
                self._echo("^C\n")
                return ""
            elif char == "\x1a":
                self._echo("\n")
                return "".join(line) + "\x1a"
            elif char == "?" and on_help is not None:
                self._echo("?\n")
                on_help("".join(line))
                self.write(prompt + "".join(line))
            else:
                self._edit(line, char, echo)

    def _edit(self, line: list[str], char: str, echo: bool) -> None:
        if char in "\x7f\x08":
            if line:
                line.pop()
                self._echo("\b \b" if echo else "")
        elif char == "\x15":
            self._echo("\b \b" * len(line) if echo else "")
            line.clear()
        elif char == "\x17":
            while line and (line[-1] != " " or not any(c != " " for c in line)):
                line.pop()
                self._echo("\b \b" if echo else "")
        elif char == "\x1b":
            self._skip_escape()
        elif char >= " ":
            line.append(char)
            self._echo(char if echo else "")

    def _echo(self, text: str) -> None:
        if self.pty and text:
            self.write(text)

    def _skip_escape(self) -> None:
        """Cursor keys and answers to terminal queries: ignored."""
        if self.key() == "[":
            while not "@" <= self.key() <= "~":
                pass

    def _swallow_line_feed(self, char: str) -> None:
        with self._condition:
            if char == "\r" and self._input[:1] == b"\n":
                del self._input[:1]


def _character_size(first: int) -> int:
    if first < 0xC0:
        return 1
    return 2 if first < 0xE0 else 3 if first < 0xF0 else 4
