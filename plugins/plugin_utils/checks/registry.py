# Copyright (c) 2026, sessionsmart.ssr contributors
# GNU General Public License v3.0 or later (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks, by name. A check registers itself where it stands; nothing else keeps a list of them.

To add one: write a function in the file of its family (or in a new file that ``checks.families`` imports), decorate
it with :func:`check`, and give it a scenario in which it fires and one in which it does not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from .context import Context
from .parameters import REQUIRED, BadParameter, Parameter

STAGES = ("pre", "post")
KINDS = ("conductor", "router")
PER = ("node", "router", "authority")


@dataclass(frozen=True)
class CheckResult:
    """What one check says of one target. ``state``: pass, warn, fail or skipped; ``reason`` is one sentence."""

    name: str
    target: str
    state: str
    severity: str
    reason: str
    evidence: str = ""
    #: May it become better by itself, so that it is waited for while there is time?
    pending: bool = False

    @property
    def blocks(self) -> bool:
        """Does it stop what was to come?"""
        return self.state == "fail" and self.severity == "block"

    @property
    def waits(self) -> bool:
        """Is there something to wait for, in a check that stops what is to come?"""
        return self.pending and self.severity == "block"

    def as_data(self) -> dict:
        """Plain data, for Ansible."""
        return asdict(self)


@dataclass(frozen=True)
class Finding:
    """What a check function returns: the framework adds its name, target and severity."""

    state: str
    reason: str
    evidence: str = ""
    pending: bool = False


def passed(reason: str, evidence: str = "") -> Finding:
    """All is well."""
    return Finding("pass", reason, evidence)


def warned(reason: str, evidence: str = "", *, pending: bool = False) -> Finding:
    """Worth knowing, stops nothing. ``pending``: it is waited for while there is time, since it may pass by itself."""
    return Finding("warn", reason, evidence, pending)


def failed(reason: str, evidence: str = "") -> Finding:
    """Not well; stops what was to come if the severity is ``block``."""
    return Finding("fail", reason, evidence)


def skipped(reason: str, evidence: str = "") -> Finding:
    """Does not apply here, or cannot be told on this release."""
    return Finding("skipped", reason, evidence)


@dataclass(frozen=True)
class Check:
    """A named check. ``stages``: before (``pre``) or after (``post``) an operation, or both.

    ``applies``: to conductors, to routers, or to both. ``per``: is it made for each node, for each router, or once for
    the authority? ``since``: the release of the conductor below which it cannot be made. ``probes_target``: the target
    itself must answer, so nothing is asked of one that is disconnected. ``unknown_targets``: made for names that the
    conductor does not know, too. ``prefetch``: called once with all contexts before the first, where asking side by
    side saves time. ``given``: the parameters of the user, read.
    """

    name: str
    description: str
    severity: str
    stages: tuple[str, ...]
    function: Callable[..., Finding] = field(repr=False)
    applies: tuple[str, ...] = KINDS
    per: str = "node"
    since: tuple[int, int, int] | None = None
    probes_target: bool = False
    unknown_targets: bool = False
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    prefetch: Callable[[Sequence[Context]], None] | None = field(default=None, repr=False)
    given: Mapping[str, object] = field(default_factory=dict)

    @property
    def incomplete(self) -> list[str]:
        """The parameters without which it cannot be made, and which nobody gave."""
        return [
            name for name, one in self.parameters.items() if one.default is REQUIRED and self.given.get(name) is None
        ]


CHECKS: dict[str, Check] = {}


class UnknownCheck(ValueError):
    """A check that does not exist, or cannot be used so, was asked for. Its text lists the known ones."""


def check(
    name: str, description: str, *, severity: str = "block", stages: tuple[str, ...] = STAGES, **more: object
) -> Callable:
    """Register the decorated function as a check; ``more``: the other fields of :class:`Check`."""

    def register(function: Callable[..., Finding]) -> Callable[..., Finding]:
        CHECKS[name] = Check(name, description, severity, stages, function, **more)
        return function

    return register


# -- what the user wants ----------------------------------------------------------------------------------------------


def select(wanted: Sequence[str | dict], stage: str) -> list[Check]:
    """The checks that a user's list means: names, ``all``, ``!name``, or mappings with ``name``.

    A mapping may hold ``severity`` and the parameters of that check. Of ``all``, a check is left out that cannot be
    made without a parameter. Raises UnknownCheck with the known names.
    """
    known = {name: one for name, one in CHECKS.items() if stage in one.stages}
    chosen: dict[str, Check] = {}
    for entry in wanted:
        if not isinstance(entry, (str, dict)):
            raise UnknownCheck(f"{entry!r} names no check. Give a name, or a mapping of 'name' and 'severity'.")
    entries = [{"name": entry} if isinstance(entry, str) else dict(entry) for entry in wanted] or [{"name": "all"}]
    if all(str(entry.get("name", "")).startswith("!") for entry in entries):
        entries.insert(0, {"name": "all"})
    for entry in entries:
        name = str(entry.pop("name", ""))
        plain = name.lstrip("!")
        if plain != "all" and plain not in known:
            raise UnknownCheck(f"There is no check '{plain}' here. Known are: all, {', '.join(sorted(known))}.")
        severity = entry.pop("severity", None)
        if severity not in (None, "block", "warn"):
            raise UnknownCheck(f"The severity of check '{plain}' is '{severity}'; it can be 'block' or 'warn'.")
        if name.startswith("!"):
            chosen.pop(plain, None)
        elif plain == "all":
            _parameters("all", {}, entry)
            whole = {key: replace(one, severity=severity or one.severity) for key, one in known.items()}
            chosen.update({key: one for key, one in whole.items() if not one.incomplete})
        else:
            given = _parameters(plain, known[plain].parameters, entry)
            one = replace(known[plain], severity=severity or known[plain].severity, given=given)
            if not set(one.incomplete) <= set(given):
                raise UnknownCheck(
                    f"The check '{plain}' needs {', '.join(one.incomplete)}: give a mapping of 'name' and that."
                )
            chosen.pop(plain, None)
            if not one.incomplete:  # what is given and empty means that this is not wanted
                chosen[plain] = one
    return list(chosen.values())


def _parameters(name: str, known: Mapping[str, Parameter], given: Mapping[str, object]) -> dict[str, object]:
    strange = sorted(str(key) for key in given if key not in known)
    if strange:
        raise UnknownCheck(
            f"The check '{name}' takes no '{strange[0]}'. It takes: {', '.join(['name', 'severity', *known])}."
        )
    try:
        return {key: known[key].read(value, f"The {key} of check '{name}'") for key, value in given.items()}
    except BadParameter as error:
        raise UnknownCheck(str(error)) from error


def documentation(stage: str) -> list[str]:
    """The checks of a stage as lines for the option ``checks`` of a module, with their parameters."""
    lines = []
    for name, one in sorted(CHECKS.items()):
        if stage in one.stages:
            lines.append(f"V({name}) - {one.description}")
            lines += [f"V({name}) takes V({key}), {value.about}" for key, value in one.parameters.items()]
    return lines


# -- for a terminal ---------------------------------------------------------------------------------------------------

#: Rows of a table: a thousand routers with the same trouble are read in the result, not on a screen.
MOST_ROWS = 60


def table(results: Sequence[CheckResult], most: int = MOST_ROWS) -> list[str]:
    """For a terminal: a row for each check that fails or warns, failures first, and a count of the others."""
    shown = [result for state in ("fail", "warn") for result in results if result.state == state]
    rest = {state: sum(result.state == state for result in results) for state in ("pass", "skipped")}
    rows = shown[:most]
    width = max((len(row.name) for row in rows), default=0)
    lines = [f"{row.state.upper():<5} {row.name:<{width}}  {row.target}: {row.reason}" for row in rows]
    if len(shown) > most:
        lines.append(f"… and {len(shown) - most} more, which are in the result")
    return [*lines, f"{rest['pass']} passed, {rest['skipped']} skipped, {len(shown)} to look at"]
