# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judges whether a command did nothing, after its question was answered with no for want of another answer.

A no to `Are you sure?` leaves everything as it is; one to `The upgrade was started. Follow its progress?` does not. So
neither the question nor what is printed after the no may say that something was begun, taken or lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .response import is_around_answer

# What is ahead, or only happens under a condition, has not begun: `The upgrade will be started. Traffic may be lost.`
_AHEAD = re.compile(
    r"\b(?:will|would|may|might|can|could|shall|must|should|going to|about to|want to|wish to|has to|have to"
    r"|needs? to)\b"
    r"(?: not)?(?: (?:now|then|also|be|get|have been))*(?: \w+)?"
    r"|\b(?:once|when|if|unless|until|before|after)\b[^,.?!;\n]*"
    r"|\b(?:is|are|was)?(?: now| currently)? ?running (?:(?:now|on|the|software|version|release) ){0,3}v?\d+\.\d+",
    re.I,
)
# The perfect tense is that of this request; what `was installed` may have been so for long.
_DONE = (
    r"(?:(?<!not )been|(?:is|are) now) (?:(?:just|now|successfully) )?(?:(?:up|down)graded|installed|reverted|converted"
    r"|(?:re)?booted|restarted|activated|executed|switched|rolled (?:out|back)|handed)"
)
_MAY_HAVE_BEGUN = re.compile(
    r"\b(?:started|scheduled|queued|initiated|begun|began|beginning|accepted|taken|submitted|triggered|launched|sent"
    r"|requested|issued|running|pending|in[ -]?progress|ongoing|under ?way|already|still|continu(?:es|ed|ing)|goes on"
    r"|resum\w*|retr(?:y|ies|ied|ying)|upgrading|downgrading|reverting|installing|downloading|rebooting|restarting"
    r"|activating|writing|starting|beginning|applying|processing|executing|committing|rolling back|done|completed?"
    r"|lost|timed[ -]?out|time-?out|interrupt\w*|disconnect\w*|broken|no (?:response|answer|reply)|fail\w*|error"
    rf"|{_DONE}|on (?:its|their) way|(?:job|task|request|operation) (?:[\w\-]+ )?(?:(?:was|is|has been) )?created"
    r"|follow\w*|monitor\w*|watch\w*|track\w*|progress|background|detach\w*|wait(?:ing)? (?:for|until))\b",
    re.I,
)
_NOT_DONE = re.compile(
    r"\W*(?:error\b\W*)?(?:"
    r"(?:(?:the |this |your )?(?:operation|request|command|action) )?(?:(?:was|is|has been) )?(?:aborted|cancell?ed"
    r"|declined|not (?:carried out|confirmed|performed|executed|started|sent|begun))(?: by (?:the )?user)?"
    r"|(?:the )?(?:upgrade|downgrade|revert|download) (?:(?:was|is|has been) )?(?:cancell?ed|not (?:started|begun))"
    r"|aborting|nothing (?:(?:was|has been) )?(?:done|changed|begun|started|sent)|no changes? (?:(?:was|were) )?made"
    r")?\W*",
    re.I,
)
#: A question is found again by so many of its last letters: a terminal may have wrapped it.
_TAIL = 20


def did_nothing(question: str, said: Sequence[str]) -> bool:
    """Whether a command whose question was declined did nothing.

    ``question``: with the lines that lead to it. ``said``: the lines that were printed after the no.
    """
    if _MAY_HAVE_BEGUN.search(_AHEAD.sub(" ", " ".join(question.split()))):
        return False
    return all(_NOT_DONE.fullmatch(line.strip()) or is_around_answer(line) for line in said)


def said_after(text: str, question: str) -> tuple[str, ...]:
    """The lines of an answer below its question; all of them where the question is not among them."""
    lines, end = text.split("\n"), question.strip()[-_TAIL:]
    asked = max((number for number, line in enumerate(lines, 1) if end in line), default=0)
    return tuple(line.strip() for line in lines[asked:] if line.strip())
