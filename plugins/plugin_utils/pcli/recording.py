# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A shell that also keeps what a device sends as it comes: for those who have to see how a PCLI really answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..clock import Clock
from .line import ShellOptions
from .prompt import Prompt, Question
from .question_answers import Answer
from .shell import Shell
from .terminal import clean

#: An echo longer than this many rows is none.
_MOST_ROWS = 12
_BEHIND_INPUT = re.compile(r"[\b\r]|\^C")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Transcript:
    """One command as it was answered.

    ``answer``: what stands between the echo and the next prompt; ``raw``: the same with its escape sequences, None
    where there are none. ``prompt``: the line of the prompt as received. ``asked``: each question with what was typed.
    ``paged``: a pager was gone through. ``left_over``: the command stood on the line of the new prompt again.
    """

    answer: str
    raw: str | None
    prompt: str
    asked: tuple[tuple[str, str | None], ...]
    paged: bool = False
    left_over: bool = False


class RecordingShell(Shell):
    """One interactive PCLI. ``greeting``: what came between the login and the first prompt."""

    def __init__(self, channel, options: ShellOptions, clock: Clock):
        self._came: list[str] = []
        self._typed = ""
        self._questions: list[tuple[str, str | None]] = []
        self.greeting = ""
        super().__init__(channel, options, clock)

    def open(self) -> Prompt:
        """See :meth:`Opening.open`."""
        prompt = super().open()
        self.greeting = self._body(self._received(), 0)[0]
        return prompt

    def begin(self, command: str, answers: Sequence[Answer] = (), *, reads: bool = False, probe: bool = False) -> None:
        """See :meth:`Shell.begin`."""
        super().begin(command, answers, reads=reads, probe=probe)
        self._came.clear()
        self._questions.clear()

    def transcript(self) -> Transcript:
        """The command that was sent last, as far as it has been answered."""
        received = self._received()
        body, prompt = self._body(received, self._end_of_echo(received))
        plain = clean(body) if _CONTROL.search(body) else body
        return Transcript(
            answer=self._hide(plain),
            raw=self._hide(body) if plain != body else None,
            prompt=prompt,
            asked=tuple(self._questions),
            paged=self._paged,
            left_over=self._probe and self._command[:8] in prompt,
        )

    def _received(self) -> str:
        return "".join(self._came).replace("\r\n", "\n")

    def _take(self, text: str) -> None:
        self._came.append(text)
        super()._take(text)

    def _send(self, text: str) -> None:
        self._typed = text
        super()._send(text)

    def _answer_question(self, question: Question) -> None:
        self._typed = ""
        try:
            super()._answer_question(question)
        finally:
            typed = self._typed.rstrip("\r")
            self._questions.append((question.text, (None if question.kind == "password" else typed) or None))

    def _end_of_echo(self, received: str) -> int:
        """Where the answer begins; 0 where this shell echoes nothing."""
        wanted = "".join(self._command.split())
        at = -1
        for _row in range(_MOST_ROWS):
            at = received.find("\n", at + 1)
            if at < 0:
                return 0
            if "".join(clean(received[:at]).split()).endswith(wanted):
                return at + 1
        return 0

    def _body(self, received: str, start: int) -> tuple[str, str]:
        """What stands before the prompt, and the prompt. After a usage its line may hold the command again."""
        rest = received[start:]
        shown = self.prompt.text.strip("\n") if self.prompt else ""
        if self._probe and shown and (first := re.search(rf"(?:\A|(?<=\n))\*?{re.escape(shown.lstrip('*'))}", rest)):
            line = rest[first.start() :].partition("\n")[0]
            return rest[: first.start()], _BEHIND_INPUT.split(line)[0]  # without our own clearing of the line
        lines = rest.split("\n")
        count = 1 + shown.count("\n")
        if self.busy:  # no prompt came
            return rest, ""
        body = "".join(f"{line}\n" for line in lines[:-count])
        return body, "\n".join(lines[-count:])
