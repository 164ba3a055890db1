# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One PCLI shell on one SSH channel: a command goes out, its output comes back when the prompt does.

Nothing here blocks for longer than it is told to, and no command goes to a shell whose prompt has not come back:
a request that takes an hour keeps its shell, and what is asked meanwhile goes through another one.
"""

from __future__ import annotations

import codecs
import re
import select
from collections.abc import Sequence
from dataclasses import dataclass

from ..clock import Clock
from .errors import AskedInstead, NoPrompt, NotPcli, SessionBroken
from .prompt import Prompt, find_pager, find_prompt, find_question, is_linux_prompt, strip_pager
from .terminal import clean

#: The PCLI wraps the cells of a table at the width of the terminal, in the middle of a word (cc_fips install pages).
WIDTH, HEIGHT = 512, 1000

#: How much of the end of the output is looked at for a prompt. Longer than any prompt, short enough to be cheap.
_TAIL = 4096

# prompt_toolkit asks a terminal where its cursor is, and waits for the answer.
_CURSOR_QUERY = "\x1b[6n"
_CURSOR_ANSWER = b"\x1b[1;1R"


@dataclass(frozen=True)
class ShellOptions:
    """How to talk to a PCLI. Times are in seconds."""

    terminal: str = "vt100"
    prompt: re.Pattern | None = None
    pager: re.Pattern | None = None
    pager_answer: str = " "
    enter_command: str | None = None
    login_timeout: float = 60.0
    #: How long it must be quiet behind something that looks like the prompt before we believe it.
    quiet: float = 0.05


@dataclass(frozen=True)
class Answer:
    """What to answer to a question whose text matches ``question``."""

    question: re.Pattern
    text: str


#: The way to say yes to the vendor's own confirmation, whatever its words are: it ends in [y/N] (CLI-6.0).
YES = Answer(re.compile(r"."), "y")


class Shell:
    """One interactive PCLI. ``prompt`` is the last one seen; ``busy`` says that a command has not come back."""

    def __init__(self, channel, options: ShellOptions, clock: Clock):
        self._channel = channel
        self._options = options
        self._clock = clock
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._raw = ""
        self._seen = 0.0
        self._command = ""
        self._answers: list[Answer] = []
        self._asked_at = -1
        self.prompt: Prompt | None = None
        self.learned: re.Pattern | None = None
        self.busy = False
        self.closed = False

    # -- opening ----------------------------------------------------------------------------------------------

    def open(self) -> Prompt:
        """Wait for the first prompt; enter the PCLI from a Linux shell where the user said how.

        Raises NotPcli, AskedInstead, NoPrompt, SessionBroken.
        """
        deadline = self._clock.now() + self._options.login_timeout
        entered, nudged = False, ""
        self.busy = True
        while self._clock.now() < deadline:
            self._receive(min(0.2, deadline - self._clock.now()))
            tail = clean(self._raw[-_TAIL:])
            if is_linux_prompt(tail) and self._quiet_for(self._options.quiet) and not self._options.prompt:
                if entered or not self._options.enter_command:
                    raise NotPcli(self._linux_sentence(tail, entered))
                entered = True
                self._raw = ""
                self._send(self._options.enter_command + "\r")
                continue
            if self._found(tail) and self._quiet_for(self._options.quiet):
                self.busy = False
                return self.prompt
            question = find_question(tail)
            if question and self._quiet_for(self._options.quiet):
                raise AskedInstead(
                    f"Instead of a prompt the login asks '{question.text.strip()}'. Log in once by hand and answer "
                    "it (an expired password must be changed), then run again.",
                    question.text,
                )
            if self._quiet_for(2.0) and not nudged:
                # Some logins show their prompt only after a key; a user-made prompt shows itself by coming twice.
                nudged = _last_line(tail) or " "
                self._send("\r")
            elif nudged and self._quiet_for(0.5) and self._learn(tail, nudged):
                self.busy = False
                return self.prompt
        raise NoPrompt(
            f"The login works, but no PCLI prompt came within {self._options.login_timeout:.0f} s. The last line was "
            f"'{_last_line(clean(self._raw[-_TAIL:]))}'. If this account has a prompt of its own (edit prompt), "
            "describe it by a regular expression in ansible_pcli_prompt; if the node is still starting, try later."
        )

    def _learn(self, tail: str, before: str) -> bool:
        """A line without an end that comes again after Enter is a prompt, although not a documented one."""
        line = _last_line(tail)
        if not line.strip() or _shape(line) != _shape(before) or find_pager(tail, self._options.pager):
            return False
        self.learned = re.compile(_shape(line) + r"\s*$")
        self.prompt = find_prompt(tail, self.learned)
        return self.prompt is not None

    def _linux_sentence(self, tail: str, entered: bool) -> str:
        line = _last_line(tail)
        if entered:
            return (
                f"'{self._options.enter_command}' (ansible_pcli_enter_command) did not lead into the PCLI: "
                f"the prompt is still '{line}'."
            )
        return (
            f"This login ends in a Linux shell (its prompt is '{line}'), not in the PCLI. Use an account that lands in "
            "the PCLI, such as admin, or set ansible_pcli_enter_command, for instance to 'su - admin'."
        )

    # -- commands ---------------------------------------------------------------------------------------------

    def begin(self, command: str, answers: Sequence[Answer] = ()) -> None:
        """Send a command. The shell is busy until :meth:`poll` has seen the prompt again."""
        if self.busy or self.closed:
            raise SessionBroken(f"This shell cannot take '{command}': it still waits for '{self._command}'.")
        self._receive(0)  # whatever was broadcast meanwhile belongs to nobody's answer
        self._raw = ""
        self._command = command
        self._answers = list(answers)
        self._asked_at = -1
        self.busy = True
        self._send(command + "\r")

    def poll(self, wait: float = 0.0) -> str | None:
        """The cleaned output of the command once its prompt is back, else None.

        ``wait`` is how long to wait for news, in seconds. Raises SessionBroken, AskedInstead.
        """
        self._receive(wait)
        tail = clean(self._raw[-_TAIL:])
        answered_before = "\n" in self._raw or "\r" in self._raw.rstrip("\r")
        if (answered_before or self._quiet_for(2.0)) and (self._found(tail) or self._buried(tail)):
            if not self._quiet_for(self._options.quiet):
                return None
            self.busy = False
            return self._output()
        if self._quiet_for(self._options.quiet):
            self._react(tail)
        return None

    def close(self) -> None:
        """Close the channel; never raises."""
        self.closed = True
        try:
            self._channel.close()
        except Exception:
            pass

    def fileno(self) -> int:
        """For select()."""
        return self._channel.fileno()

    # -- inside -----------------------------------------------------------------------------------------------

    def _send(self, text: str) -> None:
        try:
            self._channel.sendall(text.encode("utf-8"))
        except OSError as error:
            self.close()
            raise SessionBroken(f"The connection broke while '{text.strip()}' was being sent: {error}.") from error
        self._seen = self._clock.now()

    def _receive(self, wait: float) -> None:
        """Take what has arrived; wait at most ``wait`` seconds for the first of it."""
        if self.closed:
            raise SessionBroken(f"The connection is closed; '{self._command}' was the last command on it.")
        if wait > 0 and not self._channel.recv_ready():
            select.select([self._channel], [], [], wait)
        while self._channel.recv_ready():
            chunk = self._channel.recv(65536)
            text = self._decoder.decode(chunk)
            if _CURSOR_QUERY in text:
                self._channel.sendall(_CURSOR_ANSWER)
            self._raw += text
            self._seen = self._clock.now()
        transport = self._channel.get_transport()
        ended = self._channel.closed or self._channel.eof_received or not (transport and transport.is_active())
        if ended and not self._channel.recv_ready():
            # A prompt that came just before the end still ends the command.
            self.close()
            if not self._found(clean(self._raw[-_TAIL:])) or not self.busy:
                doing = f" while '{self._command}' was running" if self._command else " during the login"
                raise SessionBroken(f"The device closed the connection{doing}.{self._last_words()}")

    def _last_words(self) -> str:
        lines = [line for line in clean(self._raw).splitlines() if line.strip()][-3:]
        return f" Its last words: {' / '.join(line.strip() for line in lines)}" if lines else ""

    def _quiet_for(self, seconds: float) -> bool:
        return self._clock.now() - self._seen >= seconds or self.closed

    def _found(self, tail: str) -> bool:
        prompt = find_prompt(tail, self._options.prompt or self.learned, self.prompt)
        if prompt:
            self.prompt = prompt
        return prompt is not None

    def _buried(self, tail: str) -> bool:
        """Has something been broadcast over a prompt that stood there already?"""
        if self.prompt is None or not self._quiet_for(1.0):
            return False
        return any(line.strip() == self.prompt.text.strip() for line in tail.splitlines()[1:])

    def _react(self, tail: str) -> None:
        """Answer what the device waits for: a pager or a question."""
        if len(self._raw) == self._asked_at:
            return
        pager = find_pager(tail, self._options.pager)
        if pager is not None:
            self._asked_at = len(self._raw)
            self._send(self._options.pager_answer if self._options.pager else pager)
            return
        question = find_question(tail)
        if question is None:
            return
        self._asked_at = len(self._raw)
        for answer in self._answers:
            if answer.question.search(question.text) and (answer is not YES or question.kind == "confirm"):
                self._send(answer.text + "\r")
                return
        if question.kind == "confirm":
            self._send("n\r")  # every known confirmation means "no" by default, and then gives the prompt back
            return
        self.close()
        raise AskedInstead(
            f"'{self._command}' asked '{question.text.strip()}', to which there is no answer. The shell was closed.",
            question.text,
        )

    def _output(self) -> str:
        """The output without the echo of the command, the prompt, and pager lines."""
        lines = strip_pager(clean(self._raw)).split("\n")
        prompt = self.prompt.text.strip() if self.prompt else None
        for position, line in enumerate(lines[:3]):
            if line.strip().endswith(self._command.strip()):
                lines = lines[position + 1 :]
                break
        last = find_prompt("\n".join(lines[-3:]), self._options.prompt or self.learned, self.prompt)
        if last:
            lines = lines[: len(lines) - (1 + last.text.strip("\n").count("\n"))]
        else:  # something was broadcast behind the prompt
            for position in range(len(lines) - 1, -1, -1):
                if lines[position].strip() == prompt:
                    lines = lines[:position]
                    break
        return "\n".join(lines).strip("\n")


def _last_line(text: str) -> str:
    return text.split("\n")[-1] if text else ""


def _shape(line: str) -> str:
    """A line as a regular expression in which numbers may differ (a prompt may show the time) and a star may lead."""
    parts = re.split(r"\d+", line.strip().lstrip("*"))
    return r"\*?" + r"\d+".join(re.escape(part) for part in parts)
