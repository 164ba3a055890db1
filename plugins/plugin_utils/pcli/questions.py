# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges what a question of the PCLI is about: another running operation, or more than was requested.

A question that is declined leaves everything as it is, and a person reads it. A wrong yes may end somebody else's
upgrade. So one suspicious word is enough to decline, and the lines above the question are judged with it.
"""

from __future__ import annotations

import re

from .prompt import Question

#: A question with the lines that lead to it takes at most so many lines.
MOST_LINES = 4
_NO_WARNING = re.compile(r"\s*(?:[=─\-+|]{4,}|[✔✓⚠✖✗]|Completed in\b).*|.*\d:\d\d:\d\d.*|.*\S {3,}\S.*", re.I)

# What may be done later, or only happens under a condition, is not part of what a yes starts.
_ASIDE = re.compile(
    r"\b(?:can|may|could|must not|cannot|should not) be "
    r"(?:aborted|cancel+ed|stopped|interrupted|reverted|undone|paused)\b[^.?!;\n]*"
    r"|\b(?:press|use|type|hit) [^.?!;\n]{1,20} to (?:abort|cancel|stop)\b|\bor (?:cancel|abort|stop)\b"
    r"|\b(?:if|unless)\b[^.?!;\n]*\bfail\w*[^.?!;\n]*"
    r"|\b(?:on|upon|in case of) (?:a |any |an? upgrade )?fail\w*[^.?!;\n]*"
    r"|\b(?:while|when|until|once) (?:the |this |it )?(?:upgrade |download |revert |downgrade |operation )?is "
    r"(?:still )?(?:in progress|running|under ?way)\b"
    r"|\b(?:traffic|connect\w+|sessions?|packets?|access)\b[^.?!;,\n]{0,40}\b(?:will|may|might|can) be lost\b",
    re.I,
)
_DEED = r"(?:operation|upgrade|download|downgrade|revert|rollback|reboot|installation|request|job|task|session|change)"
_DOING = r"(?:upgrading|downgrading|downloading|reverting|rebooting|restarting|installing|synchroni[sz]ing|converting)"
_DONE_TO = (
    r"(?:upgraded|downgraded|downloaded|reverted|rebooted|restarted|installed|converted|updated|used|changed|edited)"
)
# Something else is running, or belongs to somebody else.
_ELSE = re.compile(
    r"\b(?:already|still|currently|presently)\b"
    r"(?! (?:installed|stored|downloaded|runs|running (?:version|release|\d)))"
    rf"|\bin[ -]?progress\b|\bunder ?way\b|\bongoing\b|\bbeing {_DONE_TO}\b"
    rf"|\b(?:is|are|was|were)(?: now)? (?:{_DOING}|busy|running (?:an?|its|the) )"
    rf"|\b(?:another|other|second|concurrent|existing|previous|unfinished|pending|running|current)"
    rf" (?:[a-z]+ ){{0,2}}{_DEED}s?\b"
    rf"|\b{_DEED}(?: (?:of|on|for) [\w.\-]+)? (?:is|was) (?:running|started|begun|pending|queued|scheduled)\b"
    r"|\b(?:started|begun|initiated|requested|scheduled|locked|held|owned|opened|edited) by\b|\block(?:s|ed)?\b"
    r"|\btak(?:e|es|ing) over\b(?= (?:the |this )?(?:lock|session|configuration)|\W*\?)"
    r"|\b(?:start|begin)(?:ing)? (?:a new one|anew|again|another)\b|\binstead\b",
    re.I,
)
# Nodes that were not requested.
_OTHERS = re.compile(
    r"\b(?:all|every|each|both|other)(?: of)?(?: the| its)?(?: other| connected| managed)? "
    r"(?:routers?|conductors?|targets?|assets?|sites?|peers?|members?)\b"
    r"|\bother nodes?\b|\b(?:whole|entire) (?:network|authority|fleet|group)\b",
    re.I,
)
_NODES = re.compile(r"\b(?:all|every|each|both)(?: of)?(?: the| its)? nodes?\b|\bwhole router\b", re.I)
_PEER = re.compile(
    r"\b(?:peer|redundant|standby|partner|neighbou?r)\b[^.?!\n]{0,60}\b(?:not|down|offline|off-line|rebooting|restarting"
    r"|unreachable|disconnected|different|unknown|unhealthy|missing|too|also|as well|both)\b"
    r"|\bno (?:redundant |standby |healthy )?(?:peer|partner)\b",
    re.I,
)
# What is lost, ended or overridden. A word of our own command, in any form, is part of the request.
_SAME = (("delet", "remov"), ("revert", "roll", "downgrad"), ("paus", "stop"))
_HARM = re.compile(
    r"\b(?:(?:un)?commit|discard|delet|remov|eras|wip|overwrit|replac|purg|clear|reset|abort|cancel|terminat|kill|stop"
    r"|paus|downgrad|revert|roll(?:ed|ing|s)? ?back|factory|format)\w*",
    re.I,
)
_OVERRIDE = re.compile(
    r"\b(?:overrid\w*|forc(?:e|ed|ing)\b|forcibly|bypass\w*|ignor(?:e|ed|ing)\b|uncommitted|unsaved|candidate|lost|lose"
    r"|loss of (?:data|configuration|changes)|unsupported|incompatib\w*|mismatch\w*|unsigned|untrusted|corrupt\w*"
    r"|expired|unhealthy|degraded|unstable|out of (?:sync|service)|insufficient|(?:older|lower) (?:version|release)"
    r"|fail(?:ed|s|ure|ures|ing)?|errors?)\b"
    r"|\bnot (?:enough|supported|compatible|recommended|verified|signed|trusted|valid|match\w*|synchroni[sz]ed"
    r"|connected|reachable|available|found|known|healthy|allowed|permitted|ready|in sync|installed|downloaded)\b"
    r"|\b(?:does|do|did) not (?:match|support|fit|exist|respond|answer)\b|\blow (?:disk|on|memory)\b",
    re.I,
)
# A reading command changes nothing, so a question about one of these is about something else.
_CHANGE = re.compile(
    r"\b(?:(?:un)?commit|sav(?:e|ed|ing)\b|discard|delet|remov|eras|wip(?:e|ing)|overwrit|replac|purg|clear(?:s|ed|ing)?\b"
    r"|reset|abort|cancel|stop (?:the|this|it)\b|terminat|kill|reboot|restart|shut ?down|lock(?:s|ed)?\b|unlock|unsaved"
    r"|candidate|overrid|apply|install(?!ed)|upgrade (?:it|now|first)\b|downgrade (?:it|now|first)\b|revert"
    r"|take (?:it |this )?over|import|restor|enabl|disabl|modif|edit(?:s|ed|ing)?\b|chang)\w*",
    re.I,
)


def asks_for_more(question: Question) -> bool:
    """Whether the question of a request is about something beyond what its command requested.

    That is a running operation, other nodes or releases, something that would be lost, or a check that is skipped.
    """
    words, command = _words([*question.above, question.text]), question.command.lower()
    if _ELSE.search(words) or _PEER.search(words) or _OVERRIDE.search(words):
        return True
    wide = re.search(r" (?:resource-group|router all)\b", command)
    if (_OTHERS.search(words) and not wide) or (_NODES.search(words) and " node " in command):
        return True
    if any(not _asked_for(harm[0], command) for harm in _HARM.finditer(words)):
        return True
    return _names_another(words, command)


def asks_for_change(question: Question) -> bool:
    """Whether the question of a command that only shows something mentions a change."""
    words = _words([*lead(question.above), question.text])
    return any(not _asked_for(change[0], question.command.lower()) for change in _CHANGE.finditer(words))


def quoted(question: Question) -> str:
    """The question with the lines that lead to it, for a person."""
    above = tuple(line for line in question.above if line.strip())
    before = [line.strip() for line in lead(above) if line.strip() not in question.text]
    return " ".join([*before, question.text.strip()])


def lead(above: tuple[str, ...]) -> list[str]:
    """The lines directly above a question that may belong to it."""
    lines: list[str] = []
    for line in reversed(above):
        if len(lines) == MOST_LINES - 1 or not warns(line):
            break
        lines.insert(0, line)
    return lines


def warns(line: str) -> bool:
    """Whether this line may be the beginning of the question below it, such as a warning that was wrapped."""
    return bool(line.strip()) and _NO_WARNING.fullmatch(line) is None


def _words(lines: list[str]) -> str:
    """The text with single blanks and without side remarks; a sentence may continue in the next line."""
    return " ".join(_ASIDE.sub(" ", "\n".join(" ".join(line.split()) for line in lines)).split())


def _asked_for(word: str, command: str) -> bool:
    stem = word.lower()[:5]
    alike = next((stems for stems in _SAME if word.lower().startswith(stems)), (stem,))
    return any(stem in command for stem in alike)


def _names_another(words: str, command: str) -> bool:
    """Whether the text names another node of our router, or another release, and not ours."""
    router, node = (re.search(rf" {what} (\S+)", command) for what in ("router", "node"))
    if router and node:
        named = re.findall(rf"(?<![\w.\-])([\w\-]+)\.{re.escape(router[1])}(?![\w\-])", words.lower())
        if named and node[1] not in named:
            return True
    asked = re.findall(r"(?<![\d.])\d+\.\d+\.\d+(?!\.?\d)", command)
    named = re.findall(r"(?<![\d.])\d+\.\d+\.\d+(?!\.?\d)", words)
    return bool(asked and named) and asked[0] not in named
