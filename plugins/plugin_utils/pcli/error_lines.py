# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Recognises lines that say no: errors, refusals, what is missing or unknown, and what this user may not do.

Only a few are documented (pcli facts: CLI-6.0, concepts_pcli, release notes). The others are similar: what a program
says when an argument is missing, a name is unknown, or the request is not allowed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# What editors and terminals turn straight quotes into.
_QUOTES = str.maketrans({**dict.fromkeys("\u2018\u2019‚‛′`´", "'"), **dict.fromkeys("\u201c\u201d„‟″«»", '"')})

# Every pattern is matched against a whole line outside tables and blocks.
ERROR = re.compile(
    r"\s*(?:(?:fatal )?error\b(?:\s*[:!]|\s+[-–]\s|\s+(?:while|during|in|occurred|[a-z]+ing)\b).*"
    r"|%\s*[A-Za-z].*|\[(?:error|fail(?:ed)?|fatal)\].*)",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(
    r"\s*(?:%\s*)?(?:(?:the )?command\b.*\bnot (?:found|recogni[sz]ed|known)\b|.*: command not found\s*\Z"
    r"|(?:unknown|invalid|unrecogni[sz]ed|no such) (?:command|keyword|input)\b).*",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r".*(?:failed to authorize|do(?:es)? not have (?:access|permission|the right)|permission denied|access denied"
    r"|not authori[sz]ed|unauthori[sz]ed|insufficient (?:privilege|permission|right)|lacks? the .*\bcapability\b"
    r"|capability is required|operation not permitted|forbidden\b).*",
    re.IGNORECASE,
)
_CONDUCTOR_ONLY = re.compile(
    r".*\bcan only be (?:run|executed|used|issued) (?:on|from) (?:a|the) conductor\b.*", re.IGNORECASE
)
_REFUSED = re.compile(
    r"\s*(?:operation (?:cancel+ed|aborted)|(?:request|command|upgrade|download|downgrade|revert)\b.{0,60}\b"
    r"(?:refused|rejected|denied)\b|(?:refused|rejected|aborted|denied)\b"
    r"|[^:]{0,120}\b(?:is|are|was|were|has been|have been) (?:refused|rejected|denied)\b"
    r"|this [a-z ]*command is (?:now )?obsolete).*",
    re.IGNORECASE,
)
# Sentences that also appear with a request that was accepted: `The status is not available until the node is back.`
_MISSED = re.compile(
    r"\s*(?:(?:failed|unable|not able) to [a-z]|(?:cannot|can't|could not|couldn't) [a-z]|invalid [a-z]"
    r"|unknown [a-z]+\b[^:]|no such [a-z]|not (?:permitted|allowed|supported)\b"
    r"|[^:]{0,120}\b(?:is|are|was|were|has been|have been) "
    r"not (?:currently |yet )?(?:allowed|permitted|supported|available|found|valid|known|downloaded)\b"
    r"|[^:]{0,120}\b(?:does not exist|not found|already (?:in progress|running|under ?way|being [a-z]+ed))\b).*",
    re.IGNORECASE,
)
_NAMED = r"(?:router|node|version|resource-group|name|id|target|username|asset|datastore|image|volume)"
_ARGUMENT = r"(?:arguments?|parameters?|keywords?|options?|attributes?)"
_MISSING = re.compile(
    rf"\s*(?:(?!no )[^:.]{{0,80}}\b{_ARGUMENT}\b[^.]{{0,80}}\b(?:is|are|was|were) (?:required|missing|mandatory"
    r"|needed|unknown|invalid|ambiguous|unexpected|unrecogni[sz]ed|not [a-z]+)\b"
    rf"|(?:missing|required|unexpected|unknown|invalid|ambiguous|unrecogni[sz]ed|incomplete|too (?:many|few)|expected)"
    rf" (?:[a-z]+ ){{0,3}}(?:{_ARGUMENT}|commands?|input)\b"
    rf"|(?:either |a |the |keyword )*['\"<]?{_NAMED}['\">]?(?: or ['\"<]?{_NAMED}['\">]?)?(?: name)?"
    r" (?:is|are|must be|has to be|needs to be) (?:an? )?(?:required|missing|mandatory|specified|given|provided|set)\b"
    r"(?! (?:to|by|for|from)\b)"
    r"|['\"<][\w\-]+['\">] is (?:an? )?(?:required|mandatory|missing)\b"
    r"|(?:.{1,80} )?is not an? (?:valid|known|recogni[sz]ed|existing|supported)\b"
    r"|(?:ambiguous|incomplete) [a-z]).*",
    re.IGNORECASE,
)
# The words of a question that a release may not know.
_SELECTOR = r"['\"<]?(?:router|node)['\">]?"
_NO_SELECTOR = re.compile(
    rf"\s*(?:%\s*)?(?:error\s*:?\s*)?(?:(?:unknown|unexpected|unrecogni[sz]ed|invalid|extra) (?:[a-z]+ )?{_ARGUMENT}"
    rf"\s*:?\s*{_SELECTOR}|(?:(?:keyword )?{_ARGUMENT} )?{_SELECTOR} is (?:not an? (?:valid|known|recogni[sz]ed)"
    rf"|an? (?:unknown|unexpected|invalid)) (?:[a-z]+ )?{_ARGUMENT}"
    rf"|(?:keyword )?{_ARGUMENT} {_SELECTOR} is (?:not [a-z]+|unknown|invalid|unexpected|unrecogni[sz]ed))\s*[.!]?\s*",
    re.IGNORECASE,
)
# What programs print when they break. Its words may be those of a refusal: `[Errno 13] Permission denied: '/var/…'`.
_PROGRAM_FAULT = re.compile(
    r"\b[Ee]rrno\b|\b[A-Z]\w+(?:Error|Exception)\b|\b[Tt]raceback\b|\w\(\)|\b[Uu]nexpected keyword argument\b"
    r"|\bgot an unexpected\b|\bpositional argument|(?:^|[\s'\"(=:])/[\w.\-]+"
)
# An answer with more lines than this is requested text (a configuration), not a refusal.
LONG = 60
_FAILURE = re.compile(r".*\b(?:failed|failure|unsuccessful|did not succeed|could not be)\b.*", re.IGNORECASE)
_NO_FAILURE = re.compile(r"\b(?:0|no|without|not) (?:[a-z-]+ )?(?:failed|failures?|targets? failed)\b", re.IGNORECASE)


_NUMBERED = re.compile(r"\s*[0-9]{1,4}[.)]\s+\S")

# The device says that it has accepted the request.
_REQUEST = r"(?:request|upgrade|download|downgrade|revert|rollback|installation|operation|job|task)"
_BEGUN = (
    r"(?:started(?! (?:by\b|at\b|\d))|initiated(?! by\b)|scheduled(?! by\b)|queued|accepted|submitted|begun(?! by\b)"
    r"|triggered(?! by\b))"
)
_TAKEN = re.compile(
    rf"\b{_REQUEST}\b[^:]{{0,60}}?\b{_BEGUN}\b|^\W*{_BEGUN}\b"
    rf"|\b{_BEGUN} (?:the |an? )?(?:software )?{_REQUEST}\b",
    re.IGNORECASE,
)
_NOT_TAKEN = re.compile(
    r"\b(?:not?|never|none|nothing|cannot|could|unable|fail\w*|already|another|other|previous|last|must|should|if|when"
    r"|until|before|after|once|will|would|may|can|unless|only|refused|rejected|denied|(?:pre-?)?checks?)\b|n't\b",
    re.IGNORECASE,
)
_ALL_TARGETS = re.compile(r"([0-9]+)\s*/\s*([0-9]+) targets? (?:complete|done)", re.IGNORECASE)
# A tick without targets counts only for the request itself; that of `Sending...` just says that it was sent.
_READS = re.compile(
    r"(?:retriev|read|quer|fetch|gett|check|collect|show|look|load|pip|validat|gather|search|list|connect)", re.I
)
_BEGINS = re.compile(
    r"(?:request|upgrad|download|downgrad|revert|roll|initiat|start|schedul|queu|install|submit)\w*", re.I
)
_TICKED = re.compile(r"\s*[✔✓√☑][\ufe0e\ufe0f]?\s*(.*)")
_CROSSED = re.compile(r"\s*[✖✗✘✕❌]")


def straight(line: str) -> str:
    """The line with straight quotes instead of typographic ones."""
    return line if line.isascii() else line.translate(_QUOTES)


def is_error(line: str) -> bool:
    """Whether a line begins an error in the PCLI's own form (`% Error: …`); the lines below belong to it."""
    return ERROR.fullmatch(line) is not None


def is_denial(line: str) -> bool:
    """Whether a line says that the command is unknown, or not allowed for this user."""
    line = straight(line)
    return bool(_UNKNOWN.fullmatch(line) or (_DENIED.fullmatch(line) and not is_program_fault(line)))


def is_program_fault(line: str) -> bool:
    """Whether a line is what a broken program prints: an exception, the number of an error, the path of a file.

    It says nothing about what this user may do, or what the command has begun.
    """
    return _PROGRAM_FAULT.search(straight(line)) is not None


def refuses_question(line: str) -> bool:
    """Whether a line says that a question is unknown here, or not allowed: then asking again is of no use."""
    line = straight(line)
    return is_denial(line) or _NO_SELECTOR.fullmatch(line) is not None


def is_conductor_only(line: str) -> bool:
    """Whether a line says that the command is for conductors only."""
    return _CONDUCTOR_ONLY.fullmatch(line) is not None


def is_no(line: str, words: bool = True, taken: bool = False) -> bool:
    """Whether a line says no. `words`: whether sentences in undocumented words count as well.

    `taken`: the same answer says that the request was accepted; then what is missing is missing elsewhere.
    """
    line = straight(line)
    sentences = (_DENIED, _REFUSED, *(() if taken else (_MISSED, _MISSING))) if words else ()
    return any(pattern.fullmatch(line) for pattern in (ERROR, _UNKNOWN, _CONDUCTOR_ONLY, *sentences))


def says_taken(lines: Iterable[str]) -> bool:
    """Whether the lines of an answer say that a request was accepted: a tick for all its targets, or such a sentence.

    A cross elsewhere in the answer rules it out. That something was read or checked proves nothing.
    """
    plain = [straight(line) for line in lines]
    return not any(map(_CROSSED.match, plain)) and any(_ticks_request(line) or _says_accepted(line) for line in plain)


def _ticks_request(line: str) -> bool:
    ticked = _TICKED.fullmatch(line)
    if ticked is None or _READS.match(ticked[1]):
        return False
    share = _ALL_TARGETS.search(ticked[1])
    return int(share[1]) == int(share[2]) > 0 if share else _BEGINS.match(ticked[1]) is not None


def _says_accepted(line: str) -> bool:
    for sentence in re.split(r"[.;,!](?:\s|$)", line):
        taken = _TAKEN.search(sentence)
        if taken and not _NOT_TAKEN.search(sentence[: taken.end()]):
            return True
    return False


def reports_failure(line: str) -> bool:
    """Whether a line mentions a failure; it may be one that happened before."""
    return bool(_FAILURE.fullmatch(line) and not _NO_FAILURE.search(line))


def numbered(error: str) -> list[str]:
    """The single errors in the text of an error: the numbered ones, each with all its lines; otherwise one for all."""
    parts: list[list[str]] = []
    for line in error.split("\n"):
        if _NUMBERED.match(line) and not line.startswith("   "):
            parts.append([])
        if parts:
            parts[-1].append(line.strip())
    return [" ".join(" ".join(lines).split()) for lines in parts] or [" ".join(error.split())]
