# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Leads a new terminal from the login to the first prompt of the PCLI."""

from __future__ import annotations

import re

from ..clock import Clock
from .errors import NoPrompt, NotPcli, SessionBroken, UnexpectedQuestion
from .line import Line, ShellOptions, last_line
from .prompt import Prompt, Question, find_prompt, find_question, is_linux_prompt


class Opening(Line):
    """A terminal that is entering the PCLI, or in it. ``busy``: it cannot take a command now."""

    def __init__(self, channel, options: ShellOptions, clock: Clock):
        super().__init__(channel, options, clock)
        self._outside = ""
        self.busy = False

    def open(self) -> Prompt:
        """Wait for the first prompt; enter the PCLI from a Linux shell if the user said how.

        Raises NotPcli, UnexpectedQuestion, NoPrompt, SessionBroken.
        """
        deadline = self._clock.now() + self._options.login_timeout
        nudges, before = 0, ""
        self.busy = True
        while self._clock.now() < deadline:
            self._receive(min(0.05, deadline - self._clock.now()))
            if self.closed:
                raise SessionBroken(f"The device closed the connection during the login.{self._last_words()}")
            if not self._quiet_for(self._options.first_quiet):
                continue
            tail = self._output_buffer.tail()
            if prompt := self._find_prompt(tail):
                # An Enter sent while the PCLI was starting makes it show a second prompt.
                if not nudges or self._quiet_for(1.0):
                    return self._opened(prompt)
            elif is_linux_prompt(tail):
                if self._quiet_for(0.5):
                    self._enter(tail)
            elif question := find_question(tail):
                raise UnexpectedQuestion(self._login_question(question), question.text)
            elif self._page(tail):
                pass
            elif nudges and self._quiet_for(0.5) and (prompt := self._learn(tail, before)):
                return self._opened(prompt)
            elif nudges < 3 and self._quiet_for(2.0):
                # Some logins show their prompt only after a key; a custom prompt is recognised because it comes twice.
                nudges, before = nudges + 1, last_line(tail)
                self._send("\r")
        raise NoPrompt(
            f"The login works, but no PCLI prompt came within {self._options.login_timeout:.0f} s. The last line was "
            f"'{last_line(self._output_buffer.tail())}'. If this account has a custom prompt (edit prompt), "
            "describe it with a regular expression in ansible_pcli_prompt; if the node is still starting, try later."
        )

    def _opened(self, prompt: Prompt) -> Prompt:
        self.prompt = prompt
        self.busy = False
        return prompt

    def _enter(self, tail: str) -> None:
        """Go from a Linux shell into the PCLI, once."""
        if self._outside or not self._options.enter_command:
            raise NotPcli(self._linux_sentence(tail))
        self._outside = shape(last_line(tail))
        self._output_buffer.clear()
        self._send(self._options.enter_command + "\r")

    def _learn(self, tail: str, before: str) -> Prompt | None:
        """Recognise an undocumented prompt: an unfinished line that comes again after Enter."""
        if self._options.prompt:
            return None
        line = last_line(tail)
        lines = [part for part in tail.split("\n") if part.strip() and shape(part) == shape(line)]
        if not line.strip() or (before.strip() and shape(before) != shape(line)) or len(lines) < 2:
            return None
        self.learned = re.compile(r"\A\s*" + shape(line) + r"\s*\Z")
        return find_prompt(tail, self.learned)

    def _linux_sentence(self, tail: str) -> str:
        line = last_line(tail).strip()
        if self._outside:
            return (
                f"'{self._options.enter_command}' (ansible_pcli_enter_command) did not lead into the PCLI: "
                f"the prompt is still '{line}'.{self._last_words()}"
            )
        return (
            f"This login ends in a Linux shell (its prompt is '{line}'), not in the PCLI. Use an account that lands in "
            "the PCLI, such as admin, or set ansible_pcli_enter_command, for instance to 'su - admin'. If it is the "
            "PCLI with a custom prompt, describe the prompt in ansible_pcli_prompt."
        )

    def _login_question(self, question: Question) -> str:
        asks = f"asks '{question.text.strip()}'"
        if self._outside:
            return (
                f"'{self._options.enter_command}' (ansible_pcli_enter_command) {asks}, and no answer is sent there. "
                "Use a command that asks nothing, for instance 'sudo su - admin', or an account that lands in the PCLI."
            )
        return (
            f"Instead of a prompt the login {asks}. Log in once by hand and answer it (an expired password must be "
            "changed), then run again."
        )


def shape(line: str) -> str:
    """A pattern of a line: numbers may differ (a prompt may show the time), and a star may come first."""
    parts = re.split(r"\d+", line.strip().lstrip("*"))
    return r"\*?" + r"\d+".join(re.escape(part) for part in parts)
