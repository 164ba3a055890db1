# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks in GraphQL and reads its envelope: data, and errors beside it.

An answer of status 200 may hold errors and only part of the data. That is normal where a node is not reached ("No
connectivity to highwayManager@<node>.<router>", ssr-mcp), so errors are kept beside what there is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .allowed import ApiRequest
from .errors import AccountRefused, Nonsense, NotOffered
from .session import ApiSession
from .values import plain

_MOST_ERRORS, _MOST_WORDS = 20, 300
# How servers of GraphQL say that a document does not fit their schema.
_NOT_OFFERED = re.compile(
    r"cannot query field|unknown (?:argument|type|field|directive)|no such field|is not defined|syntax error"
    r"|must (?:not )?have a (?:selection|sub-?selection)|subselection|expect(?:ed|ing) (?:type|value)|of required type",
    re.I,
)
# 'failed to authorize user: you do not have access to resource=...' (release notes, I95-56837)
_REFUSED = re.compile(
    r"failed to authori[sz]e|not authori[sz]ed|unauthori[sz]ed|do(?:es)? not have access|forbidden|permission denied",
    re.I,
)


@dataclass(frozen=True)
class Envelope:
    """What was asked for, as far as it came. ``problems``: what else was said, without secrets; empty: it is whole."""

    data: Mapping[str, object] = field(default_factory=dict)
    problems: tuple[str, ...] = ()


def ask(session: ApiSession, document: str, variables: Mapping[str, object] | None = None) -> Envelope:
    """The answer to a query.

    Raises NotOffered where this release does not know what was asked for, AccountRefused where the account may not see
    it, Nonsense, and the errors of the session. Partial data are no error.
    """
    body = {"query": document, "variables": dict(variables or {})}
    request = ApiRequest("POST", "/graphql", body=body)
    value = session.ask(request)
    if value is None:
        return Envelope(problems=("the answer was empty",))
    errors = value.get("errors") if isinstance(value, dict) else None
    data = value.get("data") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(data, (dict, type(None))) or not {"data", "errors"} & set(value):
        step = "Check address and port of the web interface."
        raise session.problems.make(Nonsense, request, "It sent data that are no answer of GraphQL.", step)
    problems = tuple(session.problems.mask(words)[:_MOST_WORDS] for words in _messages(errors))
    if problems and not any(entry is not None for entry in (data or {}).values()):
        words = f"It answered: {'; '.join(problems)}."
        if any(_REFUSED.search(problem) for problem in problems):
            step = "Give the account a role that may read this, or use another one."
            raise session.problems.make(AccountRefused, request, words, step)
        if any(_NOT_OFFERED.search(problem) for problem in problems):
            raise session.problems.make(NotOffered, request, words, "This release does not offer it.")
    if not data and not problems:
        problems = ("the answer held no data",)
    return Envelope(data or {}, problems)


def _messages(errors: object) -> list[str]:
    """The errors as texts for people. Whatever they are made of, they are not nothing."""
    if not errors:
        return []
    listed = errors if isinstance(errors, list) else [errors]
    texts = []
    for error in listed[:_MOST_ERRORS]:
        message = error.get("message") if isinstance(error, dict) else error
        texts.append(plain(str(message or "an error without a message")))
    if len(listed) > _MOST_ERRORS:
        texts.append(f"and {len(listed) - _MOST_ERRORS} more")
    return list(dict.fromkeys(texts))
