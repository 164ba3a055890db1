# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One PCLI shell on one SSH channel: a command goes out, its output comes back when the prompt does.

Nothing here blocks for longer than it is told to, and no command goes to a shell whose prompt has not come back:
a request that takes an hour keeps its shell, and what is asked meanwhile goes through another one.

A prompt ends a command only behind the echo of that command. A prompt that came too early (it was part of an output,
or somebody pressed Enter twice) would otherwise hand each command the answer of the one before.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..clock import Clock
from .answers import YES, Answer, Asked, without_questions
from .errors import AskedInstead, NoPrompt, NotPcli, PcliError, SessionBroken
from .prompt import (
    Prompt,
    Question,
    find_pager,
    find_plain_question,
    find_prompt,
    find_question,
    is_linux_prompt,
    strip_pager,
)
from .received import Received

__all__ = ["HEIGHT", "WIDTH", "YES", "Answer", "Shell", "ShellOptions"]

#: The PCLI wraps the cells of a table at the width of the terminal, in the middle of a word (cc_fips install pages).
WIDTH, HEIGHT = 512, 1000

#: More than any command prints; a device that never stops must not fill the controller's memory.
MOST_OUTPUT = 256 * 1024 * 1024

# prompt_toolkit asks a terminal where its cursor is. In the last row, there is no room below for it to fill.
_CURSOR_QUERY = "\x1b[6n"
_CURSOR_ANSWER = f"\x1b[{HEIGHT};1R"

# Ctrl+C ends what runs; Ctrl+U clears the line that is being typed.
_INTERRUPT, _CLEAR = "\x03", "\x15"

_SEND_TIMEOUT = 30.0
_SAME_QUESTION = 3
_BROADCAST = re.compile(r"\W*(?:broadcast\b|message from\b|the system (?:is|will)\b)", re.I)


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
    #: The same for the first prompt, which nothing is known of yet: a banner may hold something that looks like one.
    first_quiet: float = 0.25
    #: How long it must be quiet before a shell is taken for one that shows nothing of what is typed.
    patience: float = 2.0


class Shell:
    """One interactive PCLI. ``prompt`` is the last one seen; ``busy`` says that a command has not come back.

    ``declined`` is the last question of the present command that was answered with no for want of an answer.
    ``reads``: the present command only shows something, so every line that ends in a question mark may be a question.
    """

    def __init__(self, channel, options: ShellOptions, clock: Clock):
        self._channel = channel
        self._options = options
        self._clock = clock
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._received = Received()
        self._heard = clock.now()
        self._command = ""
        self._answers: list[Answer] = []
        self._asked_at = -1
        self._asked: list[str] = []
        self._said_yes: list[Asked] = []
        self._kept: str | None = None
        self._interrupted = False
        self._probe = False
        self._cleared: list[str] = []
        self._secrets: list[str] = []
        self._paged = False
        self._nudged = False
        self._echoes: bool | None = None
        self._outside = ""
        self.prompt: Prompt | None = None
        self.learned: re.Pattern | None = None
        self.declined: str | None = None
        self.reads = False
        self.busy = False
        self.closed = False

    # -- opening ----------------------------------------------------------------------------------------------

    def open(self) -> Prompt:
        """Wait for the first prompt; enter the PCLI from a Linux shell where the user said how.

        Raises NotPcli, AskedInstead, NoPrompt, SessionBroken.
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
            tail = self._received.tail()
            if prompt := self._look(tail):
                # An Enter that was sent while the PCLI was starting makes it show a second prompt.
                if not nudges or self._quiet_for(1.0):
                    return self._opened(prompt)
            elif is_linux_prompt(tail):
                if self._quiet_for(0.5):
                    self._enter(tail)
            elif question := find_question(tail):
                raise AskedInstead(self._login_question(question), question.text)
            elif self._page(tail):
                pass
            elif nudges and self._quiet_for(0.5) and (prompt := self._learn(tail, before)):
                return self._opened(prompt)
            elif nudges < 3 and self._quiet_for(2.0):
                # Some logins show their prompt only after a key; a user-made prompt shows itself by coming twice.
                nudges, before = nudges + 1, _last_line(tail)
                self._send("\r")
        raise NoPrompt(
            f"The login works, but no PCLI prompt came within {self._options.login_timeout:.0f} s. The last line was "
            f"'{_last_line(self._received.tail())}'. If this account has a prompt of its own (edit prompt), "
            "describe it by a regular expression in ansible_pcli_prompt; if the node is still starting, try later."
        )

    def _opened(self, prompt: Prompt) -> Prompt:
        self.prompt = prompt
        self.busy = False
        return prompt

    def _enter(self, tail: str) -> None:
        """Go from a Linux shell into the PCLI, once."""
        if self._outside or not self._options.enter_command:
            raise NotPcli(self._linux_sentence(tail))
        self._outside = _shape(_last_line(tail))
        self._received.clear()
        self._send(self._options.enter_command + "\r")

    def _learn(self, tail: str, before: str) -> Prompt | None:
        """A line without an end that comes again after Enter is a prompt, although not a documented one."""
        if self._options.prompt:
            return None
        line = _last_line(tail)
        lines = [one for one in tail.split("\n") if one.strip() and _shape(one) == _shape(line)]
        if not line.strip() or (before.strip() and _shape(before) != _shape(line)) or len(lines) < 2:
            return None
        self.learned = re.compile(r"\A\s*" + _shape(line) + r"\s*\Z")
        return find_prompt(tail, self.learned)

    def _linux_sentence(self, tail: str) -> str:
        line = _last_line(tail).strip()
        if self._outside:
            return (
                f"'{self._options.enter_command}' (ansible_pcli_enter_command) did not lead into the PCLI: "
                f"the prompt is still '{line}'.{self._last_words()}"
            )
        return (
            f"This login ends in a Linux shell (its prompt is '{line}'), not in the PCLI. Use an account that lands in "
            "the PCLI, such as admin, or set ansible_pcli_enter_command, for instance to 'su - admin'. If that is the "
            "PCLI with a prompt of its own, describe the prompt in ansible_pcli_prompt."
        )

    def _login_question(self, question: Question) -> str:
        asks = f"asks '{question.text.strip()}'"
        if self._outside:
            return (
                f"'{self._options.enter_command}' (ansible_pcli_enter_command) {asks}, and nothing is answered there. "
                "Use a command that asks nothing, for instance 'sudo su - admin', or an account that lands in the PCLI."
            )
        return (
            f"Instead of a prompt the login {asks}. Log in once by hand and answer it (an expired password must be "
            "changed), then run again."
        )

    # -- commands ---------------------------------------------------------------------------------------------

    def alive(self) -> bool:
        """Is the connection still there, as far as is known? Takes in what came since the last command."""
        try:
            self._receive(0)
        except PcliError:
            return False
        return not self.closed

    def begin(self, command: str, answers: Sequence[Answer] = (), *, reads: bool = False, probe: bool = False) -> None:
        """Send a command. The shell is busy until :meth:`poll` has seen the prompt again.

        ``probe``: the command is not complete and only prints its usage. It may be left on the new prompt's line
        (upgrade_ibu_conductor shows it so), where the next one would be appended to it: the line is cleared.
        """
        if self.busy:
            raise SessionBroken(f"This shell cannot take '{command}': it still waits for '{self._command}'.")
        if not self.alive():  # this also takes what was broadcast meanwhile, and belongs to nobody's answer
            raise SessionBroken(f"The connection was closed before '{command}' was sent.")
        self._received.clear()
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
        """The cleaned output of the command once its prompt is back, else None.

        ``wait`` is how long to wait for news, in seconds. Raises SessionBroken, AskedInstead.
        """
        self._receive(wait)
        if not self._quiet_for(self._options.quiet) or (self._received.unfinished and not self._quiet_for(1.0)):
            return None
        tail = self._apart(self._received.tail())
        prompt = self._look(tail)
        if self._probe and (self._cleared or self._left_over(tail) or (prompt and self._answered())):
            return self._clear_line(prompt)
        if prompt and self._answered():
            # A prompt that came just before the end of the connection still ends the command.
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
        """End a command that only shows something, and has shown what is returned. :meth:`poll` waits for its prompt.

        Whatever the device asks now, it is not told yes. Raises SessionBroken.
        """
        self._kept, self._interrupted = self._output(), True
        self._answers, self.reads = [], False
        self._send(_INTERRUPT)
        return self._kept

    def close(self) -> None:
        """Close the channel; never raises."""
        self.closed = True
        try:
            self._channel.close()
        except Exception:
            pass

    # -- the wire ---------------------------------------------------------------------------------------------

    def _send(self, text: str) -> None:
        try:
            self._channel.settimeout(_SEND_TIMEOUT)
            self._channel.sendall(text.encode("utf-8"))
        except (OSError, EOFError) as error:
            self.close()
            doing = f"while '{self._command}' was being sent or answered" if self._command else "during the login"
            raise SessionBroken(f"The connection broke {doing}: {str(error) or 'no answer'}.") from error
        self._heard = self._clock.now()

    def _receive(self, wait: float) -> None:
        """Take what has arrived; wait at most ``wait`` seconds for the first of it. Sets ``closed`` at the end."""
        if self.closed:
            raise SessionBroken(f"The connection is closed; '{self._command}' was the last command on it.")
        for _round in range(64):  # a device that never stops must not keep us here beyond a time-out
            try:
                self._channel.settimeout(max(0.0, wait))
                chunk = self._channel.recv(65536)
            except TimeoutError:
                return
            except (OSError, EOFError):
                chunk = b""
            if not chunk:
                self.close()
                return
            self._take(self._decoder.decode(chunk))
            wait = 0.0

    def _take(self, text: str) -> None:
        seam = len(_CURSOR_QUERY) - 1
        queries = text.count(_CURSOR_QUERY)
        for length in range(1, seam + 1):
            if text.startswith(_CURSOR_QUERY[length:]) and self._received.ends_with(_CURSOR_QUERY[:length]):
                queries += 1
        self._received.add(text)
        self._heard = self._clock.now()
        if queries:
            self._send(_CURSOR_ANSWER * queries)
        if self._received.length > MOST_OUTPUT:
            self.close()
            raise SessionBroken(
                f"'{self._command}' printed more than {MOST_OUTPUT // 2**20} MB and was given up; the shell was closed."
            )

    def _quiet_for(self, seconds: float) -> bool:
        return self.closed or self._clock.now() - self._heard >= seconds

    # -- reading ----------------------------------------------------------------------------------------------

    @property
    def _pattern(self) -> re.Pattern | None:
        return self._options.prompt or self.learned

    def _look(self, text: str) -> Prompt | None:
        return find_prompt(text, self._pattern, self.prompt)

    def _answered(self) -> bool:
        """Does the prompt at the end belong to our command? It does behind the command's echo."""
        lines = self._received.text().split("\n")
        if self._echo(lines):
            self._echoes = True
            return True
        if self._echoes is False:
            return len(lines) > 1 or (not self.closed and self._quiet_for(self._options.patience))
        if self.closed:
            return False
        # Perhaps this shell echoes nothing at all; one that did so before gets more time for it.
        waited = self._quiet_for(self._options.patience * (5 if self._echoes else 1))
        if waited and self._echoes is None:
            self._echoes = False
        return waited

    # -- a line that was not taken away ------------------------------------------------------------------------

    def _apart(self, text: str) -> str:
        """The text in which what Ctrl+C left (`^C`, half a line) does not stand before the prompt on its line."""
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
        """Has the usage been printed, and does the prompt behind it hold the command (or a part of it) again?"""
        line = tail.rpartition("\n")[2].strip()
        whole = self._command.strip()
        parts = (whole[:length] for length in range(len(whole), 3, -1))
        if not self._quiet_for(1.0) or not any(
            line.endswith(part) and self._is_prompt(line[: len(line) - len(part)]) for part in parts
        ):
            return False
        lines = self._received.text().split("\n")[:-1]
        return any(text.strip() for text in lines[self._echo(lines) :])  # a shell may draw an echo twice

    def _clear_line(self, prompt: Prompt | None) -> str | None:
        """Have the line of the new prompt empty before anything else is typed; a shell where it stays is closed.

        The star of such a prompt is not believed: the prompt of the next command shows whether it is true.
        """
        if self._kept is None:
            if not self._quiet_for(0.3):  # what is left over may be drawn after the prompt
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
        """The number of lines up to the end of the command's echo; 0 without one."""
        wanted = "".join(self._command.split())
        for number, line in enumerate(lines):
            shown = line.strip()
            if shown == self._command.strip() or (
                shown.endswith(self._command.strip())
                and self._is_prompt(shown[: len(shown) - len(self._command.strip())])
            ):
                return number + 1
            # A long command is broken at the width of the terminal.
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
        if self._look(text) or (self.prompt and text.strip() == self.prompt.text.split("\n")[-1].strip()):
            return True
        return self._pattern is not None and self._look(text.rstrip() + " ") is not None

    def _react(self, tail: str) -> None:
        """Answer what the device waits for: a pager or a question; look for a prompt under a broadcast."""
        if self._outside and _shape(_last_line(tail)) == self._outside and self._quiet_for(1.0):
            self.close()
            raise SessionBroken(
                f"The PCLI ended while '{self._command}' was running, and its Linux shell is back. The command may "
                f"have been carried out or not.{self._last_words()}"
            )
        if self._received.length == self._asked_at or self._page(tail):
            return  # nothing new
        if question := find_question(tail):
            self._asked_at = self._received.length
            self._reply_to(question)
        elif self._quiet_for(1.0):
            self._asked_at = self._received.length  # it is looked at once
            if self.reads and (question := find_plain_question(tail)):
                self._reply_to(question)
            elif not self._nudged and self._buried(tail):
                self._nudged = True
                self._send("\r")

    def _page(self, tail: str) -> bool:
        answer = find_pager(tail, self._options.pager)
        if answer is None or self._received.length == self._asked_at:
            return False
        self._asked_at = self._received.length
        self._paged = True
        own = self._options.pager is not None and self._options.pager.search(_last_line(tail))
        self._send(self._options.pager_answer if own else answer)
        return True

    def _reply_to(self, question: Question) -> None:
        self._asked.append(question.text)
        again = self._asked.count(question.text) > _SAME_QUESTION
        for answer in [] if again else self._answers:
            if answer.fits(question):
                if question.kind == "password":
                    self._secrets.append(answer.text)
                typed = answer.to(question)
                if answer.confirms:
                    lines = self._received.text().split("\n")
                    self._said_yes.append(Asked(len(lines) - 1, lines[-1].strip(), typed))
                self._send(typed + "\r")
                return
        if question.kind == "confirm" and not again:
            self.declined = question.text
            self._send("n\r")  # every known confirmation means "no" by default, and then gives the prompt back
            return
        self.close()
        what = "again and again, whatever it is answered" if again else "to which there is no answer"
        raise AskedInstead(
            f"'{self._command}' asked '{question.text.strip()}', {what}. The shell was closed. Give the answer to "
            "expect, or do it by hand.",
            question.text,
        )

    def _buried(self, tail: str) -> bool:
        """Has something been broadcast over a prompt that stood there already? Then Enter brings another one."""
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
        """The output without the echo of the command, the prompt, pager lines and what was broadcast behind it."""
        text = self._received.text()
        if self._paged:
            text = strip_pager(text, self._options.pager)
        lines = text.split("\n")
        echo = self._echo(lines)
        lines = without_questions(lines, self._said_yes, echo)[echo:]
        if last := self._look("\n".join(lines[-3:])):
            lines = lines[: len(lines) - (1 + last.text.strip("\n").count("\n"))]
        elif self._probe:
            lines = lines[:-1]  # what was left over behind the prompt
        if self._nudged:
            below = self._below_prompt(lines)
            if below is not None and _BROADCAST.match("".join(below).strip()):
                lines = lines[: len(lines) - len(below)]
            while lines and (not lines[-1].strip() or self._is_prompt(lines[-1])):
                lines.pop()
        return self._hide("\n".join(lines).strip("\n"))

    def _hide(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "********") if secret else text
        return text

    def _last_words(self) -> str:
        lines = [line.strip() for line in self._received.tail().splitlines() if line.strip()][-3:]
        return f" Its last words: {self._hide(' / '.join(lines))[-500:]}" if lines else ""


def _last_line(text: str) -> str:
    return text.rpartition("\n")[2]


def _shape(line: str) -> str:
    """A line as a regular expression in which numbers may differ (a prompt may show the time) and a star may lead."""
    parts = re.split(r"\d+", line.strip().lstrip("*"))
    return r"\*?" + r"\d+".join(re.escape(part) for part in parts)
