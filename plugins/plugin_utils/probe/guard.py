# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The one way out of a probe: only what shows something leaves, and what a command says of itself. Pure.

A usage is asked for only where a required argument is missing, so that the command cannot run. A bare ``revert``,
``health-check``, ``installation-service`` or ``send command …`` would run on the conductor itself: they are in no list.
Everything is compared in one spelling. What is written in any other way does not leave, even if it were harmless.
"""

from __future__ import annotations

import re

#: Without the version that they need they print their usage (upgrade_ibu_conductor, CLI-6.3, CLI-7.2).
USAGES = (
    "request system software upgrade",
    "request system software download",
    "request system software downgrade",
)
_WORD = r"[A-Za-z0-9][A-Za-z0-9._\-]*"
_WORDS = rf"(?: {_WORD})*"
_ABOUT = rf"(?: router {_WORD})?(?: node {_WORD})?(?: force)?"
#: What may be shown, by its first word. Other things can crash a node (I95-65557, I95-63295, I95-61579), show a
#: configuration or secrets, or never end. A list of those would not do: the PCLI takes shorter words as well (CLI-6.0).
SHOWN = {
    "alarms": _WORDS,
    "assets": _WORDS,
    "bgp": rf" summary{_WORDS}",
    "config": rf" (?:exports|out-of-sync|locally-modified)(?: router {_WORD})?",
    "device-interface": rf"{_ABOUT} summary",
    "events": _WORDS,
    "peers": _WORDS,
    "platform": rf"{_ABOUT} disk",
    "plugins": rf" installed{_WORDS}",
    "system": _WORDS,
    "user": rf" activity{_WORDS}",
}
_SHOW = re.compile(f"show (?:{'|'.join(f'{first}{rest}' for first, rest in SHOWN.items())})")
_TRACE = re.compile(r"trace(?: verbose){0,3}(?: no-logs)? (?=show )")

#: Paths of the web API that are only read, below ``/api/v1``.
PATHS = ("/system", "/asset?verbose=true", "/alarm", "/config/export")
_INTROSPECTION = re.compile(r"(?:query )?\{ __schema (?P<fields>\{[A-Za-z_ {}]*\}) \}")


class MustNotLeave(Exception):
    """A command that a probe never sends. Its text is the reason, for people."""


def checked(command: str) -> str:
    """The command, if it may leave. Raises MustNotLeave; nothing was sent then."""
    if not isinstance(command, str) or not _may_leave(command):
        raise MustNotLeave(
            f"{str(command)[:200]!r} was not sent: a probe sends only what shows something, and asks for the usage of "
            "three commands without their version."
        )
    return command


def strange_in(name: str) -> str | None:
    """The first character of a name that no command of a probe may hold; None where all of them may be sent."""
    if re.fullmatch(_WORD, name):
        return None
    return next((character for character in name if not re.fullmatch(r"[A-Za-z0-9._\-]", character)), name[:1])


def _may_leave(command: str) -> bool:
    if command in USAGES:
        return True
    shown = command[traced.end() :] if (traced := _TRACE.match(command)) else command
    return _SHOW.fullmatch(shown) is not None


def checked_web(method: str, path: str, query: str | None = None) -> tuple[str, str, str | None]:
    """The request, if it may leave: a path that is only read, or an introspection. Raises MustNotLeave."""
    reads = method == "GET" and query is None and path in PATHS
    asks = method == "POST" and path == "/graphql" and query is not None and _introspects(query)
    if not (reads or asks):
        raise MustNotLeave(f"'{method} {path[:200]}' was not sent: a probe only reads.")
    return method, path, query


def _introspects(query: str) -> bool:
    """Whether the schema is all that is asked for: what follows its last brace would be something else."""
    match = _INTROSPECTION.fullmatch(query)
    if match is None:
        return False
    depth = 0
    for number, character in enumerate(fields := match["fields"]):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth == 0 and number < len(fields) - 1:
            return False
    return depth == 0
