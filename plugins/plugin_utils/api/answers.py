# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an answer means: data, or an error with a reason. Pure.

Shapes of errors: ``{"message": …}`` (public clients of login and metrics), ``{"errors": [{"message": …}]}`` of GraphQL.
"""

from __future__ import annotations

import json
import re

from .errors import AccountRefused, ApiAway, ApiError, Nonsense, NotOffered, Problems
from .transport import Answer
from .values import plain

#: How much of an answer is quoted.
QUOTED = 300
#: The fault I95-66127 of 7.1.6 (release notes), fixed in 7.1.7 and 7.2.3.
_I95_66127 = (
    "In 7.1.6, every user but the built-in admin gets this from pages of routers (I95-66127, fixed in 7.1.7 and "
    "7.2.3). Otherwise check the roles of the user."
)
_MISSING_STATUS = frozenset((400, 404, 405, 406, 410, 415, 422, 501))


def read_json(answer: Answer, request: object, problems: Problems) -> object:
    """The data of an answer; None where it is empty, which is not known and never *no*. Raises ApiError."""
    if not 200 <= answer.status < 300:
        raise refusal_of(answer, request, problems)
    if not answer.body.strip():
        return None
    try:
        return json.loads(answer.body.decode("utf-8"))
    except (ValueError, RecursionError):
        pass  # the error holds the whole body, so it is not attached to ours
    step = "Check address and port: is it the web interface of a conductor? A portal or a proxy may stand before it."
    raise problems.make(Nonsense, request, f"It sent no data, but {quoted(answer, problems)}.", step)


def refusal_of(answer: Answer, request: object, problems: Problems) -> ApiError:
    """The error of an answer that is none of success."""
    status = answer.status
    answered = f"It answered {status}: {quoted(answer, problems)}."
    if 300 <= status < 400:
        step = "Redirects are not followed, so that no secret goes elsewhere. Name the host and port that it leads to."
        target = f" It leads to {plain(problems.mask(answer.location))}." if answer.location else ""
        return problems.make(Nonsense, request, f"It answered {status}, a redirect.{target}", step)
    if status == 401:
        return problems.make(AccountRefused, request, f"{answered} The login itself works.", _I95_66127)
    if status == 403:
        step = "Give the account a role with the capability that is named, or use another one."
        return problems.make(AccountRefused, request, answered, step)
    if status in _MISSING_STATUS:
        step = "This release does not offer it, or has nothing to show there. The PCLI is asked instead."
        return problems.make(NotOffered, request, answered, step)
    if status >= 500 or status in (408, 425, 429):
        step = "Its web server cannot serve now; while a conductor restarts this passes. SSH may work meanwhile."
        return problems.make(ApiAway, request, answered, step)
    return problems.make(Nonsense, request, answered, "Check address and port of the web interface.")


def quoted(answer: Answer, problems: Problems) -> str:
    """The words of an answer for people: one line, without secrets, shortened."""
    text = answer.body.decode("utf-8", "replace")
    words = plain(problems.mask(_message(text) or text))
    if not words:
        return "an empty answer"
    page = re.match(r"\s*<(?:!doctype|html|\?xml|head|body)\b", text, re.I)
    return f"a page that begins {words[:QUOTED]!r}" if page else repr(words[:QUOTED])


def _message(text: str) -> str:
    """The message in the JSON of an error; empty where there is none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(value, dict):
        return ""
    listed = value.get("errors") if isinstance(value.get("errors"), list) else []
    messages = [value.get("message"), *(entry.get("message") for entry in listed if isinstance(entry, dict))]
    return "; ".join(message for message in messages if isinstance(message, str) and message.strip())
