# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A recorded answer, typed at a terminal: its text with its questions and its pager, as fast as it came."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..answer import NotFound
from ..grammar import UsageNeeded, parse_usage
from .bundle import Row

#: What only shows something. Of everything else a usage may have been recorded, and nothing that did anything.
READING = ("show", "trace")
#: What a pager has written and wiped away again: words at the left edge, then blanks or an erased line. No pager of an
#: SSR is documented, so its words are those of `more` and `less`. Words that were drawn over and stay are no pager's.
_PAGER = re.compile(
    r"(?:(?<=\n)|^)\r?((?:\x1b\[[0-9;?]*m)*(?=[^\r\n]*(?:\bmore\b|\(END\)|\bpress\b|^:$))[^\r\n]{1,80}?)"
    r"(\r *\r|\r?\x1b\[[0-2]?K\r?|\x08[\x08 ]*\r?)",
    re.IGNORECASE,
)

_BARE = re.compile(r"(?<!\r)\n")


def recorded_answer(shell: Any, line: str) -> Row | None:
    """The row that answers this command line, if one holds at this moment."""
    recorded = shell.world.recorded
    if recorded is None:
        return None
    known, complete = _known(shell, line)
    if line.split()[0] not in READING and complete:
        return None
    with shell.world.lock:
        return recorded.answer(shell.node, line, shell.asked_width, shell.config.label(), even_stale=not known)


def pager_prompts(text: str) -> Iterator[tuple[str, int]]:
    """The words with which a pager has stopped in a text, and the lines before them."""
    for match in _PAGER.finditer(text):
        yield match.group(1), text.count("\n", 0, match.start(1))


def can_run(shell: Any, line: str) -> bool:
    """Are all arguments of this command there, so that a conductor would carry it out?"""
    return _known(shell, line)[1]


def _known(shell: Any, line: str) -> tuple[bool, bool]:
    """(does the simulated conductor have the command?, are all of its arguments there, so that it would run?)"""
    words = line.split()
    if shell.config.handles(words):
        return True, True
    try:
        command, rest = shell.find(words)
        parse_usage(command.usage(shell) or "").parse(rest)
    except NotFound:
        return False, False
    except UsageNeeded:
        return True, False
    return True, True


def play(shell: Any, row: Row) -> str:
    """Type it; what stands behind the next prompt already. Raises Interrupted and Gone as any other answer does."""
    terminal = shell.terminal
    shell.world.journal.add("recorded", node=shell.node.node_id, command=row.command, number=row.number)
    terminal.pause(shell.world.clock.wall(row.seconds))
    _type(shell, row)
    if row.ended == "closed":
        terminal.hang_up()
    if row.ended != "prompt":
        # Until somebody interrupts it, or leaves.
        terminal.wait_until(lambda: False)
    prompt = shell.prompt()
    return row.prompt[len(prompt) :] if row.prompt.startswith(prompt) else ""


def _type(shell: Any, row: Row) -> None:
    left = row.received
    if _BARE.search(left):
        # Line ends are bare line feeds, so a carriage return before one belongs to the text.
        left = left.replace("\n", "\r\n")
    for question, answer in row.questions:
        before, found, after = left.partition(question)
        if not found:
            # The question was not kept in the text: it came first.
            before, after = "", left
        _paged(shell, before)
        typed = shell.terminal.read_line(question)
        shell.world.journal.add("confirmation", node=shell.node.node_id, question=question, answer=typed)
        if typed is None or typed.strip().lower() != answer.strip().lower():
            shell.say("Operation canceled")
            return
        # The echo of the answer has been printed by the terminal.
        left = re.sub(rf"^{re.escape(answer)}\s?\r?\n", "", after, count=1) if found else after
    _paged(shell, left)
    if left and not left.endswith(("\n", "\r")) and row.ended == "prompt":
        shell.terminal.write("\n")


def _paged(shell: Any, text: str) -> None:
    terminal, start = shell.terminal, 0
    for match in _PAGER.finditer(text) if terminal.pty else ():
        terminal.write(text[start : match.start(2)])
        if terminal.key() in "qQ\x03":
            terminal.write(match.group(2))
            return
        start = match.start(2)
    terminal.write(text[start:])
