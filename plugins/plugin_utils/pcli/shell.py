# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs commands in one PCLI shell on one SSH channel, and returns the output once the prompt is back.

Nothing here blocks for longer than requested, and no command goes to a shell whose prompt has not come back: a request
that takes an hour keeps its shell, and other commands meanwhile use another one.

A prompt ends a command only if it follows the echo of that command. Otherwise a prompt that came too early (it was part
of an output, or somebody pressed Enter twice) would shift all later answers by one command.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ..clock import Clock
from .errors import SessionBroken, UnexpectedQuestion
from .line import HEIGHT, WIDTH, ShellOptions, last_line
from .opening import Opening, shape
from .prompt import Prompt, Question, find_plain_question, find_question, strip_pager
from .question_answers import YES, Answer, Asked, without_questions
from .questions import quoted

__all__ = ["HEIGHT", "WIDTH", "YES", "Answer", "Shell", "ShellOptions"]

# Ctrl+C ends what runs; Ctrl+U clears the line that is being typed.
_INTERRUPT, _CLEAR = "\x03", "\x15"

_SAME_QUESTION = 3
_BROADCAST = re.compile(r"\W*(?:broadcast\b|message from\b|the system (?:is|will)\b)", re.I)


class Shell(Opening):
    """One interactive PCLI. ``prompt`` is the last one printed; ``busy``: a command is still running.

    ``declined`` is the last question of the current command that was answered with no because it had no other answer.
    ``reads``: the current command only shows something, so any line that ends in a question mark may be a question.
    """

    def __init__(self, channel, options: ShellOptions, clock: Clock):
        super().__init__(channel, options, clock)
        self._answers: list[Answer] = []
        self._asked: list[str] = []
        self._said_yes: list[Asked] = []
        self._kept: str | None = None
        self._interrupted = False
        self._probe = False
        self._cleared: list[str] = []
        self._nudged = False
        self._echoes: bool | None = None
        self.declined: str | None = None
        self.reads = False

    # -- commands ---------------------------------------------------------------------------------------------

    def begin(self, command: str, answers: Sequence[Answer] = (), *, reads: bool = False, probe: bool = False) -> None:
        """Send a command. The shell is busy until :meth:`poll` has read the prompt again.

        ``probe``: the command is incomplete and only prints its usage. It may stay on the line of the new prompt (as in
        upgrade_ibu_conductor), where the next command would be appended to it; so the line is cleared.
        """
        if self.busy:
            raise SessionBroken(f"This shell cannot take '{command}': it still waits for '{self._command}'.")
        if not self.alive():  # this also reads broadcasts since the last command, which belong to no output
            raise SessionBroken(f"The connection was closed before '{command}' was sent.")
        self._output_buffer.clear()
        self._command = command
        self._answers = list(answers)
        self._asked_at, self._asked, self._said_yes, self._secrets = -1, [], [], []
        self._paged = self._nudged = self._interrupted = False
        self._kept, self._cleared = None, []
        self._probe, self.reads = probe, reads
        self.declined = None
        self.busy = True
        self._send(command + "\r")

    def poll(self, wait: float = 0.0) -> str | None:
        """The clean output of the command once its prompt is back, else None.

        ``wait``: how long to wait for new output, in seconds. Raises SessionBroken, UnexpectedQuestion.
        """
        self._receive(wait)
        if not self._quiet_for(self._options.quiet) or (self._output_buffer.unfinished and not self._quiet_for(1.0)):
            return None
        tail = self._apart(self._output_buffer.tail())
        prompt = self._find_prompt(tail)
        if self._probe and (self._cleared or self._left_over(tail) or (prompt and self._answered())):
            return self._clear_line(prompt)
        if prompt and self._answered():
            # A prompt just before the end of the connection still ends the command.
            self.prompt = prompt
            self.busy = False
            return self._output() if self._kept is None else self._kept
        if self.closed:
            raise SessionBroken(
                f"The device closed the connection while '{self._command}' was running; it may have been carried out "
                f"or not.{self._last_words()}"
            )
        if not prompt:
            self._react(tail)
        return None

    def interrupt(self) -> str:
        """End a command that only shows something, and return its output so far. :meth:`poll` waits for the prompt.

        From now on no question is answered with yes. Raises SessionBroken.
        """
        self._kept, self._interrupted = self._output(), True
        self._answers, self.reads = [], False
        self._send(_INTERRUPT)
        return self._kept

    # -- reading ----------------------------------------------------------------------------------------------

    def _answered(self) -> bool:
        """Whether the prompt at the end belongs to our command, that is, follows the echo of it."""
        lines = self._output_buffer.text().split("\n")
        if self._echo(lines):
            self._echoes = True
            return True
        if self._echoes is False:
            return len(lines) > 1 or (not self.closed and self._quiet_for(self._options.patience))
        if self.closed:
            return False
        # Perhaps this shell echoes nothing at all; one that has echoed before gets more time.
        waited = self._quiet_for(self._options.patience * (5 if self._echoes else 1))
        if waited and self._echoes is None:
            self._echoes = False
        return waited

    # -- left-over input on the new prompt ---------------------------------------------------------------------

    def _apart(self, text: str) -> str:
        """The text with the remains of Ctrl+C (`^C`, half a line) separated from the prompt on the same line."""
        if not self._interrupted:
            return text
        head, feed, line = text.rpartition("\n")
        line = line.replace("^C", "\n")
        shown = self.prompt.text.split("\n")[-1].strip() if self.prompt else ""
        if shown and line.rstrip().endswith(shown):
            at = line.rindex(shown)
            line = line[:at] + ("\n" if line[:at].strip("*") else "") + line[at:]
        return head + feed + line

    def _left_over(self, tail: str) -> bool:
        """Whether the usage was printed and the prompt after it contains the command (or a part of it) again."""
        line = tail.rpartition("\n")[2].strip()
        whole = self._command.strip()
        parts = (whole[:length] for length in range(len(whole), 3, -1))
        if not self._quiet_for(1.0) or not any(
            line.endswith(part) and self._is_prompt(line[: len(line) - len(part)]) for part in parts
        ):
            return False
        lines = self._output_buffer.text().split("\n")[:-1]
        return any(text.strip() for text in lines[self._echo(lines) :])  # a shell may draw an echo twice

    def _clear_line(self, prompt: Prompt | None) -> str | None:
        """Empty the line of the new prompt before anything else is typed; close the shell if that fails.

        The star of such a prompt is ignored: the prompt of the next command shows whether it is real.
        """
        if self._kept is None:
            if not self._quiet_for(0.3):  # the left-over input may be drawn after the prompt
                return None
            self._kept = self._output()
        waited = self._quiet_for(0.3) if prompt else self._quiet_for(1.0)
        if self.closed or (prompt and self._cleared and waited):
            self.busy = False
            return self._kept
        if waited and len(self._cleared) < 2:
            self._cleared.append(_INTERRUPT if self._cleared else _CLEAR)
            self._send(self._cleared[-1])
        elif waited:
            self.close()
            self.busy = False
            return self._kept
        return None

    def _echo(self, lines: Sequence[str]) -> int:
        """The number of lines up to the end of the command's echo; 0 if there is no echo."""
        wanted = "".join(self._command.split())
        for number, line in enumerate(lines):
            shown = line.strip()
            if shown == self._command.strip() or (
                shown.endswith(self._command.strip())
                and self._is_prompt(shown[: len(shown) - len(self._command.strip())])
            ):
                return number + 1
            # A long command is wrapped at the width of the terminal.
            if len(shown) > 40:
                joined, end = "".join(shown.split()), number + 1
                while end < len(lines) and not joined.endswith(wanted) and len(joined) < len(wanted) + WIDTH:
                    joined += "".join(lines[end].split())
                    end += 1
                head = joined[: len(joined) - len(wanted)]
                if joined.endswith(wanted) and end > number + 1 and (not head or self._is_prompt(head)):
                    return end
        return 0

    def _is_prompt(self, text: str) -> bool:
        if self._find_prompt(text) or (self.prompt and text.strip() == self.prompt.text.split("\n")[-1].strip()):
            return True
        return self._pattern is not None and self._find_prompt(text.rstrip() + " ") is not None

    def _react(self, tail: str) -> None:
        """Answer a pager or a question; look for a prompt hidden by a broadcast."""
        if self._outside and shape(last_line(tail)) == self._outside and self._quiet_for(1.0):
            self.close()
            raise SessionBroken(
                f"The PCLI ended while '{self._command}' was running, and its Linux shell is back. The command may "
                f"have been carried out or not.{self._last_words()}"
            )
        if self._output_buffer.length == self._asked_at or self._page(tail):
            return  # nothing new
        if question := find_question(tail):
            if question.may_continue and not self._quiet_for(0.5):
                return
            self._asked_at = self._output_buffer.length
            self._answer_question(question)
        elif self._quiet_for(1.0):
            self._asked_at = self._output_buffer.length  # each end of the output is examined once
            if self.reads and (question := find_plain_question(tail)):
                self._answer_question(question)
            elif not self._nudged and self._buried(tail):
                self._nudged = True
                self._send("\r")

    def _answer_question(self, question: Question) -> None:
        lines = self._output_buffer.text().split("\n")
        question = replace(question, above=tuple(lines[self._echo(lines) : -1]), command=self._command)
        self._asked.append(question.text)
        again = self._asked.count(question.text) > _SAME_QUESTION
        for answer in [] if again else self._answers:
            if answer.fits(question):
                if question.kind == "password":
                    self._secrets.append(answer.text)
                typed = answer.to(question)
                if answer.confirms:
                    self._said_yes.append(Asked(len(lines) - 1, lines[-1].strip(), typed))
                self._send(typed + "\r")
                return
        if question.kind == "confirm" and not again:
            self.declined = quoted(question)
            self._send("n\r")  # the default of every known confirmation is no; then the prompt comes back
            return
        self.close()
        problem = "again and again, whatever the answer" if again else "for which there is no answer"
        raise UnexpectedQuestion(
            f"'{self._command}' asked '{question.text.strip()}', {problem}. The shell was closed. Supply an "
            "answer to this question, or run the command by hand.",
            question.text,
        )

    def _buried(self, tail: str) -> bool:
        """Whether a broadcast was written over a prompt that was there already. Enter then shows it again."""
        lines = tail.split("\n")
        below = self._below_prompt(lines[self._echo(lines) :])
        return below is not None and (not lines[-1].strip() or any(_BROADCAST.match(line) for line in below))

    def _below_prompt(self, lines: Sequence[str]) -> list[str] | None:
        for number, line in enumerate(lines):
            shown = line.strip()
            prompt = self.prompt.text.split("\n")[-1].strip() if self.prompt else ""
            if prompt and shown.startswith(prompt) and _BROADCAST.match(shown[len(prompt) :]):
                return [shown[len(prompt) :], *lines[number + 1 :]]
            if shown and self._is_prompt(line) and number + 1 < len(lines):
                return list(lines[number + 1 :])
        return None

    def _output(self) -> str:
        """The output without the echo, the prompt, pager lines, and broadcasts after the prompt."""
        text = self._output_buffer.text()
        if self._paged:
            text = strip_pager(text, self._options.pager)
        lines = text.split("\n")
        echo = self._echo(lines)
        lines = without_questions(lines, self._said_yes, echo)[echo:]
        if last := self._find_prompt("\n".join(lines[-3:])):
            lines = lines[: len(lines) - (1 + last.text.strip("\n").count("\n"))]
        elif self._probe:
            lines = lines[:-1]  # the left-over input after the prompt
        if self._nudged:
            below = self._below_prompt(lines)
            if below is not None and _BROADCAST.match("".join(below).strip()):
                lines = lines[: len(lines) - len(below)]
            while lines and (not lines[-1].strip() or self._is_prompt(lines[-1])):
                lines.pop()
        return self._hide("\n".join(lines).strip("\n"))
