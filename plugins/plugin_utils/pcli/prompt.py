# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recognises what a session waits for at the end of the text: a prompt, a question, or a pager.

All functions take text from `terminal.clean`, and examine only its end.
Sources: concepts_pcli, CLI-6.0 (`edit prompt`), intro_rollback and CLI-6.0 (confirmations).
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Prompt:
    """A prompt of the PCLI. What a custom prompt does not show is None.

    `dirty`: this user's candidate configuration differs from the running one (leading `*`).
    `context`: the position in the configuration, such as `config` or `router[name=Fabric128]`.
    `privileged`: `#` for administrators, `>` for others; `>` alone says nothing about individual commands.
    """

    text: str
    user: str | None
    node: str | None
    router: str | None
    dirty: bool = False
    context: str | None = None
    privileged: bool | None = None

    @property
    def where(self) -> str | None:
        """`node.router` as the prompt prints it. A name may contain a dot, so splitting at the first one is a guess."""
        if self.node is None or self.router is None:
            return self.node or self.router
        return f"{self.node}.{self.router}"

    def same_place(self, other: Prompt) -> bool:
        """Whether both prompts are of the same user on the same node (the dirty mark and the context may differ)."""
        return (self.user, self.where) == (other.user, other.where)


@dataclass(frozen=True)
class Question:
    """An unanswered question. `kind`: `confirm` (yes or no), `password`, or `text`.

    `above`: the lines between the command's echo and the question; `command`: the command that asks.
    """

    text: str
    kind: str
    above: tuple[str, ...] = ()
    command: str = ""

    @property
    def yes(self) -> str:
        """What to type for yes: usually `y`, but some questions (such as those of SSH) want the whole word."""
        return "yes" if re.search(r"\byes\b", self.text, re.IGNORECASE) else "y"

    @property
    def may_continue(self) -> bool:
        """Whether a choice such as `[y/N]` may still follow."""
        return self.kind == "confirm" and self.text.endswith("?") and re.search(_CHOICE, self.text, re.I) is None


# Names exclude colon, slash, tilde and brackets: a Linux prompt has them, this one does not.
_PROMPT = re.compile(
    r"(?P<dirty>\*?)(?P<user>[^\s*:~/$#>()\[\]{}|]+)@(?P<node>[^\s@:~/$#>()\[\]{}|.]+)\.(?P<router>[^\s@:~/$#>()\[\]{}|]+)"
    r"(?: \((?P<context>[^\n]*)\))? ?(?P<mark>[#>]) *"
)
_LINUX_PROMPT = re.compile(
    r"(?:\([^()\s]+\) )?"
    r"(?:\[[^\[\]@\s]+@[^\[\]]+\][#$%>]"
    r"|[^\s@:\[\]*]+@[^\s@:\[\]]+:[^\s:][^\n]*?[#$%]"
    r"|[^\s@:\[\]*]+@[^\s@:\[\]]+[$%]"
    r"|[^\s@:\[\]*]+@[^\s@:\[\]]+ [~/]\S* ?[#$%>]"
    r"|-?(?:ba|z|da|k|a|tc|c)?sh(?:-[0-9.]+\w*)?[#$%]"
    r"|[#$%]) *"
)

_YES_NO = r"(?:\[?y(?:es)?\]?\s*[/|,]\s*\[?no?\]?|\[?no?\]?\s*[/|,]\s*\[?y(?:es)?\]?)"
# In brackets, or after the end of a sentence.
_CHOICE = rf"(?:[\[(<]\s*{_YES_NO}(?:\s*[/|,][^\])>\n]*)?\s*[\])>]|[?.!,:]\s*{_YES_NO})"
_CONFIRM = re.compile(
    rf"[^\n]*(?:{_CHOICE}\s*(?:\[[^\]\n]*\])?\s*[?:>]*"
    r"|\b(?:continue|proceed|are you sure|really)\b[^\n.:]*\?\s*:?"
    r"|[^\n]*\b(?:type|enter)\b[^\n]{0,10}\by(?:es)?\b[^\n]*[:?])\s*",
    re.IGNORECASE,
)
# The rest of a choice that was broken at the end of a row, and the end of the row above.
_REST_OF_CHOICE = re.compile(r"\s*[yesno]{0,3}\s*[/|,]?\s*[yesno]{0,3}\s*[\])>]\s*[?:>]*\s*", re.IGNORECASE)
_OPEN_CHOICE = re.compile(r"[\[(<]\s*[yesno]{0,3}\s*[/|,]?\s*[yesno]{0,3}\Z", re.IGNORECASE)
_PLAIN_QUESTION = re.compile(r"\s*[A-Za-z'\"][^\n]*[A-Za-z]{2}[^\n]*\?\s*:?\s*")
_PASSWORD = re.compile(
    r"[^\n]*\b(?:password|passphrase|passcode|verification code|one-time code|pin)\b[^:\n]{0,120}:\s*", re.IGNORECASE
)
_TEXT = re.compile(
    r"\s*(?:(?:please\s+)?(?:enter|type|provide|specify|select|choose)\b[^\n]*[:?]|(?:login|user\s?name)\s*:)\s*",
    re.IGNORECASE,
)

_MORE = (
    r"(?:[-<]+\s*more\s*[->]+\s+or\s+\(?q\)?uit\b[^\n]*"
    r"|[-<]+\s*\(?\s*more\b[^\n]*?\)?\s*[->]+(?:\s*\([^)\n]*\))?"
    r"|-+\s*\(?more[^)\n]{0,40}\)\s*-*)"
)
# (pattern of the whole last line, answer). The first match counts.
_PAGERS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\s*(?:lines\s+\d+[^\n]*)?\(END\)[^\n]*", re.IGNORECASE), "q"),
    (re.compile(rf"\s*{_MORE}\s*", re.IGNORECASE), " "),
    (
        re.compile(r"[^\n]*\b(?:press|hit|type|strike)\b[^\n]*\b(?:any key|space(?:[- ]?bar)?)\b[^\n]*", re.IGNORECASE),
        " ",
    ),
    (re.compile(r"[^\n]*\b(?:press|hit|type|strike)\b[^\n]*(?:\benter\b|\breturn\b|<cr>)[^\n]*", re.IGNORECASE), "\r"),
    (re.compile(r"\s*lines\s+\d+(?:\s*-\s*\d+)?(?:/\d+)?(?:\s+\d+%)?(?:\s*\([^)\n]*\))?\s*", re.IGNORECASE), " "),
    (re.compile(r":\s*"), " "),
)
_MORE_IN_FRONT = re.compile(rf"^[ ]?{_MORE}", re.IGNORECASE)


def _last_line(text: str) -> str:
    return text.rpartition("\n")[2]


def find_prompt(text: str, pattern: re.Pattern[str] | None = None, known: Prompt | None = None) -> Prompt | None:
    """The PCLI prompt that `text` ends with, or None.

    `pattern`: a custom prompt (`edit prompt`); then nothing else counts. Its named groups user, node, router, dirty,
    context are all optional. It may span up to three lines.
    `known`: the previous prompt of this session; a prompt of another user or node does not count.
    """
    prompt = _find_custom(text, pattern) if pattern is not None else _find_documented(text)
    if prompt is not None and known is not None and not prompt.same_place(known):
        return None
    return prompt


def _find_documented(text: str) -> Prompt | None:
    line = _last_line(text)
    match = _PROMPT.fullmatch(line)
    if match is None or is_linux_prompt(text):
        return None
    return Prompt(
        text=line.rstrip(),
        user=match["user"],
        node=match["node"],
        router=match["router"],
        dirty=bool(match["dirty"]),
        context=match["context"],
        privileged=match["mark"] == "#",
    )


def _find_custom(text: str, pattern: re.Pattern[str]) -> Prompt | None:
    lines = text.split("\n")
    for count in (1, 2, 3):
        tail = "\n".join(lines[-count:])
        # A pattern that ends in `$` may or may not include the blank after the prompt.
        for candidate in (tail, tail.rstrip(" ")):
            for match in pattern.finditer(candidate):
                if match[0].strip() and not candidate[match.end() :].strip():
                    return _custom_prompt(match)
    return None


def _custom_prompt(match: re.Match[str]) -> Prompt:
    groups = match.groupdict()
    shown = match[0].strip()
    dirty = groups["dirty"] if "dirty" in groups else shown.startswith("*")
    return Prompt(
        text=shown,
        user=groups.get("user"),
        node=groups.get("node"),
        router=groups.get("router"),
        dirty=bool(dirty),
        context=groups.get("context"),
        privileged={"#": True, ">": False}.get(shown[-1]),
    )


def is_linux_prompt(text: str) -> bool:
    """Whether `text` ends with the prompt of a Linux shell, where `t128` and root land instead of the PCLI."""
    return _LINUX_PROMPT.fullmatch(_last_line(text)) is not None


def find_question(text: str) -> Question | None:
    """The unanswered question that `text` ends with, or None.

    Every documented confirmation ends in `[y/N]: ` (CLI-6.0); a changed or expired password opens its own dialog.
    """
    line = _last_line(text)
    if not line.strip() or len(line) > 1000:
        return None
    for pattern, kind in ((_CONFIRM, "confirm"), (_PASSWORD, "password"), (_TEXT, "text")):
        if pattern.fullmatch(line):
            return Question(_whole_question(text, line), kind)
    above = text[: len(text) - len(line)].removesuffix("\n").rpartition("\n")[2]
    if _REST_OF_CHOICE.fullmatch(line) and _OPEN_CHOICE.search(above) and _CONFIRM.fullmatch(above + line.strip()):
        return Question(f"{above.strip()}{line.strip()}", "confirm")
    return None


def find_plain_question(text: str) -> Question | None:
    """A last line with a question mark and without a choice, or None. Ordinary text may have one, so it counts less."""
    line = _last_line(text)
    return Question(line.strip(), "confirm") if len(line) <= 1000 and _PLAIN_QUESTION.fullmatch(line) else None


def _whole_question(text: str, line: str) -> str:
    """The question in full: a terminal may have broken it, so that the last line holds only the choice."""
    if re.search(r"[^\W\d_]{4,}", line):
        return line.strip()
    before = text[: len(text) - len(line)].rstrip("\n").rpartition("\n")[2]
    return f"{before.strip()} {line.strip()}".strip()


def find_pager(text: str, pattern: re.Pattern[str] | None = None) -> str | None:
    """What to send to the pager that `text` ends with (a blank, `q` or a carriage return), or None.

    The pager of the PCLI is not documented. `pattern`: a custom one for the last line; the answer is a blank unless a
    group named `enter` or `quit` took part in the match. Continuing is preferred to quitting: output that was cut short
    looks like output with fewer routers.
    """
    line = _last_line(text)
    if pattern is not None and (match := pattern.search(line)) and not line[match.end() :].strip() and match[0].strip():
        groups = match.groupdict()
        return "q" if groups.get("quit") else "\r" if groups.get("enter") else " "
    if len(line) > 200 or find_question(text):
        return None
    return next((answer for pager, answer in _PAGERS if pager.fullmatch(line)), None)


def strip_pager(text: str, pattern: re.Pattern[str] | None = None) -> str:
    """Return `text` without the lines that a pager left in it."""
    kept = []
    for line in text.split("\n"):
        rest = _MORE_IN_FRONT.sub("", line)
        if rest != line and not rest.strip():
            continue
        if rest == line and line.strip() and find_pager(line, pattern) is not None:
            continue
        kept.append(rest)
    return "\n".join(kept)
